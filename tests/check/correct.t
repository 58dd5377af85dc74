#!/usr/bin/python3
"""correct: servers without a mistake, of every kind that a course teaches, under many clients at once: check accuses none.

`tests/check/correct.t threaded` tries that one only.
"""

import glob
import os
import signal
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
import trace
from mistakes import accusations
from run import BUILD, Process, run, scratch, traced_env

BINARIES = os.path.join(BUILD, "tests/check/correct")
NO_SERVERS = ("clients", "correct")
CLIENTS, ROUNDS = 20, 3


def serve(name, here, stop):
    """The trace of one server and its clients; what check says while it runs, and afterwards."""
    out = os.path.join(here, "out")
    env = traced_env(out)
    with Process(os.path.join(BINARIES, name), env=env, cwd=here) as server:
        for _ in range(ROUNDS):
            run(os.path.join(BINARIES, "clients"), server.port(), CLIENTS, env=env, cwd=here)
        alive = accusations(out)
        os.killpg(server.pid, stop)
        server.wait()
    return out, alive


def judge(name, stop):
    with scratch() as here:
        out, alive = serve(name, here, stop)
        accepted = [e for e in trace.calls(trace.read(out)) if e["call"].startswith("accept") and e["ret"] >= 0]
        tap.equal(len(accepted), CLIENTS * ROUNDS, f"{name}: all clients are accepted")
        tap.equal(alive, [], f"{name}: nothing is found while it runs")
        tap.equal(accusations(out), [], f"{name}: nor after {stop.name}")


def cases():
    for path in sorted(glob.glob(os.path.join(HERE, "correct/*.c"))):
        name = os.path.basename(path)[:-2]
        if name in NO_SERVERS or (sys.argv[1:] and name not in sys.argv[1:]):
            continue
        for stop in (signal.SIGTERM, signal.SIGKILL):

            def case(name=name, stop=stop):
                judge(name, stop)

            case.__name__ = f"{name} {stop.name}"
            yield case


tap.run(*cases())
