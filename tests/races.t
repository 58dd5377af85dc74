#!/usr/bin/python3
"""races: what one thread does with a number while another makes it a socket, or no socket any more."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, program, run, scratch, traced_env

ROUNDS, CHILDREN, RUNS = 30000, 200, 200
SLOW, SLOW_US = 20, 20000
SPAWNERS, KILLED = 500, 200


def a_number_that_is_a_file_by_now():
    """Used after it was closed: the mistake is seen, and the file is not taken for the socket."""
    with scratch() as here:
        result = run(program("uses_beside_closes"), str(ROUNDS), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "a thread uses what another closes: the program runs on")
        events = trace.read(f"{here}/out")
        tap.equal(len(trace.calls(events, "socket")), ROUNDS, "each socket is recorded")
        taken = trace.calls(events, "read")
        tap.ok(len(taken) <= ROUNDS / 10000, "hardly a file is taken for one", taken)
        inherited = [e["sock"] for e in events if e["ev"] == "inherit"]
        made = {e["newsock"] for e in trace.calls(events, "socket")}
        twice = [s for s in inherited if s in made]
        tap.ok(len(twice) < ROUNDS / 1000, "and hardly one is said to be from elsewhere", f"{len(twice)} are")


def sockets_that_were_being_made_at_a_fork():
    with scratch() as here:
        result = run(program("forks_beside_sockets"), str(CHILDREN), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "a thread makes sockets while another forks: the program runs")
        had = {int(pid): [int(fd) for fd in fds] for pid, *fds in map(str.split, result.out.splitlines())}
        tap.equal(len(had), CHILDREN, "each child says what it has")
        told, closed = {pid: [] for pid in had}, {pid: [] for pid in had}
        for e in trace.read(f"{here}/out"):
            if e["pid"] in had and e["ev"] == "inherit":
                told[e["pid"]].append(e["fd"])
            elif e["pid"] in had and e["ev"] == "call" and e["call"] == "close" and e["ret"] == 0:
                closed[e["pid"]].append(e["fd"])
        tap.equal({p: sorted(fds) for p, fds in told.items()}, had, "and its trace says the same")
        tap.equal({p: sorted(fds) for p, fds in closed.items()}, had, "which it closes")


def sockets_that_a_first_call_takes_away_at_a_fork():
    """Of each run that has one left in the child, which hardly a third has: the first call of a thread has no room in the trace yet."""
    left, unseen = 0, []
    with scratch() as here:
        for i in range(RUNS):
            out = f"{here}/{i}"
            result = run(program("forks_beside_first_calls"), str(i % 2), str(i * 397 % 40000), env=traced_env(out))
            for pid in map(int, result.out.split()):
                left += 1
                if not [e for e in trace.read(out) if e["pid"] == pid and e["ev"] == "call" and e["call"] == "write"]:
                    unseen.append(i)
    tap.equal(unseen, [], f"of {RUNS} children {left} have a socket that a thread's first call takes away, and what they write is seen")


def files_that_were_being_read_at_a_fork():
    """What the first call of a thread has to look up is slow here: each read, or open, takes SLOW_US more."""
    with scratch() as here:
        for call in "read", "openat":
            found = []
            for i in range(1, SLOW + 1):
                slow = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:delay_exit={SLOW_US}")
                traced = ("-E", f"LD_PRELOAD={SHIM}", "-E", f"SOCKTRACE_OUT={here}/{call}{i}")
                result = run(*slow, *traced, program("forks_beside_readings"), str(i * SLOW_US))
                if (result.status, result.out, result.err) != (0, "", ""):
                    found.append((i, repr(result)))
            tap.equal(found, [], f"a fork while a thread waits for each {call}: the child has no file of ours")
        told = trace.read(f"{here}/read{SLOW}")
        tap.equal(len(trace.calls(told, "socket")), 1, "nor does the child make the thread's socket a second time")


def files_that_were_looked_at_at_a_fork():
    """What is about to be execed is looked at before, also by a process that never has a socket."""
    with scratch() as here:
        env = traced_env(here)
        for way in "fork", "syscall", "clone", "clone3":
            result = run(program("forks_beside_spawns"), way, str(SPAWNERS), env=env, cwd=here)
            what = f"a thread execs while another makes {SPAWNERS} children by {way}"
            tap.equal((result.status, result.out, result.err), (0, "", ""), f"{what}: none has a file of ours, or lacks one of its own")
        daemons = {(r.status, r.out, r.err) for r in (run(program("forks_beside_spawns"), "daemon", str(us), env=env, cwd=here) for us in range(0, 700, 10))}
        tap.equal(daemons, {(0, "", "")}, "nor has a daemon, or lacks one")
        tap.equal(os.listdir(here), [], "there is no trace of any")


def forks_after_children_that_were_killed_as_they_looked():
    with scratch() as here:
        result = run(program("killed_looks"), str(KILLED), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), f"{KILLED} children of vfork are killed amid an exec")
        tap.equal(result.out, "0\n", "a fork's child looks for no file of theirs from then on")


tap.run(
    a_number_that_is_a_file_by_now,
    sockets_that_were_being_made_at_a_fork,
    sockets_that_a_first_call_takes_away_at_a_fork,
    files_that_were_being_read_at_a_fork,
    files_that_were_looked_at_at_a_fork,
    forks_after_children_that_were_killed_as_they_looked,
)
