#!/usr/bin/python3
"""tools: the tests' own reader and comparison see what is wrong with a trace."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import expectation
import tap
import trace
from run import plain_env, run, scratch
from sample import PROCESS

PAD = trace.PAD.decode() + " " * 40 + "}\n"


def call(t, name="listen", **keys):
    line = {
        "ev": "call",
        "t": t,
        "dt": 3,
        "tid": 5,
        "call": name,
        "fd": 3,
        "sock": 7,
        "args": {"backlog": 4},
        "ret": 0,
        **keys,
    }
    return {k: v for k, v in line.items() if v is not None}


def pending(t, **keys):
    return {**call(t, "accept", dt=None, ret=None, **keys), "ev": "pending", "args": {}}


def text(*events):
    return "".join(e if isinstance(e, str) else json.dumps(e) + "\n" for e in events)


def read(plain, live=None):
    with scratch() as here:
        for name, content in (("5.x.jsonl", plain), ("5.x.live.jsonl", live)):
            if content is not None:
                with open(f"{here}/{name}", "w", encoding="utf-8") as f:
                    f.write(content)
        return trace.read(here)


def bad(name, *files):
    try:
        read(*files)
    except trace.Bad:
        tap.ok(True, name)
    else:
        tap.ok(False, name, "nothing was noticed")


def the_reader_follows_the_format():
    events = read(text(PROCESS, PAD, call(30), call(10)), text(call(30), PAD, call(20)))
    tap.equal(
        [e["t"] for e in events],
        [1, 10, 20, 30],
        "pads are skipped, lines in both files taken once, all sorted by time",
    )
    tap.equal(
        [e["ev"] for e in read(text(PROCESS, pending(10), call(10, "accept", args={})))],
        ["process", "call"],
        "a call takes the place of its pending",
    )
    tap.equal(len(trace.pendings(read(text(PROCESS, pending(10))))), 1, "a last pending is what the thread waits in")
    tap.equal(trace.pendings(read(text(PROCESS, pending(10), call(20)))), [], "one with later lines is not")
    tap.equal(len(read(text(PROCESS, call(10)) + '{"ev":"call"')), 2, "an unterminated last line is left out")


def the_reader_refuses_what_is_wrong():
    bad("a torn line", text(PROCESS) + '{"ev":"call","t":5\n' + text(call(10)))
    bad("a line that the schema refuses", text(PROCESS, call(10, ret="0")))
    bad("a live file that ends within a line", text(PROCESS), '{"ev":"call"')
    bad("no process line", text(call(10)))
    bad("a call site in no module", text(PROCESS, call(10, pc="0x1000")))
    bad("zeros", text(PROCESS), "\0" * 64)


def difference(expected, *events):
    output = "".join(f"EXPECT 5 5 {line}\n" for line in expected)
    return expectation.compare(output, [{"pid": 5, **e} for e in events])


def the_comparison_sees_differences():
    two = ["listen fd=3 sock=$a args.backlog=4 err=- ret=0", "listen fd=4 sock=$b"]
    good = (call(1), call(2, fd=4, sock=8))
    tap.equal(difference(two, *good), "", "the trace that was expected")
    for name, events in (
        ("a line missing", good[:1]),
        ("a line too many", good + (call(3),)),
        ("another order", good[::-1]),
        ("another value", (call(1, ret=-1), good[1])),
        ("a key that should not be", (call(1, err="EINVAL"), good[1])),
        ("a key missing", (call(1, args={}), good[1])),
        ("another call", (call(1, "bind"), good[1])),
        ("the same socket for two names", (good[0], call(2, fd=4, sock=7))),
        ("another thread", (good[0], call(2, fd=4, tid=6))),
    ):
        tap.ok(difference(two, *events), f"seen: {name}")
    tap.ok(
        difference(["listen sock=$a", "listen sock=$a"], call(1), call(2, sock=8)), "seen: another socket for one name"
    )
    tap.ok(difference(["listen args.backlog=?"], call(1, args={})), "seen: nothing where anything should be")
    tap.ok(expectation.compare("hello\n", []), "seen: a program that expects nothing")


def a_skip_is_a_failure_on_ci():
    script = "import tap; tap.run(lambda: tap.skip('something', 'it is missing'))"
    lib = os.path.dirname(tap.__file__)
    for ci, status, said in (("", 0, "ok 1 - something # SKIP it is missing"), ("true", 1, "not ok 1 - something")):
        result = run("/usr/bin/python3", "-c", script, env=plain_env(PYTHONPATH=lib, CI=ci))
        tap.equal((result.status, result.out.split("\n")[0]), (status, said), f"a skip with CI={ci!r}")


tap.run(
    the_reader_follows_the_format,
    the_reader_refuses_what_is_wrong,
    the_comparison_sees_differences,
    a_skip_is_a_failure_on_ci,
)
