#!/usr/bin/python3
"""pack: one file that every view draws as it draws the directory."""

import json
import os
import re
import shutil
import stat
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import Process, poll, program, scratch, traced_env, viewer

CASES = os.path.join(HERE, "cases")
VIEWS = ("timeline", "lesson", "tree", "sockaddr", "stats")


def drawn(view, path):
    """What a view shows, with the name of the file and its line left out of warnings."""
    shown = viewer(view, "--format=json", path, LC_ALL="C.UTF-8", TZ="UTC")
    return shown.status, re.sub(r'"[^" ]*\.jsonl:\d+', '"FILE', shown.out), shown.err


def packed(path, directory, name="packed.jsonl"):
    file = os.path.join(directory, name)
    return file, viewer("pack", "-o", file, path)


def content(file):
    with open(file, "rb") as f:
        return f.read()


def every_view_is_the_same():
    for case in sorted(os.listdir(CASES)):
        with scratch() as directory:
            file, made = packed(os.path.join(CASES, case), directory)
            tap.equal(made.status, 0, f"{case} is packed")
            different = [v for v in VIEWS if drawn(v, file) != drawn(v, os.path.join(CASES, case))]
            tap.equal(different, [], f"{case}: no view is another")
            again, _ = packed(file, directory, "again.jsonl")
            tap.ok(content(again) == content(file), f"{case}: packed again it is the same")


def a_file_of_its_own():
    with scratch() as directory:
        trace = os.path.join(directory, "socktrace.out")
        shutil.copytree(os.path.join(CASES, "killed_in_accept"), trace)
        made = viewer("pack", cwd=directory)
        file = os.path.join(directory, "hand-in.jsonl")
        tap.ok(made.status == 0 and "hand-in.jsonl: 1 process in 9 lines" in made.err, "the default is hand-in.jsonl", made)
        tap.equal(stat.S_IMODE(os.stat(file).st_mode), 0o600, "for nobody else to read: it holds what the program sent")
        lines = content(file).splitlines()
        tap.ok(not any(l.startswith(b'{"ev":"pad"') for l in lines), "without pads", lines)
        tap.equal([json.loads(l)["ev"] for l in lines].count("pending"), 1, "with what was only live")
        tap.equal(viewer("pack", "-o", "-", cwd=directory).out.encode(), content(file), "-o - writes to standard output")
        inside = os.path.join(trace, "hand-in.jsonl")
        for _ in range(2):
            viewer("pack", "-o", inside, trace)
        tap.ok(content(inside) == content(file), "a pack does not pack itself")
        tap.equal([n for n in os.listdir(directory) if n.startswith(".")], [], "nothing is left beside it")


def a_program_that_runs_on():
    with scratch() as directory:
        out = os.path.join(directory, "out")
        with Process(program("echo_server"), "0", env=traced_env(out)) as server:
            server.port()
            poll(lambda: any(b'"accept"' in content(os.path.join(out, f)) for f in os.listdir(out)), "accept in the trace")
            file, made = packed(out, directory)
            tap.equal(made.status, 0, "it is packed while it waits")
            calls = [json.loads(l).get("call") for l in content(file).splitlines()]
            tap.ok("listen" in calls and "accept" in calls, "with what it waits in", calls)
            server.kill(9)


def what_is_no_trace_is_left_out():
    with scratch() as directory:
        good = os.path.join(CASES, "connect_refused", "19077.echo_client.jsonl")
        first = json.loads(content(good).splitlines()[0])
        os.mkdir(os.path.join(directory, "t"))
        for name, text in (
            ("1.orphan.jsonl", b'{"ev":"call","t":1,"dt":1,"tid":1,"call":"close","args":{},"ret":0}\n'),
            ("2.good.jsonl", content(good) + b'{"ev":"call","t":1'),
            ("3.newer.jsonl", json.dumps({**first, "v": 99}).encode() + b"\n"),
            ("4.empty.jsonl", b""),
        ):
            with open(os.path.join(directory, "t", name), "wb") as f:
                f.write(text)
        file, made = packed(os.path.join(directory, "t"), directory)
        tap.equal(drawn("timeline", file), drawn("timeline", good), "a good file among others is all there is")
        for name in ("1.orphan.jsonl", "3.newer.jsonl", "4.empty.jsonl"):
            tap.contains(made.err, name, f"{name} is said to be left out")


def a_pack_that_fails_leaves_what_was_there():
    with scratch() as directory:
        file = os.path.join(directory, "packed.jsonl")
        with open(file, "w", encoding="utf-8") as f:
            f.write("old")
        os.mkdir(os.path.join(directory, "t"))
        with open(os.path.join(directory, "t", "x.jsonl"), "w", encoding="utf-8") as f:
            f.write("no trace\n")
        made = viewer("pack", "-o", file, os.path.join(directory, "t"))
        tap.ok(made.status == 2 and made.err.count("\n") == 1 and "x.jsonl" in made.err, "it says which file", made)
        tap.equal(content(file), b"old", "the file is as it was")
        tap.equal(sorted(os.listdir(directory)), ["packed.jsonl", "t"], "and nothing beside it")
        tap.equal(viewer("pack", "-o", os.path.join(directory, "none/x"), HERE).status, 2, "no such directory")
        tap.equal(viewer("pack", "-o", file, os.path.join(directory, "none")).status, 2, "no such trace")


tap.run(every_view_is_the_same, a_file_of_its_own, a_program_that_runs_on, what_is_no_trace_is_left_out,
        a_pack_that_fails_leaves_what_was_there)
