#!/usr/bin/python3
"""stats: the numbers, and the tree, of traces that were made to have known ones."""

import json
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import scratch, viewer

CASES = os.path.join(HERE, "cases")
PORT = 8080


class Maker:
    """A server and its clients, as the shim would have written them."""

    def __init__(self, directory):
        self.directory, self.files, self.t = directory, {}, 10**12
        with open(os.path.join(CASES, "killed_in_accept/19078.echo_server.jsonl"), encoding="utf-8") as f:
            self.head = json.loads(f.readline())

    def process(self, pid, name):
        self.files[pid] = open(os.path.join(self.directory, f"{pid}.{name}.jsonl"), "w", encoding="utf-8")
        self.line(pid, {**self.head, "t": self.t, "tid": pid, "pid": pid, "started": pid, "argv": [name]})

    def line(self, pid, keys):
        print(json.dumps(keys), file=self.files[pid])

    def call(self, pid, name, dt, **keys):
        """The next call, in time after all others."""
        self.t += 1000
        self.line(pid, {"ev": "call", "t": self.t, "dt": dt, "tid": pid, "call": name, "args": {}, **keys})
        self.t += dt

    def done(self):
        for f in self.files.values():
            f.close()


def address(port):
    return {"family": "AF_INET", "addr": "127.0.0.1", "port": port, "len": 16, "raw": f"0200{port:04x}7f0000010000000000000000"}


def served(directory, clients):
    """Clients one after the other; the i-th writes i % 7 + 1 times, and each write takes its number in nanoseconds."""
    m = Maker(directory)
    m.process(100, "server")
    m.process(200, "client")
    m.call(100, "socket", 5, ret=3, newsock=1, ino=1)
    m.call(100, "bind", 5, fd=3, sock=1, args={"addr": address(PORT), "addrlen": 16}, ret=0)
    m.call(100, "listen", 5, fd=3, sock=1, args={"backlog": 5}, ret=0)
    writes = 0
    for i in range(clients):
        port, ours, theirs = 10000 + i % 50000, 1000 + i, 10**6 + i
        ends = [{"local": address(port), "peer": address(PORT)}, {"local": address(PORT), "peer": address(port)}]
        m.call(200, "socket", 5, ret=3, newsock=ours, ino=ours)
        m.call(200, "connect", 5, fd=3, sock=ours, args={"addr": address(PORT), "addrlen": 16}, ret=0, **ends[0])
        m.call(100, "accept", 5, fd=3, sock=1, ret=4, newsock=theirs, ino=theirs, **ends[1])
        for _ in range(i % 7 + 1):
            writes += 1
            m.call(200, "write", writes, fd=3, sock=ours, args={"count": 10}, ret=10, data="0123456789")
            m.call(100, "read", 5, fd=4, sock=theirs, args={"count": 100}, ret=10, data="0123456789")
        m.call(200, "close", 5, fd=3, sock=ours, ret=0, refs=0)
        m.call(100, "read", 5, fd=4, sock=theirs, args={"count": 100}, ret=0)
        if i % 10 == 0:
            m.call(100, "write", 5, fd=4, sock=theirs, args={"count": 10}, ret=-1, err="EPIPE")
        m.call(100, "close", 5, fd=4, sock=theirs, ret=0, refs=0)
    m.done()
    return writes


def row(text, name):
    return next((line.split("  ") for line in text.splitlines() if line.startswith(name + " ")), [])


def words(line):
    return [w.strip() for w in line if w.strip()]


def few_calls_are_exact():
    with scratch() as directory:
        writes = served(directory, 70)
        out = viewer("stats", "--width=120", directory, LC_ALL="C.UTF-8").out
    tap.equal(writes, 280, "the trace has 280 writes that take 1 to 280 ns, and 7 that fail in 5 ns")
    tap.equal(words(row(out, "write")), ["write", "287", "7", "137 ns", "266 ns", "278 ns", "280 ns", "39.4 µs", "2.80 kB"],
              "their percentiles are those of the numbers, by nearest rank")
    tap.contains(out, "7  write EPIPE: the other end is closed", "the error, how often")
    tap.contains(out, "by P1 c1\n", "and where it was first")
    tap.contains(out, "open sockets     ", "sockets over time")
    tap.contains(out, "up to 3, 1 never closed", "never more than the listener and both ends, the listener to the end")


def repeats_make_no_new_shape():
    with scratch() as directory:
        served(directory, 700)
        out = viewer("stats", "--width=120", directory, LC_ALL="C.UTF-8").out
    for count, client, server in (
        (540, "connect write+ close", "accept read+ read=EOF close"),
        (60, "connect write+ close", "accept read+ read=EOF write=failed close"),
        (90, "connect write close", "accept read read=EOF close"),
        (10, "connect write close", "accept read read=EOF write=failed close"),
    ):
        shape = f"   {count}  closed"
        at = out.find(shape)
        tap.ok(at >= 0, f"{count} connections are alike", out)
        tap.equal([l.strip() for l in out[at:].splitlines()[1:3]], [f"client  {client}", f"server  {server}"], f"{count}: {client}")


def many_calls_are_near_enough():
    clients = 3500
    with scratch() as directory:
        writes = served(directory, clients)
        shown = viewer("stats", "--width=120", directory, LC_ALL="C.UTF-8")
    got = words(row(shown.out, "write"))
    tap.equal(got[1:3], [f"{writes + clients // 10:,}", f"{clients // 10}"], "all writes are counted")
    times = [5] * (clients // 10) + list(range(1, writes + 1))
    times.sort()
    for name, text, part in zip(("p50", "p95", "p99"), got[3:6], (0.5, 0.95, 0.99)):
        wanted = times[int(part * len(times))]
        tap.ok(abs(float(text.split()[0]) * 1000 - wanted) < wanted * 0.01, f"{name} is where it should be", f"{text}, not {wanted} ns")
    tap.equal(got[6], f"{writes / 1000:.1f} µs", "the highest is exact")


def a_long_tree_shows_its_beginning():
    with scratch() as directory:
        served(directory, 70)
        few, every = (viewer("tree", *more, directory, LC_ALL="C.UTF-8").out for more in ((), ("--every",)))
    tap.contains(few, "and 30 more (--every shows all)", "40 lines below one, and how many are left out")
    tap.equal((few.count("listening"), every.count("; closed, the last copy")), (1, 140), "--every shows all")


tap.run(few_calls_are_exact, repeats_make_no_new_shape, many_calls_are_near_enough, a_long_tree_shows_its_beginning)
