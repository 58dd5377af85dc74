#!/usr/bin/python3
"""oracle: strace and the shim watch the same run; the calls on sockets agree one by one, thread by thread."""

import difflib
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import strace
import tap
import trace
from run import Process, SHIM, program, run, scratch

# What the kernel sees where the program called something else: the C library's doing.
KERNEL_NAME = {
    "send": "sendto",
    "recv": "recvfrom",
    "fork": "clone",
    "waitpid": "wait4",
    "wait": "wait4",
    "fcntl64": "fcntl",
}
NO_SYSTEM_CALL = {"getaddrinfo", "freeaddrinfo"}
MAKERS = {"socket", "socketpair"}
PROCESSES = {"clone", "wait4"}
# What the shim itself asks of a socket. Only where the trace has no such call by the program.
SHIM_ASKS = {"getsockopt", "getsockname", "getpeername", "fstat", "newfstatat", "fcntl"}


def kernel_call(e):
    name = KERNEL_NAME.get(e["call"], e["call"])
    return show(name, e.get("fd"), e["ret"], e.get("err"))


def show(name, fd, ret, err):
    on = "" if fd is None else f" on {fd}"
    return f"{name}{on} = {ret}{' ' + err if err else ''}"


def recorded(events):
    """{tid: [(text, inside)]} of the calls that the shim recorded."""
    threads = {}
    for e in events:
        if e["ev"] == "call" and e["call"] not in NO_SYSTEM_CALL:
            threads.setdefault(e["tid"], []).append(kernel_call(e))
    return threads


def lookups(events):
    """When the C library opens sockets of its own, in getaddrinfo: [(tid, from, to)], in seconds of the wall clock."""
    offset = wall_clock_ns()
    return [
        (e["tid"], (e["t"] + offset) / 1e9, (e["t"] + e["dt"] + offset) / 1e9)
        for e in trace.calls(events, "getaddrinfo")
    ]


def wall_clock_ns():
    """How far the wall clock is ahead of CLOCK_MONOTONIC; of several tries the one that was interrupted least."""

    def once():
        before, wall, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        return after - before, wall - before

    return min(once() for _ in range(100))[1]


def seen(calls, spans, first_of):
    """{tid: [text]} of what strace saw of sockets and processes, from the thread's first socket on."""
    threads = {}
    for c in calls:
        if any(tid == c.tid and begin <= c.when <= end for tid, begin, end in spans):
            continue
        if c.fd is None and c.name not in MAKERS and not (c.name in PROCESSES and c.when >= first_of):
            continue
        threads.setdefault(c.tid, []).append(show(c.name, c.fd, c.ret, c.err))
    return threads


def without_shims_own(wanted, got):
    """strace's calls without those that the shim made: questions that stand between the calls of the program."""
    kept, at = [], 0
    for text in wanted:
        if at < len(got) and text == got[at]:
            at += 1
        elif text.split()[0] in SHIM_ASKS:
            continue
        kept.append(text)
    return kept


def compare(name, log, out):
    events = trace.read(out)
    calls = strace.read(log)
    first_of = min((c.when for c in calls if c.name in MAKERS), default=0)
    wanted, got = seen(calls, lookups(events), first_of), recorded(events)
    tap.equal(sorted(got), sorted(t for t in wanted if wanted[t]), f"{name}: the same threads use sockets")
    for tid in sorted(wanted):
        mine = got.get(tid, [])
        theirs = without_shims_own(wanted[tid], mine)
        diff = "\n".join(difflib.unified_diff(theirs, mine, "strace", "socktrace", lineterm="", n=100))
        tap.ok(
            not diff and len(mine) > 3,
            f"{name}: {len(mine)} calls of thread {tid} agree",
            diff or "hardly any call recorded",
        )


def under_strace(log, out, *command):
    return [
        "strace",
        "-f",
        "-y",
        "--absolute-timestamps=format:unix,precision:ns",
        "-o",
        log,
        "-E",
        f"LD_PRELOAD={SHIM}",
        "-E",
        f"SOCKTRACE_OUT={out}",
        *command,
    ]


def echo(name, *server):
    with scratch() as here:
        logs, out = [f"{here}/server.strace", f"{here}/client.strace"], f"{here}/out"
        with Process(*under_strace(logs[0], out, program(server[0]), *server[1:])) as running:
            port = running.port()
            client = run(*under_strace(logs[1], out, program("echo_client"), "127.0.0.1", port, "one", "two", "three"))
            tap.ok(
                (client.status, client.out) == (0, "one\ntwo\nthree\n"),
                f"{name}: the client gets its lines",
                repr(client),
            )
            tap.equal(running.wait().status, 0, f"{name}: the server ends")
        merge(logs, f"{here}/both.strace")
        compare(name, f"{here}/both.strace", out)


def merge(logs, path):
    with open(path, "w", encoding="utf-8") as both:
        for log in logs:
            with open(log, encoding="utf-8", errors="replace") as f:
                both.write(f.read())


def echo_server():
    echo("echo server and client", "echo_server", "--once", "1", "0")


def forking_echo_server():
    echo("forking echo server and client", "echo_server_fork", "1", "0")


def one_program(name, *command):
    with scratch() as here:
        result = run(*under_strace(f"{here}/log", f"{here}/out", *command), cwd=here)
        tap.ok(result.status == 0, f"{name}: runs", repr(result))
        compare(name, f"{here}/log", f"{here}/out")


def unix_sockets():
    one_program("unix sockets", program("unix_pair"), "here.sock")
    one_program("abstract unix sockets", program("unix_pair"), f"@socktrace-test-{os.getpid()}")


def socket_pair():
    one_program("socketpair", program("pair"))


def a_missing_call_is_seen():
    """The oracle itself: a call taken out of either side must show."""
    calls = ["socket = 3", "getsockopt on 3 = 0", "connect on 3 = 0", "write on 3 = 6", "close on 3 = 0"]
    mine = ["socket = 3", "connect on 3 = 0", "write on 3 = 6", "close on 3 = 0"]
    tap.equal(without_shims_own(calls, mine), mine, "questions of the shim do not count")
    for gone in mine:
        less = [c for c in mine if c != gone]
        tap.ok(without_shims_own(calls, less) != less, f"{gone!r} missing from the trace is seen")


tap.run(echo_server, forking_echo_server, unix_sockets, socket_pair, a_missing_call_is_seen)
