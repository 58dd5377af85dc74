#!/usr/bin/python3
"""places: what is written to a file comes into its place whole or not at all; a pipe or a device stays what it is, a link leads where it led."""

import os
import shutil
import signal
import stat
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "lib"))
import tap
from run import VIEWER, Process, plain_env, poll, run, scratch, viewer

CASE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "cases", "connect_refused")
# A command, and how its file's name ends.
WRITERS = (
    (("pack",), "jsonl"),
    (("export",), "pcapng"),
    (("timeline",), "svg"),
    (("timeline",), "png"),
    (("report",), "html"),
    (("check", "--list"), "txt"),
    (("diff", "--format=json", CASE), "json"),
)
PCAPNG = ("export", "--format=pcapng")
# Where root may do anything, root without that right.
MORTAL = () if os.geteuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def content(path):
    with open(path, "rb") as f:
        return f.read()


def put(path, text="old"):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def operands(command):
    return () if command[-1] == "--list" else (CASE,)


def write(command, place, *before):
    return run(*before, VIEWER, *command, "-o", place, *operands(command))


def wanted(command, ending):
    """What a file gets."""
    with scratch() as here:
        write(command, f"{here}/plain.{ending}")
        return content(f"{here}/plain.{ending}")


def a_pipe_is_written_to():
    with scratch() as here:
        for command, ending in WRITERS:
            pipe = f"{here}/pipe.{ending}"
            os.mkfifo(pipe)
            with subprocess.Popen(("cat", pipe), stdout=subprocess.PIPE) as reader:
                result = write(command, pipe)
                if not stat.S_ISFIFO(os.stat(pipe).st_mode):
                    reader.kill()
                got = reader.communicate()[0]
            tap.equal((result.status, result.err), (0, ""), f"{command[0]} writes {ending} to a pipe")
            tap.ok(stat.S_ISFIFO(os.stat(pipe).st_mode), "which is one still")
            tap.ok(got and got == wanted(command, ending), "what a file gets", len(got))


def a_device_stays_one():
    with scratch() as here:
        device = f"{here}/full.pcapng"
        if run("mknod", device, "c", "1", "7").status:
            tap.skip("a device stays one", "none can be made here")
            return
        for command, ending in WRITERS:
            if ending in ("svg", "png"):
                continue
            result = write(command, device)
            tap.ok(result.status == 2 and f"{device}: No space left" in result.err, f"{command[0]} says which is full", result)
            tap.ok(stat.S_ISCHR(os.stat(device).st_mode), "which is a device still")


def a_link_leads_where_it_led():
    with scratch() as here:
        os.mkdir(f"{here}/there")
        for command, ending in WRITERS:
            file, link, other = f"{here}/there/file.{ending}", f"{here}/link.{ending}", f"{here}/other.{ending}"
            os.symlink(f"there/file.{ending}", link)
            os.symlink(link, other)
            tap.equal(write(command, other).status, 0, f"{command[0]} writes {ending} by links that lead to nothing yet")
            tap.ok(os.path.islink(other) and os.path.islink(link) and content(file) == wanted(command, ending), "where they lead")
            put(file)
            tap.equal(write(command, other).status, 0, "and again")
            tap.ok(os.path.islink(other) and os.path.islink(link) and content(file) == wanted(command, ending), "when there is one")
        os.symlink("loop.txt", f"{here}/loop.txt")
        tap.equal(write(("check", "--list"), f"{here}/loop.txt").status, 2, "a link that leads nowhere is refused")
        tap.ok(os.path.islink(f"{here}/loop.txt"), "and stays")
        tap.equal(sorted(os.listdir(f"{here}/there")), sorted({f"file.{e}" for _, e in WRITERS}), "nothing is left beside them")


