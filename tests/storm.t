#!/usr/bin/python3
"""storm: SIGKILLs at random moments of a busy threaded program tear no line and lose no call that had returned."""

import os
import random
import signal
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import Process, poll, program, scratch, traced_env

KILLS = int(os.environ.get("KILLS", "200"))
THREADS = 4
LONGEST_S = 0.01  # a slot has been full many times by then


def counts(path):
    """What each thread of busy counted: {tid: returned calls}."""
    if not os.path.exists(path) or os.path.getsize(path) < 16 * THREADS:
        return {}
    with open(path, "rb") as f:
        pairs = struct.iter_unpack("QQ", f.read())
    return {tid: returned for tid, returned in pairs if tid}


def kill_one(here, delay):
    with Process(program("busy"), f"{here}/counts", env=traced_env(f"{here}/out")) as busy:
        poll(lambda: counts(f"{here}/counts"), "busy to begin")
        time.sleep(delay)
        busy.kill(signal.SIGKILL)
        busy.wait()
    return counts(f"{here}/counts"), trace.read(f"{here}/out")


def faults(returned, events):
    """What is wrong with this trace, as text."""
    found = []
    numbers = {}
    for e in trace.calls(events):
        if e["call"] in ("send", "recv"):
            numbers.setdefault((e["tid"], e["call"]), []).append(e)
    for tid, count in returned.items():
        sends, receives = (numbers.get((tid, name), []) for name in ("send", "recv"))
        for e, number in zip_numbers(sends) + zip_numbers(receives):
            if (e["ret"], e.get("data")) != (8, f"{number:08}"):
                found.append(f"thread {tid}: {e['call']} number {number} is {e['ret']} {e.get('data')!r}")
                break
        # The one call that may have been recorded, and not counted any more.
        if len(sends) + len(receives) not in (count, count + 1):
            found.append(f"thread {tid}: {count} calls returned, {len(sends)} sends and {len(receives)} recvs recorded")
    found += [f"lost: {e}" for e in events if e["ev"] == "lost"]
    return found


def zip_numbers(calls):
    return [(e, number) for number, e in enumerate(calls)]


def a_storm():
    dice = random.Random(int(os.environ.get("SEED", "1")))
    total, complaints = 0, []
    for _ in range(KILLS):
        with scratch() as here:
            try:
                returned, events = kill_one(here, dice.uniform(0, LONGEST_S))
            except trace.Bad as torn:
                complaints.append(str(torn))
                continue
            complaints += faults(returned, events)
            total += sum(returned.values())
    tap.ok(not complaints, f"{KILLS} kills: no torn line, no lost call", "\n".join(complaints[:20]))
    tap.ok(
        total > 100 * KILLS,
        f"the program was busy: {total} calls had returned",
        "hardly anything happened: proves nothing",
    )


def a_lost_call_is_seen():
    """The check itself: traces that lack a call, have one twice or hold a wrong one."""

    def line(number, name="send", data=None):
        return {"ev": "call", "tid": 7, "call": name, "ret": 8, "data": data or f"{number:08}"}

    good = [line(n) for n in range(5)]
    tap.equal(faults({7: 5}, good), [], "a whole trace is no fault")
    tap.equal(faults({7: 4}, good), [], "nor is a call that was not counted any more")
    tap.ok(faults({7: 6}, good), "a missing last call is")
    tap.ok(faults({7: 4}, good[:2] + good[3:]), "a missing call in the middle is")
    tap.ok(faults({7: 5}, good[:3] + good[2:]), "a call twice is")
    tap.ok(faults({7: 5}, good[:4] + [line(0, data="0000000?")]), "wrong data is")


tap.run(a_lost_call_is_seen, a_storm)
