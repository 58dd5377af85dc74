#!/usr/bin/python3
"""scenario: runs of tests/programs/mutant.c, traced, for `socktrace diff` to compare.

    scenario.py DIRECTORY one|fork|thread [CHANGE]    record a server and three clients there
"""

import contextlib
import json
import os
import re
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from run import ROOT, Process, program, traced_env, viewer

SOURCE = f"{ROOT}/tests/programs/mutant.c"
LINES = ("one", "two", "x")
CLIENTS = 3


def line_of(change):
    """The line of mutant.c that is marked with a change."""
    with open(SOURCE, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            marked = re.search(r"/\* change: (.*) \*/", line)
            if marked and change in marked[1].split():
                return number
    raise AssertionError(f"no line of mutant.c is marked with {change}")


@contextlib.contextmanager
def refusing_port():
    """A port that nobody listens on, for as long as it is held."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        yield s.getsockname()[1]


def clients_of(out, port, change, count):
    """At the same time: a server that never closes would otherwise keep the first one waiting."""
    with contextlib.ExitStack() as stack:
        clients = [
            stack.enter_context(
                Process(program("mutant"), "--change", change, "client", port, *LINES[: 1 + i % 3], "x", env=traced_env(out))
            )
            for i in range(count)
        ]
        for client in clients:
            client.wait()


def record(out, how="one", change="", clients=CLIENTS):
    """A server and its clients; the change is known to both. Returns `out`."""
    with Process(program("mutant"), "--change", change, "server", how, clients, env=traced_env(out)) as server:
        try:
            port = server.port()
        except AssertionError:
            with refusing_port() as port:
                clients_of(out, port, change, clients)
            return out
        clients_of(out, port, change, clients)
        server.wait()
    return out


def diff(*args):
    return viewer("diff", *args)


def differences(*args):
    """The document of --format=json, and the exit status."""
    shown = diff("--format=json", *args)
    if shown.err or not shown.out:
        raise AssertionError(f"no document: {shown}")
    return json.loads(shown.out), shown.status


if __name__ == "__main__":
    record(os.path.realpath(sys.argv[1]), *sys.argv[2:])
