#!/usr/bin/python3
"""clones: children that are made in other ways, at bad moments, or in the memory of their parent: what is recorded, and what is counted as lost."""

import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import program, run, scratch, traced_env


def what_cannot_be_recorded_is_counted():
    with scratch() as here:
        result = run(program("clones"), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "the program runs to its end")
        by_parent, by_child = map(int, result.out.split())
        events = trace.read(f"{here}/out")
        sends = trace.calls(events, "send")
        tap.equal({e["data"] for e in sends}, {"parent"}, "of the sends the trace has the parent's")
        tap.equal(len(sends), by_parent, "and all of them")
        lost = [e for e in events if e["ev"] == "lost"]
        tap.equal(sum(e["count"] for e in lost), by_child, "those of the child are counted")
        tap.equal({e["why"] for e in lost}, {"of a clone that shares this process's memory"}, "with the reason")


USES = ["socketpair", "write", "close", "close"]
# Of children of a process that has no socket, which do not look whether they are children before they use one.
LATE = {
    "child_uses": USES,
    "grandchild_uses": USES,
    "child_vforks": USES,
    "thread_of_child_uses": USES + USES,
    "thread_of_child_uses_after_vfork": USES + USES,
    "raw_fork": USES,
    "raw_vfork": USES,
    "child_raw_forks": USES,
    "child_raw_vforks": USES,
}


def late_children_have_traces_of_their_own():
    for way, calls in LATE.items():
        with scratch() as here:
            result = run(program("late_children"), way, env=traced_env(f"{here}/out"))
            pid, ppid = map(int, result.out.split())
            events = trace.read(f"{here}/out")
            tap.equal((result.status, result.err), (0, ""), f"{way}: runs to its end")
            begun = [(e["pid"], e["ppid"]) for e in events if e["ev"] == "process"]
            tap.equal(begun, [(pid, ppid)], f"{way}: one trace, of who has the sockets")
            made = [e["call"] for e in trace.calls(events) if e["call"] in USES]
            tap.equal(made, calls, f"{way}: with all calls")
            tids = [e["tid"] for e in trace.calls(events) if e["call"] in USES]
            strangers = [tid for tid in tids[-len(USES) :] if tid != pid]
            tap.equal(strangers, [], f"{way}: the last ones by its first thread")
            lost = sum(e["count"] for e in events if e["ev"] == "lost")
            tap.equal(lost > 0, "raw_vfork" in way, f"{way}: lost is what is done in the memory of another process")


def several(way, times):
    """Runs of a way that ends differently each time: of each process how it began, who its parent is, and how many lines are lost."""
    for _ in range(times):
        with scratch() as here:
            result = run(program("late_children"), way, env=traced_env(f"{here}/out"))
            events = trace.read(f"{here}/out")
            processes = [(e["pid"], e["ppid"], e["start"]) for e in events if e["ev"] == "process"]
            lost = sum(e["count"] for e in events if e["ev"] == "lost")
            left = [name for name in os.listdir(f"{here}/out") if ".live." in name]
            yield result, processes, trace.calls(events, "socketpair"), lost, left


def handlers_may_fork_in_the_first_call():
    bad, calls = [], 0
    for result, processes, pairs, lost, left in several("handler_forks", 60):
        pid, ppid = map(int, result.out.split())
        others = {p for p, _, _ in processes} - {pid}
        wanted = [(pid, ppid, "exec")] + [(p, pid, "fork") for p in others]
        if (result.status, result.err, left) != (0, "", []) or sorted(processes) != sorted(wanted) or len(others) != 1:
            bad.append((result, processes, left))
        calls += len([e for e in pairs if e["pid"] == pid]) + lost
    tap.equal(bad, [], "each of 60 children that a handler forked has a trace of its own")
    tap.ok(calls >= 120, "and no call of their parents is missing", str(calls))


def children_may_be_forked_beside_first_calls():
    for way, calls, what in (("forks_beside_first_calls", 4, "beside"), ("handlers_beside_first_calls", 6, "with a first call, beside")):
        bad = []
        for result, processes, pairs, lost, left in several(way, 60):
            begun = collections.Counter(start for _, _, start in processes)
            if (result.status, result.err, left, lost) != (0, "", [], 0) or begun != {"exec": 1, "fork": 2} or len(pairs) != calls:
                bad.append((result, processes, len(pairs), lost, left))
        tap.equal(bad, [], f"two children forked {what} the first calls of two threads, 60 times: nothing hangs, nothing is lost")


def children_forked_beside_new_threads_have_room():
    with scratch() as here:
        result = run(program("forks_beside_new_threads"), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (0, "0\n", ""), "each of 150 children forked while threads get their slots by a kept descriptor has its own")


def children_forked_amid_appends_have_nothing_of_ours():
    with scratch() as here:
        os.mkdir(f"{here}/real")
        os.symlink("real", f"{here}/link")
        for out, what in ((f"{here}/real/out", "threads fill the trace"), (f"{here}/link/out", "they do by a symbolic link")):
            result = run(program("forks_amid_appends"), env=traced_env(out))
            tap.equal((result.status, result.out, result.err), (0, "0 of 400\n", ""), f"a child forked while {what} has no descriptor more")