def a_descriptor_is_written_through_its_link():
    """To whom has it open a file that came into its place would be lost."""
    with scratch() as here:
        for command, ending in WRITERS:
            link = f"{here}/stdout.{ending}"
            os.symlink("/proc/self/fd/1", link)
            for name in (None, "named", "removed"):
                flags = os.O_RDWR | os.O_CREAT
                fd = os.open(f"{here}/{name}", flags) if name else os.memfd_create("unnamed")
                os.write(fd, b"old" * 1000000)
                if name == "removed":
                    os.unlink(f"{here}/{name}")
                child = subprocess.run([VIEWER, *command, "-o", link, *operands(command)], stdout=fd, env=plain_env())
                got = os.pread(fd, os.fstat(fd).st_size, 0)
                os.close(fd)
                tap.ok(child.returncode == 0 and os.path.islink(link), f"{command[0]}: a link to a descriptor stays")
                tap.ok(got == wanted(command, ending), f"and what that has open, {name or 'unnamed'}, has it all", len(got))


def what_fails_leaves_what_was_there():
    with scratch() as here:
        small = ("bash", "-c", '(ulimit -f 0 && exec "$@") 2>&1 | cat; exit ${PIPESTATUS[0]}', "bash")
        for command, ending in WRITERS:
            file, none = f"{here}/file.{ending}", f"{here}/none.{ending}"
            put(file)
            for path in (file, none):
                result = write(command, path, *small)
                says = ("rsvg-convert" if ending == "png" else path) + ": File too large"
                tap.ok(result.status == 2 and says in result.out, f"{command[0]} {ending} says what fails", result)
            tap.equal(content(file), b"old", "the file is as it was")
        os.symlink("never", f"{here}/link.txt")
        write(("check", "--list"), f"{here}/link.txt", *small)
        tap.equal(sorted(os.listdir(here)), sorted(["link.txt", *(f"file.{e}" for _, e in WRITERS)]), "nothing is left beside them")


def who_is_stopped_leaves_nothing():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        with scratch() as here:
            os.mkfifo(f"{here}/trace")
            put(f"{here}/out")
            with Process(VIEWER, "pack", "-o", f"{here}/out", f"{here}/trace") as packing:
                poll(lambda: len(os.listdir(here)) > 2, "a file beside the other")
                packing.kill(number)
                tap.equal(packing.wait().status, -number, f"{number.name} ends it")
            tap.equal((sorted(os.listdir(here)), content(f"{here}/out")), (["out", "trace"], b"old"), "and all is as it was")


def the_mode_is_kept():
    with scratch() as here:
        mask = os.umask(0o027)
        for command, ending in WRITERS:
            file = f"{here}/file.{ending}"
            write(command, file)
            new = 0o600 if command[0] == "pack" else 0o640
            tap.equal(stat.S_IMODE(os.stat(file).st_mode), new, f"{command[0]} {ending}: a new file's mode is as umask has it")
            for mode in (0o600, 0o666, 0o755):
                os.chmod(file, mode)
                write(command, file)
                tap.equal(oct(stat.S_IMODE(os.stat(file).st_mode)), oct(mode), "one that was there keeps its own")
        os.umask(mask)


def what_may_not_be_written_is_refused():
    with scratch() as here:
        busy = shutil.copy("/bin/sleep", f"{here}/busy")
        with Process(busy, "60"):
            result = write(PCAPNG, busy)
            tap.ok(result.status == 2 and f"{busy}: Text file busy" in result.err, "a program that runs", result)
        tap.ok(content(busy) == content("/bin/sleep"), "is as it was")
        put(f"{here}/file")
        os.chmod(f"{here}/file", 0o444)
        if run(*MORTAL, "true").status:
            tap.skip("a file that may only be read is refused", "root may do anything here")
            return
        result = write(PCAPNG, f"{here}/file", *MORTAL)
        tap.ok(result.status == 2 and f"{here}/file: Permission denied" in result.err, "a file that may only be read", result)
        tap.equal(content(f"{here}/file"), b"old", "is as it was")


