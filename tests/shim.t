#!/usr/bin/python3
"""shim: each program in tests/shim leaves exactly the trace that it says it must, and runs as it does untraced."""

import glob
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import expectation
import tap
import trace
from run import BUILD, ROOT, plain_env, run, scratch, traced_env


def check(name):
    path = os.path.join(BUILD, "tests/shim", name)
    with scratch() as here:
        plain = run(path, cwd=here, env=plain_env())
    with scratch() as here:
        out = os.path.join(here, "out")
        traced = run(path, cwd=here, env=traced_env(out))
        why = expectation.compare(traced.out, trace.read(out)) if os.path.isdir(out) else "no trace"
    tap.ok(not why, name.replace("_", " "), why)
    tap.ok(
        (plain.status, traced.status, traced.err) == (0, 0, ""),
        name.replace("_", " ") + ": runs as untraced",
        f"untraced: {plain}\ntraced: {traced}",
    )


def main():
    names = [os.path.basename(p)[:-2] for p in sorted(glob.glob(os.path.join(ROOT, "tests/shim/*.c")))]
    cases = []
    for name in sys.argv[1:] or names:

        def case(name=name):
            check(name)

        case.__name__ = name
        cases.append(case)
    tap.run(*cases)


main()
