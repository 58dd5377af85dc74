#!/usr/bin/python3
"""stacks: what the shim takes of a stack that is small is little, also of the one on which a program has its first socket."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import plain_env, program, run, scratch, traced_env

BYTES = 1600  # enough for both; the program alone, and what libc needs, takes some 300 of them
NOW = {"LD_BIND_NOW": "1"}  # the dynamic linker's own need when a function is first called is three times as much


def small_ones_are_enough():
    plain = run(program("small_stacks"), BYTES, env=plain_env(**NOW))
    tap.equal((plain.status, plain.out), (0, "abc\n"), f"{BYTES} bytes are enough untraced")
    with scratch() as here:
        traced = run(program("small_stacks"), BYTES, env=traced_env(f"{here}/out", **NOW))
        tap.equal((traced.status, traced.out, traced.err), (0, "abc\n", ""), "and traced: in a coroutine, and in a handler")
        events = trace.read(f"{here}/out")
        tap.equal(len([e for e in events if e["ev"] == "process"]), 3, "its children are traced as well")
        tap.equal(len(trace.calls(events, "recv")), 2, "with all calls")


tap.run(small_ones_are_enough)
