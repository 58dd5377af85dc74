#!/usr/bin/python3
"""under_load: correct programs that nobody here wrote, with many clients that come and go: check finds no mistake in any.

`tests/real/under_load.t haproxy node` tries those of tests/proof/programs; without names, those whose packages scripts/deps installs.
`make proof` tries them all.
"""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "../lib"), os.path.join(HERE, "../proof")]
import tap
from trial import Trial

ALWAYS = ("nginx", "redis", "python_http", "python_asyncio")


def judge(name):
    trial = Trial(name)
    trial.judge_under_load()
    tap.ok(trial.loaded > 1000, f"{name}: there is a long trace", f"{trial.loaded} calls")
    tap.equal(trial.accused_under_load, [], f"{name}: check finds no mistake in it")


def cases():
    for name in sys.argv[1:] or ALWAYS:

        def case(name=name):
            judge(name)

        case.__name__ = name
        yield case


tap.run(*cases())
