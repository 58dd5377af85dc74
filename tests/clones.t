#!/usr/bin/python3
"""clones: a clone in the memory of its parent spoils no line of it, and what it does itself is counted as lost; others are found, however late."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import program, run, scratch, traced_env


def what_cannot_be_recorded_is_counted():
    with scratch() as here:
        result = run(program("clones"), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "the program runs to its end")
        by_parent, by_child = map(int, result.out.split())
        events = trace.read(f"{here}/out")
        sends = trace.calls(events, "send")
        tap.equal({e["data"] for e in sends}, {"parent"}, "of the sends the trace has the parent's")
        tap.equal(len(sends), by_parent, "and all of them")
        lost = [e for e in events if e["ev"] == "lost"]
        tap.equal(sum(e["count"] for e in lost), by_child, "those of the child are counted")
        tap.equal({e["why"] for e in lost}, {"of a clone that shares this process's memory"}, "with the reason")


USES = ["socketpair", "write", "close", "close"]
# Of children of a process that has no socket, which do not look whether they are children before they use one.
LATE = {
    "child_uses": USES,
    "grandchild_uses": USES,
    "child_vforks": USES,
    "thread_of_child_uses": USES + USES,
    "thread_of_child_uses_after_vfork": USES + USES,
    "raw_fork": USES,
    "raw_vfork": USES,
}


def late_children_have_traces_of_their_own():
    for way, calls in LATE.items():
        with scratch() as here:
            result = run(program("late_children"), way, env=traced_env(f"{here}/out"))
            pid, ppid = map(int, result.out.split())
            events = trace.read(f"{here}/out")
            tap.equal((result.status, result.err), (0, ""), f"{way}: runs to its end")
            begun = [(e["pid"], e["ppid"]) for e in events if e["ev"] == "process"]
            tap.equal(begun, [(pid, ppid)], f"{way}: one trace, of who has the sockets")
            made = [e["call"] for e in trace.calls(events) if e["call"] in USES]
            tap.equal(made, calls, f"{way}: with all calls")
            tids = [e["tid"] for e in trace.calls(events) if e["call"] in USES]
            strangers = [tid for tid in tids[-len(USES) :] if tid != pid]
            tap.equal(strangers, [], f"{way}: the last ones by its first thread")
            lost = sum(e["count"] for e in events if e["ev"] == "lost")
            tap.equal(lost > 0, way == "raw_vfork", f"{way}: lost is what is done in the memory of another process")


tap.run(what_cannot_be_recorded_is_counted, late_children_have_traces_of_their_own)
