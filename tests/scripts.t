#!/usr/bin/python3
"""scripts: what `make demo` and `make bench` run works, and installing dependencies twice does nothing."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, plain_env, run, scratch


def demo():
    with scratch() as here:
        result = run(f"{ROOT}/scripts/demo", env=plain_env(TMPDIR=here))
        tap.equal((result.status, result.err), (0, ""), "demo: runs, from whatever directory")
        tap.ok(
            re.search(r"^c1 ", result.out, re.M) and re.search(r"^c2 ", result.out, re.M),
            "demo: two clients",
            result.out,
        )
        tap.ok("hello" in result.out and "not traced" not in result.out, "demo: both ends", result.out)
        tap.equal(os.listdir(here), [], "demo: leaves nothing behind")


def bench():
    result = run(f"{ROOT}/scripts/bench", "1", timeout=120)
    rows = re.findall(r"^(\S.*?) +(\d+) +(\d+) +([+-]\d+) +([\d.]+) +([+-]\d+) +([\d.]+)$", result.out, re.M)
    tap.equal((result.status, len(rows)), (0, 5), "bench: five rows of numbers")
    tap.ok(
        all(int(strace) > int(shim) for _, _, _, shim, _, strace, _ in rows[:3]), "bench: strace costs more", result.out
    )


def dependencies():
    result = run(f"{ROOT}/scripts/deps")
    tap.equal((result.status, result.out, result.err), (0, "", ""), "deps: nothing to do where all is there")


tap.run(demo, bench, dependencies)
