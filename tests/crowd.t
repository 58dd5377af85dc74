#!/usr/bin/python3
"""crowd: hundreds of threads and thousands of descriptors lose no line, and cost each what a few of them cost."""

import collections
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, plain_env, program, run, scratch, traced_env

THREADS, COPIES, CONNECTIONS, RECEIVED = 500, 2000, 2000, 2000
LOOKS = 8  # at slots of others, for each new thread: preload/slots.c


def every_thread_has_its_lines():
    with scratch() as here:
        result = run(program("crowd"), "threads", THREADS, env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), f"twice {THREADS} threads run")
        events = trace.read(f"{here}/out")
        kinds = collections.Counter(e["call"] for e in trace.calls(events))
        tap.equal(kinds, {"socketpair": 1, "send": 2 * THREADS, "recv": 2 * THREADS}, "each has its send and its recv")
        tap.equal([e for e in events if e["ev"] == "lost"], [], "and nothing is lost")


def a_new_thread_looks_at_few_others():
    with scratch() as here:
        traced = run(
            *("strace", "-f", "-qq", "-o", f"{here}/log", "-e", "trace=tgkill,mmap"),
            *("-E", f"LD_PRELOAD={SHIM}", "-E", f"SOCKTRACE_OUT={here}/out", program("crowd"), "threads", THREADS),
        )
        tap.equal((traced.status, traced.err), (0, ""), "the same under strace")
        with open(f"{here}/log", encoding="utf-8") as f:
            log = f.read()
        asked = len(re.findall(r"tgkill\(\d+, \d+, 0", log))
        tap.ok(0 < asked <= LOOKS * 2 * THREADS, f"{asked} times it is asked whether a thread is gone")
        slots = len(re.findall(r"MAP_SHARED, \d+", log))
        tap.ok(THREADS < slots < 1.5 * THREADS, f"{slots} slots: those of threads that ended serve again")


def instructions(kind, n, holds):
    """What a run takes whose trace is as `holds` says."""
    with scratch() as here:
        command = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={here}/callgrind")
        # Valgrind gives up at the debugging information that clang writes.
        run("objcopy", "--strip-debug", SHIM, f"{here}/shim.so")
        env = plain_env(LD_PRELOAD=f"{here}/shim.so", SOCKTRACE_OUT=f"{here}/out")
        result = run(*command, program("crowd"), kind, n, env=env)
        holds(trace.read(f"{here}/out"), n)
        return int(re.search(r"Collected : (\d+)", result.err)[1])


def takes_the_same_for_each(kind, most, holds):
    few, twice, four_times = (instructions(kind, n, holds) for n in (most // 4, most // 2, most))
    growth = (four_times - twice) / (twice - few)
    tap.ok(growth < 2.5, f"{kind}: twice as many take {growth:.2f} times the instructions", f"{few} {twice} {four_times}")


def a_close_costs_the_same_among_many():
    def holds(events, n):
        refs = [e["refs"] for e in trace.calls(events, "close")]
        tap.equal(refs, list(range(n, 0, -1)), f"{n} copies: each close says how many are left")

    takes_the_same_for_each("copies", COPIES, holds)


def an_event_costs_the_same_among_many():
    def holds(events, n):
        told = [[r["fd"] for r in e["ready"]] for e in trace.calls(events, "epoll_wait")]
        tap.equal(told, [[e["fd"]] for e in trace.calls(events, "recv")], f"{n} connections: each event names the one that is read then")
        tap.equal(len(told), n, "and there is one of each")

    takes_the_same_for_each("events", CONNECTIONS, holds)


def a_received_socket_costs_the_same_among_many():
    def holds(events, n):
        made = [e["newsock"] for e in trace.calls(events, "socket")]
        came = [[r["sock"] for r in e["received"]] for e in trace.calls(events, "recvmsg")]
        tap.equal(came, [[sock] for sock in made], f"{n} sockets: each comes as the one that was sent")
        tap.equal({e["refs"] for e in trace.calls(events, "close")}, {0}, "after nobody here had it")

    takes_the_same_for_each("received", RECEIVED, holds)


LIBRARIES = 300
USE = "#include <sys/socket.h>\nlong use(int fd) { return send(fd, \"x\", 1, MSG_DONTWAIT); }"


def each_library_that_calls_is_named():
    """Also where nothing can be asked any more: trace.read refuses a call site that lies in none that the trace names."""
    with scratch() as here:
        built = run("gcc", "-shared", "-fPIC", "-x", "c", "-o", f"{here}/use.so", "-", input=USE)
        tap.equal(built.status, 0, "a library that sends")
        for i in range(LIBRARIES):
            shutil.copy(f"{here}/use.so", f"{here}/use.so.{i}")
        for way in "free", "sandbox":
            result = run(program("many_callers"), way, LIBRARIES, f"{here}/use.so", env=traced_env(f"{here}/{way}"))
            tap.equal((result.status, result.err), (0, ""), f"{way}: {LIBRARIES} copies of it do")
            events = trace.read(f"{here}/{way}")
            sites = {e["pc"] for e in trace.calls(events, "send")}
            named = {e["path"] for e in events if e["ev"] == "module" and e["path"].startswith(f"{here}/use.so.")}
            tap.equal((len(sites), len(named)), (LIBRARIES, LIBRARIES), "each from a place in a library of its own, which the trace names")


tap.run(
    every_thread_has_its_lines,
    a_new_thread_looks_at_few_others,
    a_close_costs_the_same_among_many,
    an_event_costs_the_same_among_many,
    a_received_socket_costs_the_same_among_many,
    each_library_that_calls_is_named,
)
