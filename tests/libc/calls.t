#!/usr/bin/python3
"""calls: what libc does by itself is in the trace, call by call as strace sees it."""

import difflib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import strace
import tap
import trace
from oracle import show, under_strace, without_shims_own
from run import BUILD, run, scratch, traced_env

PROGRAM = os.path.join(BUILD, "tests/libc/by_itself")


# What moves bytes, makes sockets or names them; of the others libc's function and the system call have different names.
SAME_NAME = set(
    """socket socketpair bind connect listen getsockname sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg
    read write readv writev fcntl ioctl poll close""".split()
)
MAKERS = {"socket", "socketpair"}


def steps(calls, name, fd):
    """{tid: [text]}; a close through stdio is a close whose result is another's."""
    threads = {}
    for c in calls:
        called = "close" if name(c) == "fclose" else name(c)
        if called not in SAME_NAME or (fd(c) is None and called not in MAKERS):
            continue
        ret, err = (0, None) if called == "close" else (c["ret"], c.get("err")) if isinstance(c, dict) else (c.ret, c.err)
        tid = c["tid"] if isinstance(c, dict) else c.tid
        threads.setdefault(tid, []).append(show(called, fd(c), ret, err))
    return threads


def compare(name, log, out):
    wanted = steps(strace.read(log), lambda c: c.name, lambda c: c.fd)
    recorded = sorted(trace.calls(trace.read(out)), key=lambda e: e["t"] + e["dt"])
    got = steps(recorded, lambda e: e["call"], lambda e: e.get("fd"))
    for tid in sorted(got.keys() | wanted.keys()):
        mine = got.get(tid, [])
        theirs = without_shims_own(wanted.get(tid, []), mine)
        diff = "\n".join(difflib.unified_diff(theirs, mine, "strace", "socktrace", lineterm=""))
        tap.ok(not diff, f"{name}: {len(mine)} calls of a thread agree", diff)


def with_setting(value):
    with scratch() as here:
        natively = run(PROGRAM)
        result = run(*under_strace(f"{here}/log", f"{here}/out", PROGRAM, SOCKTRACE_LIBC=value))
        tap.equal((result.status, result.out, natively.status), (3, natively.out, 3), f"{value}: it runs as untraced")
        compare(f"SOCKTRACE_LIBC={value}", f"{here}/log", f"{here}/out")
        events = trace.read(f"{here}/out")
        process = events[0]
        tap.equal((process["libc_calls"], process.get("libc_why")), (True, None), f"{value}: the trace says so")
        end = [e for e in events if e["ev"] == "exit"]
        tap.equal([(e["how"], e["status"]) for e in end if e["tid"] == process["pid"]], [("exit", 3)], f"{value}: the end")


def what_libc_does_is_recorded():
    with_setting("auto")
    with_setting("early")


def off_says_so():
    with scratch() as here:
        run(PROGRAM, env=traced_env(f"{here}/out", SOCKTRACE_LIBC="off"))
        events = trace.read(f"{here}/out")
        tap.equal([e for e in trace.calls(events) if e.get("via") == "libc"], [], "off: nothing of libc's own is recorded")
        tap.equal((events[0]["libc_calls"], events[0]["libc_why"]), (False, "SOCKTRACE_LIBC=off"), "and the trace says so")


def a_bad_setting_is_said_once():
    with scratch() as here:
        result = run("sh", "-c", f"{PROGRAM} & wait $!", env=traced_env(f"{here}/out", SOCKTRACE_LIBC="on"))
        line = "socktrace: SOCKTRACE_LIBC must be auto, early or off; using auto\n"
        tap.equal(result.err.count(line), 1, "a setting that is no word of these is said once")


tap.run(what_libc_does_is_recorded, off_says_so, a_bad_setting_is_said_once)
