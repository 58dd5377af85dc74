"""oracle: hold a trace against what strace saw of the same run, call by call and thread by thread."""

import difflib
import time

import strace
import tap
import trace
from run import SHIM

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
    """When the C library opens sockets of its own, unseen, in getaddrinfo: [(tid, from, to)], in seconds of the wall clock."""
    if all(e["libc_calls"] for e in events if e["ev"] == "process"):
        return []
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


def under_strace(log, out, *command, **settings):
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
        *(word for name, value in settings.items() for word in ("-E", f"{name}={value}")),
        *command,
    ]


# What moves bytes, makes sockets or names them; of the others libc's function and the system call have different names.
SAME_NAME = set(
    """socket socketpair bind connect listen getsockname sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg
    read write readv writev fcntl ioctl poll close""".split()
)


def steps_by_name(calls, name, fd):
    """{tid: [text]}; a close through stdio is a close whose result is another's."""
    threads = {}
    for c in calls:
        called = "close" if name(c) == "fclose" else name(c)
        if called not in SAME_NAME or (fd(c) is None and called not in MAKERS):
            continue
        ret, err = (0, None) if called == "close" else (c["ret"], c.get("err")) if isinstance(c, dict) else (c.ret, c.err)
        tid = c["tid"] if isinstance(c, dict) else c.tid
        threads.setdefault(tid, []).append(show(called, fd(c), ret, err))
    return threads


def compare_system_calls(name, log, out):
    """All on sockets, those that libc makes by itself included."""
    wanted = steps_by_name(strace.read(log), lambda c: c.name, lambda c: c.fd)
    recorded = sorted(trace.calls(trace.read(out), via=trace.ANY), key=lambda e: e["t"] + e["dt"])
    got = steps_by_name(recorded, lambda e: e["call"], lambda e: e.get("fd"))
    for tid in sorted(got.keys() | wanted.keys()):
        mine = got.get(tid, [])
        theirs = without_shims_own(wanted.get(tid, []), mine)
        diff = "\n".join(difflib.unified_diff(theirs, mine, "strace", "socktrace", lineterm=""))
        tap.ok(not diff, f"{name}: {len(mine)} calls of a thread agree", diff)
