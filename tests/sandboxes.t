#!/usr/bin/python3
"""sandboxes: a filter that kills for a system call which only a tracer would make there kills nobody."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import VIEWER, plain_env, program, run, scratch, traced_env

WAYS = {
    "jump": "a process that a handler has jumped out of system in",
    "shells": "four threads that start shells",
    "child": "a child that execs",
    "execs": "a child that cannot map, or unmap, and finds nothing to exec",
    "forks": "a child that answers on a socket",
    "quiet": "a process that may write to its standard output alone",
    "number": "one that has made the system call by its number",
    "strict": "one without a filter, by number",
    "twice": "one that has entered one sandbox in another",
    "apart": "one that cannot bind all its threads",
    "choosy": "one that accepts without room for an address",
    "watched": "one whose supervisor never answers",
    "taken": "one that takes the numbers of what was kept",
    "beside": "one whose vfork child enters one",
    "above": "one whose vfork child enters another one",
    "vforks": "one that makes a child by vfork",
    "vclones": "one that makes such a child by clone",
    "clones": "one that makes a child in its memory, and goes on",
    "failed": "one that could not make such a child",
    "interrupts": "one whose writes are all interrupted",
    "late": "one with a thread without a slot",
    "adds": "one that adds filters while another thread uses a socket",
    "probes": "one whose other thread tries to",
    "waits": "a child that waits, has a handler use a socket, and dies",
    "clock": "one without a time stamp counter",
}


def recorded(here, way):
    """How many calls on the sockets are there, how many are told of that are not, and which children are said to be untraced."""
    events = trace.read(here)
    used = [e for e in trace.calls(events) if e["call"] in ("write", "read", "send", "recv")]
    lost = [e["count"] for e in events if e["ev"] == "lost"]
    return len(used), sum(lost), [e["untraced"] for e in trace.calls(events, "fork") if "untraced" in e]


RECORDED = {
    "jump": (4, 0, []),
    "forks": (2, 0, ["seccomp"]),
    "number": (2, 0, []),
    "strict": (2, 0, []),
    "apart": (2000, 0, []),
    "choosy": (2, 0, []),
    "watched": (2, 0, []),
    "clock": (40002, 0, []),
    "beside": (2004, 0, []),
    "above": (2000, 0, []),
    "vforks": (2, 4, []),
    "vclones": (2, 4, []),
    "clones": (2, 4, []),
    "failed": (2, 0, []),
    "late": (2000, 2000, []),
}


def nobody_dies():
    for way, who in WAYS.items():
        plain = run(program("sandboxes"), way, env=plain_env())
        tap.equal((plain.status, plain.out), (0, "lives\n"), f"untraced: {who} lives")
        for only in "sandboxes", "nobody":
            with scratch() as here:
                traced = run(program("sandboxes"), way, env=traced_env(f"{here}/out", SOCKTRACE_ONLY=only))
                tap.equal(
                    (traced.status, traced.out, traced.err),
                    (0, "lives\n", ""),
                    f"in a sandbox, SOCKTRACE_ONLY={only}: {who}",
                )
                if only == "sandboxes" and way in RECORDED:
                    tap.equal(recorded(f"{here}/out", way), RECORDED[way], f"and its calls are there: {way}")
                if only == "sandboxes" and way == "adds":
                    used, lost, _ = recorded(f"{here}/out", way)
                    tap.ok(used + lost == 20002 and used > 15000, "and nearly all of its calls are there, the others counted", f"{used} used, {lost} lost")
                if only == "sandboxes" and way == "forks":
                    shown = run(VIEWER, "timeline", f"{here}/out").out
                    tap.ok("goes untraced" in shown and "unseen" in shown and "reset" not in shown, "what the child did is not taken for a reset", shown)
                if only == "sandboxes" and way == "waits":
                    shown = run(VIEWER, "timeline", f"{here}/out").out
                    tap.ok("was waiting in recv" in shown, "what it died in is not taken for a call that was left", shown)
                if only == "sandboxes" and way == "late":
                    lines = len([e for e in trace.read(f"{here}/out") if e["ev"] == "lost"])
                    tap.ok(0 < lines < 50, "what a thread without a slot does is told in few lines", str(lines))
                if only == "sandboxes" and way in ("quiet", "twice", "interrupts"):
                    used, lost, _ = recorded(f"{here}/out", way)
                    tap.ok(lost > 0 and used + lost == 2 * {"quiet": 1000, "twice": 1002, "interrupts": 1000}[way] + 1, "what its slot could not hold is counted", f"{used} used, {lost} lost")
                if only == "sandboxes" and way == "taken":
                    used, lost, _ = recorded(f"{here}/out", way)
                    tap.ok(used > 2000 and lost > 0 and used + lost == 4001, "all is there until they are taken, and counted from then on", f"{used} used, {lost} lost")


def numbers_of_sockets_are_one_processs():
    """Each container has a process 1."""
    made = []
    for _ in range(2):
        with scratch() as here:
            result = run("unshare", "-pf", program("sandboxes"), "choosy", env=traced_env(f"{here}/out"))
            tap.equal((result.status, result.out, result.err), (0, "lives\n", ""), "a process 1 accepts in a sandbox")
            events = trace.read(f"{here}/out")
            made.append([e["newsock"] for e in trace.calls(events, "accept")])
            tap.ok(1 in [e["pid"] for e in events if e["ev"] == "process"], "its pid is 1")
    tap.ok(made[0] and not set(made[0]) & set(made[1]), "and its socket is not that of another process 1", made)


tap.run(nobody_dies, numbers_of_sockets_are_one_processs)
