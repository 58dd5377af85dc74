#!/usr/bin/python3
"""inherited: a program's trace lists the sockets that it came with, wherever their numbers lie, and nothing else."""

import contextlib
import os
import resource
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import scratch, traced_env

# The shim asks about 256 numbers at once, and where there may be more of them lists /proc/self/fd: see preload/descriptors.c.
FEW, WORD = 256, 64


@contextlib.contextmanager
def numbered(original, numbers):
    """Copies of a descriptor that have these numbers."""
    for number in numbers:
        os.dup2(original, number)
    try:
        yield numbers
    finally:
        for number in numbers:
            os.close(number)


def inherited(sockets=(), files=(), limit=None):
    """The numbers of sockets in the trace of a program that was given these, and these that are none."""

    def lower_limit():
        if limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    with contextlib.ExitStack() as stack:
        here = stack.enter_context(scratch())
        nothing = stack.enter_context(open(os.devnull))
        mine = stack.enter_context(socket.socket())
        given = {*stack.enter_context(numbered(mine.fileno(), sockets)), *stack.enter_context(numbered(nothing.fileno(), files))}
        subprocess.run(["/bin/true"], env=traced_env(here), pass_fds=given, preexec_fn=lower_limit, check=True)
        return sorted(e["fd"] for e in trace.read(here) if e["ev"] == "inherit") if os.listdir(here) else []


def listed(what, sockets, **more):
    tap.equal(inherited(sockets, **more), sockets, f"{what}: {sockets or 'none'}")


def wherever_they_lie():
    listed("no socket", [])
    listed("a low one", [100])
    listed("the last of few", [FEW - 1])
    for number in (FEW, FEW + WORD - 1, FEW + WORD, 700):
        listed("one above", [number])
    listed("several", [64, 128, FEW - 1, FEW, 1000])


def beside_files():
    listed("between files", [101, 103], files=[100, 102, 104])
    beyond = list(range(FEW, FEW + WORD))
    listed("below a whole word of files", [200], files=beyond)
    listed("above it", [FEW + WORD + 1], files=beyond)
    listed("in it", [FEW + 3], files=[fd for fd in beyond if fd != FEW + 3])
    tap.equal(inherited(files=[5000 - 1]), [], "a file alone leaves no trace")


def under_a_limit():
    listed("few allowed", [40], limit=64)
    listed("above what is allowed now", [70, 300], limit=64)
    listed("more allowed than anybody needs", [100, 900], limit=resource.getrlimit(resource.RLIMIT_NOFILE)[1])


tap.run(wherever_they_lie, beside_files, under_a_limit)
