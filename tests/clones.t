#!/usr/bin/python3
"""clones: a clone in the memory of its parent spoils no line of it, and what it does itself is counted as lost."""

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


tap.run(what_cannot_be_recorded_is_counted)
