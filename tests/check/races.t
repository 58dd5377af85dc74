#!/usr/bin/python3
"""races: descriptors whose numbers are used again by other threads, 100 runs each: check never accuses who is not to blame."""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from mistakes import FAILING, Program, check_json
from run import scratch

RUNS = int(os.environ.get("RACES", 100))


def findings(program):
    """What is found in each of the runs that has anything."""
    for _ in range(RUNS):
        with scratch() as here:
            program.record(here)
            found = [f for f in check_json(here)["findings"] if f["grade"] in FAILING]
            if found:
                yield found


def load(name):
    return Program(os.path.join(HERE, "programs", name + ".c"))


def who_hands_on_is_not_accused():
    tap.equal(list(findings(load("st019_good_handed"))), [], f"{RUNS} runs of threads that take turns with numbers")


def who_is_hit_is_not_accused():
    program = load("race_closes_twice")
    found = [f for run in findings(program) for f in run]
    others = [f for f in found if f["rule"][:5] != "ST019"]
    tap.equal(others, [], f"{RUNS} runs of one that closes twice at any time: no other mistake is seen")
    elsewhere = [f for f in found if f["line"] != program.mistake_line and "another thread" not in f["what"]]
    tap.equal(elsewhere, [], "who uses what another thread has closed is told so")
    tap.ok(any(f["line"] == program.mistake_line for f in found), "and who closes twice is found")


tap.run(who_hands_on_is_not_accused, who_is_hit_is_not_accused)
