#!/usr/bin/python3
"""mutations: one mistake in a program is one difference, of its class, at its line."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from scenario import differences, diff, line_of, record

import tap
import trace
from run import Process, poll, program, scratch, traced_env

# How the server serves, the change, its class, whose it is; which side's step names the line: A's for what is missing.
MUTATIONS = (
    ("one", "no_listen", "step", None, "a"),
    ("one", "backlog", "step", None, "b"),
    ("one", "no_reuse", "step", None, "a"),
    ("one", "no_bind", "step", None, "a"),
    ("one", "loopback", "address", None, "b"),
    ("one", "short_address", "outcome", None, "b"),
    ("one", "listener_left", "descriptor", None, "a"),
    ("one", "no_close", "descriptor", "server", "a"),
    ("one", "double_close", "descriptor", "server", "b"),
    ("one", "use_after_close", "descriptor", "server", "b"),
    ("one", "other_bytes", "data", "server", "b"),
    ("one", "byte_less", "data", "server", "b"),
    ("fork", "no_close", "descriptor", "server", "a"),
    ("fork", "parent_keeps", "descriptor", "server", "a"),
    ("fork", "child_keeps", "descriptor", "server", "a"),
    ("thread", "no_close", "descriptor", "server", "a"),
    ("one", "no_half_close", "step", "client", "a"),
    ("one", "client_no_close", "descriptor", "client", "a"),
    ("one", "other_line", "data", "client", "b"),
    ("one", "line_less", "step", "client", "a"),
    ("one", "line_more", "step", "client", "b"),
    ("one", "nagle_off", "step", "client", "b"),
)


def found(document):
    return [(d["class"], d["end"], {s: (d[s] or {}).get("line") for s in "ab"}) for d in document["differences"] if d["counts"]]


def each_change_is_one_difference():
    with scratch() as here:
        references = {how: record(f"{here}/{how}", how) for how in ("one", "fork", "thread")}
        for how, change, wanted, end, side in MUTATIONS:
            trace = record(f"{here}/{how}.{change}", how, change)
            document, status = differences(references[how], trace)
            got = found(document)
            good = status == 1 and len(got) == 1 and got[0][:2] == (wanted, end) and got[0][2][side] == line_of(change)
            tap.ok(good, f"{how}: {change} is one difference: {wanted}", f"line {line_of(change)}, not {got}\n{diff(references[how], trace).out}")


def another_way_to_serve_is_one_difference():
    with scratch() as here:
        ways = {how: record(f"{here}/{how}", how) for how in ("one", "fork", "thread")}
        for a in ways:
            for b in ways:
                document, status = differences(ways[a], ways[b])
                wanted = [] if a == b else ["concurrency"]
                got = [d["class"] for d in document["differences"] if d["counts"]]
                tap.ok(got == wanted and status == len(wanted), f"{a} against {b}: {wanted}", diff(ways[a], ways[b]).out)


def two_that_wait_for_each_other_are_one_difference():
    """The server does not answer: it waits for the next line, the client for the answer, until both are killed."""

    def waiting(out):
        return [e for e in trace.pendings(trace.read(out)) if e["call"] == "read"]

    with scratch() as here:
        answered, silent = record(f"{here}/answered", clients=1), f"{here}/silent"
        with Process(program("mutant"), "--change", "no_answer", "server", "one", 1, env=traced_env(silent)) as server:
            with Process(program("mutant"), "client", server.port(), "one", "x", env=traced_env(silent)) as client:
                poll(lambda: len(waiting(silent)) == 2, "both to wait")
                for process in (client, server):
                    process.kill(9)
                    process.wait()
        document, status = differences(answered, silent)
        got = found(document)
        good = status == 1 and len(got) == 1 and got[0][:2] == ("step", "server") and got[0][2]["a"] == line_of("no_answer")
        tap.ok(good, "it is the answer that is missing", f"{got}\n{diff(answered, silent).out}")


def what_is_ignored_hides_nothing_else():
    with scratch() as here:
        good, bad = record(f"{here}/good"), record(f"{here}/bad", change="no_listen")
        tap.equal(diff("--ignore=step", good, bad).status, 1, "without listen clients are refused, which is another class")


tap.run(
    each_change_is_one_difference,
    another_way_to_serve_is_one_difference,
    two_that_wait_for_each_other_are_one_difference,
    what_is_ignored_hides_nothing_else,
)
