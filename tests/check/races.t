#!/usr/bin/python3
"""races: descriptors whose numbers are used again by other threads, 100 runs each: check never accuses who is not to blame."""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
import trace
from mistakes import FAILING, Program, check_json
from run import scratch

RUNS = int(os.environ.get("RACES", 100))


def findings(program):
    """What is found in each of the runs that has anything."""
    for _ in range(RUNS):
        with scratch() as here:
            program.record(here)
            found = [f for f in check_json(here)["findings"] if f["grade"] in FAILING]
            for f in found:
                f["closed_twice"] = f["tid"] in who_close_twice(trace.read(os.path.join(here, "out")))
            if found:
                yield found


def who_close_twice(events):
    """The threads that close a number twice without a call in between."""
    last, found = {}, set()
    for e in events:
        if "call" in e:
            is_close = e["call"] == "close"
            if is_close and last.get(e["tid"]) == e["fd"]:
                found.add(e["tid"])
            last[e["tid"]] = e["fd"] if is_close else None
    return found


def load(name):
    return Program(os.path.join(HERE, "programs", name + ".c"))


def who_hands_on_is_not_accused():
    tap.equal(list(findings(load("st019_good_handed"))), [], f"{RUNS} runs of threads that take turns with numbers")


def who_is_hit_is_not_accused():
    program = load("race_closes_twice")
    found = [f for run in findings(program) for f in run]
    others = [f for f in found if f["rule"][:5] != "ST019"]
    tap.equal(others, [], f"{RUNS} runs of one that closes twice at any time: no other mistake is seen")
    # The thread with the mistake may be handed the connection that its second close met: then it did close that itself.
    accused = [f for f in found if not f["closed_twice"] and "another thread" not in f["what"]]
    tap.equal(accused, [], "who uses what another thread has closed is told so")
    tap.ok(any(f["line"] == program.mistake_line for f in found), "and who closes twice is found")


tap.run(who_hands_on_is_not_accused, who_is_hit_is_not_accused)
