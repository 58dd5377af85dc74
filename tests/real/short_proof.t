#!/usr/bin/python3
"""short_proof: some quick programs of `make proof`: a user gets the same from them natively and traced."""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "../lib"), os.path.join(HERE, "../proof")]
import tap
from trial import Trial


def same(name):
    trial = Trial(name)
    trial.compare_with_native()
    tap.ok(trial.same_output and trial.same_status, f"{name}: output and exit status are as untraced", trial.faults)
    tap.ok(trial.recorded, f"{name}: there is a trace")
    tap.equal(trial.accused, [], f"{name}: check finds no mistake in it")


def bash():
    same("bash")


def git():
    same("git")


def perl():
    same("perl")


def python_asyncio():
    same("python_asyncio")


tap.run(bash, git, perl, python_asyncio)
