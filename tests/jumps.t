#!/usr/bin/python3
"""jumps: a call left amid what it does costs at most that call's line, 200 times over, and nothing stays open or mapped."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, program, run, scratch, traced_env

JUMPS = 200
WAYS = {"jump": "a handler jumps out of it", "exec": "it starts no program, and a handler jumps out of it", "cancel": "its thread is cancelled in it"}
MAPPINGS_AT_MOST = 10  # a slot more where nothing shows yet that one has been left; it is taken again later
YIELDS_AT_MOST = 50  # waiting 10 ms for one that nobody writes to any more makes thousands of them


def jumped(way, here):
    result = run(program("jumps"), way, env=traced_env(f"{here}/out"))
    tap.equal((result.status, result.err), (0, ""), f"{WAYS[way]}: the program runs to its end")
    return [int(n) for n in re.findall(r"\d+", result.out)]


def nothing_but_the_interrupted_call_is_missing():
    for way in WAYS:
        with scratch() as here:
            asked, descriptors, mappings = jumped(way, here)
            events = trace.read(f"{here}/out")
        lost = sum(e["count"] for e in events if e["ev"] == "lost")
        found = len(trace.calls(events, "getsockname")) + lost
        tap.ok(
            asked <= found <= asked + JUMPS,
            f"{asked} calls had returned, the trace has or counts them all and at most the {JUMPS} interrupted ones more",
            f"{found} found, {lost} of them counted as lost",
        )
        tap.ok(found - lost >= asked * 0.99, "hardly any is only counted", f"{lost} lost")
        tap.equal([e["data"] for e in trace.calls(events, "write")], ["after"], "what comes after the jumps is there")
        tap.equal(events[-1]["ev"], "exit", "and so is the end")
        tap.equal(descriptors, 0, "no descriptor of ours stays open")
        tap.ok(mappings <= MAPPINGS_AT_MOST, f"{mappings} mappings of the trace, at most {MAPPINGS_AT_MOST}")


def the_end_waits_for_nobody():
    for way in WAYS:
        with scratch() as here:
            strace = f"strace -f -qq -e trace=sched_yield -e signal=none -o {here}/strace -E LD_PRELOAD={SHIM} -E SOCKTRACE_OUT={here}/out"
            result = run(*strace.split(), program("jumps"), way)
            tap.equal(result.status, 0, f"{WAYS[way]}, under strace")
            with open(f"{here}/strace", encoding="utf-8") as f:
                yields = sum("sched_yield(" in line for line in f)
        tap.ok(yields <= YIELDS_AT_MOST, f"{yields} yields, at most {YIELDS_AT_MOST}")


tap.run(nothing_but_the_interrupted_call_is_missing, the_end_waits_for_nobody)
