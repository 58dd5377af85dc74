"""metamorphic: runs that do the same in another way, as `socktrace diff` must find out."""

import contextlib
import random
import subprocess
import sys

from scenario import CLIENTS, LINES, Process, differences, program, traced_env

# What may be another way on each side without being another program. Bytes are cut, calls have other names, waits are put in
# between, addresses are tried in vain.
SERVER = ("accept4", "recv", "send", "split", "bytewise", "poll", "nonblock")
CLIENT = ("recv", "send", "split", "bytewise", "poll", "nonblock", "delay", "ipv6_first")
WAYS = ("one", "fork", "thread")


class Variation:
    """One run: who does what in another way, in which order the clients come, whether the machine is busy."""

    def __init__(self, seed, plain=False):
        rnd = random.Random(seed)
        chosen = lambda names: [n for n in names if not plain and rnd.random() < 0.4]
        self.server = chosen(SERVER)
        self.clients = [chosen(CLIENT) for _ in range(CLIENTS)]
        self.order = list(range(CLIENTS))
        self.busy = not plain and rnd.random() < 0.25
        if not plain:
            rnd.shuffle(self.order)

    def __str__(self):
        clients = "; ".join(" ".join(c) or "plain" for c in self.clients)
        return f"server: {' '.join(self.server) or 'plain'}, clients: {clients}, order {self.order}{', busy' if self.busy else ''}"


@contextlib.contextmanager
def load(busy):
    """A neighbour that takes what it can of the processor."""
    if not busy:
        yield
        return
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        neighbour.kill()
        neighbour.wait()


def record(out, how, pipeline, variation):
    both = ["pipeline"] if pipeline else []
    with contextlib.ExitStack() as stack:
        stack.enter_context(load(variation.busy))
        server = stack.enter_context(
            Process(program("mutant"), "--vary", ",".join(variation.server), "server", how, CLIENTS, env=traced_env(out))
        )
        port = server.port()
        running = []
        for i in variation.order:
            vary = ",".join(both + variation.clients[i])
            words = (*LINES[: 1 + i % len(LINES)], "a line longer than what is recorded of a call, " * (i + 1))
            running.append(
                stack.enter_context(
                    Process(program("mutant"), "--vary", vary, "client", port, *words, f"client {i}", env=traced_env(out))
                )
            )
        for process in (*running, server):
            result = process.wait()
            if result.status:
                raise AssertionError(f"{variation}: {process.child.args}: {result}")
    return out


def try_once(here, seed):
    """(what was tried, the document of the comparison with a plain run, whether it is the same)."""
    rnd = random.Random(seed)
    how, pipeline = WAYS[seed % len(WAYS)], rnd.random() < 0.5
    variation = Variation(seed)
    plain = record(f"{here}/{seed}.plain", how, pipeline, Variation(seed, plain=True))
    varied = record(f"{here}/{seed}.varied", how, pipeline, variation)
    document, status = differences(plain, varied)
    return f"{seed}: {how}{', pipelined' if pipeline else ''}; {variation}", document, status == 0
