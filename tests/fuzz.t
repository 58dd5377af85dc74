#!/usr/bin/python3
"""fuzz: every fuzz target stands its seeds and a few thousand runs from them, always the same ones."""

import glob
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, run

# As many as take a few seconds each, under the sanitizers.
RUNS = {"line": 20000, "file": 4000, "live": 1500, "elf": 4000, "options": 20000, "story": 600}


def targets():
    names = (os.path.basename(path)[:-2] for path in glob.glob(f"{ROOT}/tests/fuzz/*.c"))
    return sorted(name for name in names if name != "lib")


def every_target_finds_nothing():
    for target in targets():
        result = run(f"{ROOT}/scripts/fuzz", f"-{RUNS[target]}", target, timeout=120)
        tap.ok(result.status == 0, f"{target}: {RUNS[target]} runs", result.out + result.err)


def every_target_has_seeds():
    for target in targets():
        tap.ok(os.listdir(f"{ROOT}/tests/fuzz/seeds/{target}"), f"{target} has seeds")


if shutil.which("clang"):
    tap.run(every_target_finds_nothing, every_target_has_seeds)
else:
    tap.run(lambda: tap.skip("the fuzz targets", "no clang here"))