def threads_of_a_child_may_call_at_once():
    bad = []
    for result, processes, pairs, lost, left in several("threads_of_child_use", 30):
        pid, ppid = map(int, result.out.split())
        if (result.status, result.err, left) != (0, "", []) or processes != [(pid, ppid, "fork")] or len(pairs) + lost != 5:
            bad.append((result, processes, len(pairs), lost, left))
    tap.equal(bad, [], "four threads of a child have its first calls at once, 30 times: one trace")


def a_sandbox_goes_untraced_into_raw_children():
    for result, processes, pairs, _, _ in several("raw_fork_in_sandbox", 1):
        tap.equal((result.status, result.err, len(processes)), (0, "", 1), "a child forked past libc in a sandbox lives")
        tap.equal(len(pairs), 1, "and is not recorded")


def handlers_leave_vfork_children_what_is_theirs():
    for name in "vfork", "posix_spawn":
        with scratch() as here:
            result = run(program("interrupted_vforks"), name, env=traced_env(f"{here}/out"))
            tap.equal((result.status, result.err), (0, ""), f"{name}, interrupted by handlers: runs to its end")
            fd, count = map(int, result.out.split())
            events = [e for e in trace.read(f"{here}/out") if "interrupted_vforks" in e["file"]]
            writes = [e for e in trace.calls(events, "write") if e["fd"] == fd]
            tap.equal(len(writes), count, f"{name}: each of {count} calls on a socket that the children close is there")
            ends = [(e["how"], e["status"], len(e["open"])) for e in events if e["ev"] == "exit"]
            tap.equal(ends, [("exit", 0, 4)], f"{name}: no child's end is taken for the parent's")
            handled = len(trace.calls(events, "send"))
            tap.ok(handled > 100, f"{name}: handlers ran", str(handled))


def handlers_leave_vfork_children_their_environment():
    with scratch() as here:
        result = run(program("interrupted_vforks"), "exec", env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (0, "200 of 200\n", ""), "execvpe in a vfork child, interrupted by a handler that starts a program")


def killed_vfork_children_leave_no_descriptor_taken():
    with scratch() as here:
        result = run(program("killed_vforks"), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (0, "0 failed\n", ""), "after children were killed amid their calls each socket can be closed")
        events = trace.read(f"{here}/out")
        tap.equal([e["ev"] for e in events if e["ev"] in ("process", "exit", "lost")], ["process", "exit"], "one trace, with nothing lost")
        closed = [e["ret"] for e in trace.calls(events, "close")]
        tap.equal(closed, [0] * 100, "and with each close")


def handlers_that_fork_leave_their_children_alive():
    for where in [], ["sandbox"]:
        with scratch() as here:
            result = run(program("forking_handlers"), *where, env=traced_env(f"{here}/out"))
            tap.equal((result.status, result.out, result.err), (0, "0 died\n", ""), "children go on where a handler has forked amid a call" + " in a sandbox" * len(where))


def stops_are_told():
    with scratch() as here:
        result = run(program("stopped_starts"), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (0, "500 told\n", ""), "who is stopped while the shim looks at a program is stopped")


def children_of_several_threads_have_their_own():
    for way in "children", "parent":
        with scratch() as here:
            result = run(program("vforks_at_once"), way, env=traced_env(f"{here}/out"))
            tap.equal((result.status, result.err), (0, ""), f"vfork beside {way}: runs to its end")
            events = trace.calls(trace.read(f"{here}/out"))
            (made,) = [e for e in events if e["call"] == "socketpair"]
            own = [e for e in events if e["pid"] == made["pid"]]
            first, second = made["newsocks"]
            does = [("socketpair", None), ("dup", first), ("write", first), ("write", first), ("close", first), ("close", first)]
            tap.equal([(e["call"], e.get("sock")) for e in own], does + [("close", second)], f"vfork beside {way}: with all calls of the child")
            tap.equal([e["refs"] for e in own if e["call"] == "close"], [1, 0, 0], f"vfork beside {way}: each close with what is left")


tap.run(
    handlers_may_fork_in_the_first_call,
    children_may_be_forked_beside_first_calls,
    children_forked_beside_new_threads_have_room,
    children_forked_amid_appends_have_nothing_of_ours,
    threads_of_a_child_may_call_at_once,
    a_sandbox_goes_untraced_into_raw_children,
    what_cannot_be_recorded_is_counted,
    late_children_have_traces_of_their_own,
    handlers_leave_vfork_children_what_is_theirs,
    handlers_leave_vfork_children_their_environment,
    killed_vfork_children_leave_no_descriptor_taken,
    handlers_that_fork_leave_their_children_alive,
    stops_are_told,
    children_of_several_threads_have_their_own,
)
