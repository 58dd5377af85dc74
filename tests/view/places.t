#!/usr/bin/python3
"""places: what is written to a file comes into its place whole; a pipe or a device stays what it is, a link leads where it led."""

import os
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import tap
from run import run, scratch, viewer

CASE = os.path.join(os.path.dirname(__file__), "cases", "connect_refused")
# A command, and how its file's name ends.
WRITERS = ((("pack",), "jsonl"), (("export",), "pcapng"), (("timeline",), "svg"), (("timeline",), "png"))


def content(path):
    with open(path, "rb") as f:
        return f.read()


def write(command, place):
    return viewer(*command, "-o", place, CASE)


def a_pipe_is_written_to():
    with scratch() as here:
        for command, ending in WRITERS:
            pipe, plain = f"{here}/pipe.{ending}", f"{here}/plain.{ending}"
            os.mkfifo(pipe)
            with subprocess.Popen(("cat", pipe), stdout=subprocess.PIPE) as reader:
                result = write(command, pipe)
                if not stat.S_ISFIFO(os.stat(pipe).st_mode):
                    reader.kill()
                got = reader.communicate()[0]
            write(command, plain)
            tap.equal((result.status, result.err), (0, ""), f"{command[0]} writes {ending} to a pipe")
            tap.ok(stat.S_ISFIFO(os.stat(pipe).st_mode), "which is one still")
            tap.ok(got and got == content(plain), "what a file gets", (len(got), len(content(plain))))


def a_device_stays_one():
    with scratch() as here:
        device = f"{here}/null.pcapng"
        if run("mknod", device, "c", "1", "3").status:
            tap.skip("a device stays one", "none can be made here")
            return
        for command, _ in WRITERS[:2]:
            result = write(command, device)
            tap.equal((result.status, result.err), (0, ""), f"{command[0]} writes to a device")
            tap.ok(stat.S_ISCHR(os.stat(device).st_mode), "which is one still")


def a_link_leads_where_it_led():
    with scratch() as here:
        for command, ending in WRITERS:
            file, link = f"{here}/file.{ending}", f"{here}/link.{ending}"
            with open(file, "wb") as f:
                f.write(b"old")
            os.symlink(file, link)
            tap.equal(write(command, link).status, 0, f"{command[0]} writes {ending} by a link")
            tap.ok(os.path.islink(link) and content(file) not in (b"", b"old"), "to where that leads")
        tap.equal([name for name in os.listdir(here) if name.endswith(".part")], [], "nothing is left beside them")


tap.run(a_pipe_is_written_to, a_device_stays_one, a_link_leads_where_it_led)
