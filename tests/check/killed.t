#!/usr/bin/python3
"""killed: correct programs, killed with all that they started at any moment: check accuses none.

`KILLS=100 tests/check/killed.t st014 st024` kills each of these so often.
"""

import glob
import os
import random
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from mistakes import Program, accusations
from run import scratch

KILLS = int(os.environ.get("KILLS", 2))
LONGEST = 0.1  # seconds: most have come to their end by then


def accused(program):
    """What check takes for a mistake, in all of its deaths."""
    for _ in range(KILLS):
        with scratch() as here:
            out = os.path.join(here, "out")
            program.cut_short(here, LONGEST * random.random() ** 2)
            if any(os.path.getsize(f) for f in glob.glob(os.path.join(out, "*.jsonl"))):
                yield from accusations(out)


def cases():
    for path in sorted(glob.glob(os.path.join(HERE, "programs/st*_good*.c"))):
        program = Program(path)
        if "hangs" in program.said or (sys.argv[1:] and not program.name.startswith(tuple(sys.argv[1:]))):
            continue

        def case(program=program):
            tap.equal(list(accused(program)), [], f"{program.name}: {KILLS} deaths")

        case.__name__ = program.name
        yield case


tap.run(*cases())