def where_none_can_be_put_it_is_written_over():
    with scratch() as here:
        old, name = f"{here}/old", f"{here}/name"
        put(old)
        os.link(old, name)
        tap.equal(write(PCAPNG, name).status, 0, "a file of two names")
        tap.ok(os.path.samefile(old, name) and content(old) == wanted(PCAPNG, "pcapng"), "has both still")
        os.mkdir(f"{here}/closed")
        put(f"{here}/closed/file", "old" * 1000000)
        os.chmod(f"{here}/closed", 0o555)
        if run(*MORTAL, "true").status:
            tap.skip("a file in a directory that takes no other", "root may do anything here")
        else:
            result = write(PCAPNG, f"{here}/closed/file", *MORTAL)
            tap.equal((result.status, result.err), (0, ""), "a file in a directory that takes no other")
            tap.ok(content(f"{here}/closed/file") == wanted(PCAPNG, "pcapng"), "is written")
        put(f"{here}/mounted")
        put(old, "old" * 1000000)
        mount = ("unshare", "-m", "sh", "-c", f'mount --bind {old} {here}/mounted || exit 77; exec "$@"', "sh")
        result = write(PCAPNG, f"{here}/mounted", *mount)
        if result.status in (1, 77):
            tap.skip("a file that is mounted", "nothing can be mounted here")
        else:
            tap.equal((result.status, result.err), (0, ""), "a file that is mounted")
            tap.ok(content(old) == wanted(PCAPNG, "pcapng"), "is written")
        tap.equal(sorted(os.listdir(here)), ["closed", "mounted", "name", "old"], "nothing is left beside them")


def a_name_may_be_as_long_as_any():
    with scratch() as here:
        for command, ending in WRITERS:
            name = "n" * (254 - len(ending)) + "." + ending
            result = write(command, f"{here}/{name}")
            tap.equal((result.status, content(f"{here}/{name}")), (0, wanted(command, ending)), f"{command[0]} {ending}")


def what_is_read_is_not_written_over():
    with scratch() as here:
        source = os.path.join(CASE, "19077.echo_client.jsonl")
        trace, live, link, other = (f"{here}/{n}" for n in ("1.p.jsonl", "1.p.live.jsonl", "link", "other.jsonl"))
        for path in (trace, live, other):
            shutil.copy(source, path)
        os.symlink(trace, link)
        for command in (
            ("export", "--format=mermaid"),
            ("timeline", "--format=text"),
            ("timeline", "--format=png"),
            ("timeline", "--format=text", "--follow"),
            ("stats", "--format=json"),
            ("report",),
            ("report", other),
            ("check", "--format=json"),
            ("check", "--format=gradescope", other),
            ("diff", other),
            ("diff", f"--ref={link}", other),
        ):
            for place in (trace, link, live):
                result = viewer(*command, "-o", place, trace)
                tap.ok(result.status == 2 and f"{place}: " in result.err, f"{' '.join(command)} does not write what it reads", result)
        result = viewer("timeline", "--format=text", "-o", trace, here)
        tap.equal(result.status, 2, "nor what is in a directory that it reads")
        tap.equal(viewer("timeline", "-o", f"{here}/new.txt", here).status, 0, "but beside that")
        tap.equal(viewer("timeline", "-o", f"{here}/new.txt", here).status, 0, "again and again")
        same = all(content(path) == content(source) for path in (trace, live, other))
        tap.ok(same and os.path.islink(link), "all is as it was")


# acl(5), as the kernel has it: the owner and the mask all but who owns the group and others, and user 1234.
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry) for entry in ((1, 6, 2**32 - 1), (2, 7, 1234), (4, 0, 2**32 - 1), (16, 7, 2**32 - 1), (32, 0, 2**32 - 1))
)


def what_is_said_of_a_file_stays():
    for name, value in (("user.note", b"mine"), ("system.posix_acl_access", ACL)):
        with scratch() as here:
            place = f"{here}/page.html"
            put(place)
            try:
                os.setxattr(place, name, value)
            except OSError as e:
                tap.skip(f"{name} of what was there stays", e)
                continue
            result = write(("report",), place)
            tap.equal((result.status, content(place)[:9]), (0, b"<!DOCTYPE"), f"a file with {name} is written")
            tap.equal((os.getxattr(place, name), os.listdir(here)), (value, ["page.html"]), f"{name} of what was there stays")


tap.run(
    a_pipe_is_written_to,
    a_device_stays_one,
    a_link_leads_where_it_led,
    a_descriptor_is_written_through_its_link,
    what_fails_leaves_what_was_there,
    who_is_stopped_leaves_nothing,
    the_mode_is_kept,
    what_is_said_of_a_file_stays,
    what_may_not_be_written_is_refused,
    where_none_can_be_put_it_is_written_over,
    a_name_may_be_as_long_as_any,
    what_is_read_is_not_written_over,
)
