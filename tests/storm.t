#!/usr/bin/python3
"""storm: SIGKILLs at random moments of a busy program of threads, handlers and forks tear no line and lose no call that had
returned."""

import os
import random
import signal
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import Process, poll, program, scratch, traced_env

KILLS = int(os.environ.get("KILLS", "100"))
COUNTED = 5  # four threads and the newest child: struct count of tests/programs/busy.c
COUNT = struct.Struct("QQQQ")
LAST_CALLS = 1200  # until the kill: slots have been full by then, each holds some 250


def counts(path):
    """What each thread of busy counted: {tid: (returned calls, those of its handler, the handler's descriptor)}."""
    if not os.path.exists(path) or os.path.getsize(path) < COUNT.size * COUNTED:
        return {}
    with open(path, "rb") as f:
        return {tid: tuple(rest) for tid, *rest in COUNT.iter_unpack(f.read()) if tid}


def returned_calls(here):
    return sum(count for count, _, _ in counts(f"{here}/counts").values())


def kill_one(here, calls):
    """Kill it when so many calls have returned, or some more."""
    with Process(program("busy"), f"{here}/counts", env=traced_env(f"{here}/out")) as busy:
        poll(lambda: counts(f"{here}/counts") and returned_calls(here) >= calls, "busy to be busy")
        os.killpg(busy.pid, signal.SIGKILL)  # its child too
        busy.wait()
    return counts(f"{here}/counts"), trace.read(f"{here}/out")


def faults(returned, events):
    """What is wrong with this trace, as text."""
    found = []
    numbers = {}
    for e in trace.calls(events):
        if e["call"] in ("send", "recv"):
            handler = e["fd"] == returned.get(e["tid"], (0, 0, 0))[2]
            numbers.setdefault((e["tid"], "handler" if handler else e["call"]), []).append(e)
    for (tid, kind), calls in numbers.items():
        for e, number in zip_numbers(calls):
            if (e["ret"], e.get("data")) != (8, f"{number:08}"):
                found.append(f"thread {tid}: {kind} number {number} is {e['ret']} {e.get('data')!r}")
                break
    for tid, (count, handled, _) in returned.items():
        sends, receives, handlers = (len(numbers.get((tid, kind), [])) for kind in ("send", "recv", "handler"))
        # The one call that may have been recorded, and not counted any more.
        if sends + receives not in (count, count + 1):
            found.append(f"thread {tid}: {count} calls returned, {sends} sends and {receives} recvs recorded")
        if handlers not in (handled, handled + 1):
            found.append(f"thread {tid}: {handled} calls of its handler returned, {handlers} recorded")
    found += [f"lost: {e}" for e in events if e["ev"] == "lost"]
    return found


def zip_numbers(calls):
    return [(e, number) for number, e in enumerate(calls)]


def a_storm():
    dice = random.Random(int(os.environ.get("SEED", "1")))
    total, handled, forked, complaints = 0, 0, 0, []
    for _ in range(KILLS):
        with scratch() as here:
            try:
                returned, events = kill_one(here, dice.randrange(LAST_CALLS))
            except trace.Bad as torn:
                complaints.append(str(torn))
                continue
            complaints += faults(returned, events)
            total += sum(count for count, _, _ in returned.values())
            handled += sum(handled for _, handled, _ in returned.values())
            forked += sum(e["ev"] == "process" and e["start"] == "fork" for e in events)
    tap.ok(not complaints, f"{KILLS} kills: no torn line, no lost call", "\n".join(complaints[:20]))
    tap.ok(
        total > LAST_CALLS / 3 * KILLS,
        f"the program was busy: {total} calls had returned",
        "hardly anything happened: proves nothing",
    )
    tap.ok(
        handled > 10 * KILLS and forked > KILLS,
        f"nor was that all that was busy: {handled} calls by handlers, {forked} children with traces",
        "hardly anything happened: proves nothing",
    )


def a_lost_call_is_seen():
    """The check itself: traces that lack a call, have one twice or hold a wrong one."""

    def line(number, name="send", data=None, fd=3):
        return {"ev": "call", "tid": 7, "fd": fd, "call": name, "ret": 8, "data": data or f"{number:08}"}

    def counted(count, handled=0):
        return {7: (count, handled, 9)}

    good = [line(n) for n in range(5)]
    handlers = [line(n, fd=9) for n in range(3)]
    tap.equal(faults(counted(5), good), [], "a whole trace is no fault")
    tap.equal(faults(counted(4), good), [], "nor is a call that was not counted any more")
    tap.equal(faults(counted(5, 3), good + handlers), [], "nor are a handler's calls among others")
    tap.ok(faults(counted(6), good), "a missing last call is")
    tap.ok(faults(counted(4), good[:2] + good[3:]), "a missing call in the middle is")
    tap.ok(faults(counted(5), good[:3] + good[2:]), "a call twice is")
    tap.ok(faults(counted(5), good[:4] + [line(0, data="0000000?")]), "wrong data is")
    tap.ok(faults(counted(5, 5), good + handlers), "a missing call of a handler is")


tap.run(a_lost_call_is_seen, a_storm)
