#!/usr/bin/python3
"""jumps: a signal handler that jumps out of a half-written line costs at most that line, 200 times over."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import program, run, scratch, traced_env

JUMPS = 200


def nothing_but_the_interrupted_call_is_missing():
    with scratch() as here:
        result = run(program("jumps"), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "the program runs to its end")
        events = trace.read(f"{here}/out")
        lost = sum(e["count"] for e in events if e["ev"] == "lost")
        found = len(trace.calls(events, "getsockname")) + lost
        asked = int(result.out)
        tap.ok(
            asked <= found <= asked + JUMPS,
            f"{asked} calls had returned, the trace has or counts them all and at most the {JUMPS} interrupted ones more",
            f"{found} found, {lost} of them counted as lost",
        )
        tap.ok(found - lost > asked * 0.99, "hardly any is only counted", f"{lost} lost")
        tap.equal([e["data"] for e in trace.calls(events, "write")], ["after"], "what comes after the jumps is there")
        tap.equal(events[-1]["ev"], "exit", "and so is the end")


tap.run(nothing_but_the_interrupted_call_is_missing)
