#!/usr/bin/python3
"""sandboxes: a filter that kills for a system call which only a tracer would make there kills nobody."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import plain_env, program, run, scratch, traced_env

WAYS = {
    "jump": "a process that a handler has jumped out of system in",
    "shells": "four threads that start shells",
    "child": "a child that execs",
}


def nobody_dies():
    for way, who in WAYS.items():
        plain = run(program("sandboxes"), way, env=plain_env())
        tap.equal((plain.status, plain.out), (0, "lives\n"), f"untraced: {who} lives")
        for only in "sandboxes", "nobody":
            with scratch() as here:
                traced = run(program("sandboxes"), way, env=traced_env(f"{here}/out", SOCKTRACE_ONLY=only))
                tap.equal(
                    (traced.status, traced.out, traced.err),
                    (0, "lives\n", ""),
                    f"in a sandbox, SOCKTRACE_ONLY={only}: {who}",
                )
                if only == "sandboxes" and way == "jump":
                    tap.equal(len(trace.calls(trace.read(f"{here}/out"), "write", via=None)), 2, "is recorded before and in it")


tap.run(nobody_dies)
