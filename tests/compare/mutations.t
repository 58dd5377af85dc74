#!/usr/bin/python3
"""mutations: one mistake in a program is one difference, of its class, at its line."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import metamorphic
from scenario import ROOT, differences, diff, line_of, record

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


def who_comes_and_who_listens_is_one_difference():
    """A client that does not come, and a second server that nobody calls: missing in B, and one too many."""
    with scratch() as here:
        three, two, more = record(f"{here}/three"), record(f"{here}/two", clients=2), record(f"{here}/more")
        with Process(program("mutant"), "server", "one", 0, env=traced_env(more)) as server:
            server.port()
            server.wait()
        for a, b, wanted, says in (
            (three, two, "connection", "is missing"),
            (two, three, "connection", "too many"),
            (more, three, "role", "is missing"),
            (three, more, "role", "too many"),
        ):
            document, status = differences(a, b)
            got = [(d["class"], d["message"]) for d in document["differences"] if d["counts"]]
            good = status == 1 and len(got) == 1 and got[0][0] == wanted and says in got[0][1]
            tap.ok(good, f"{wanted} {says}", f"{got}\n{diff(a, b).out}")


def another_way_to_cut_bytes_counts_only_if_it_must():
    with scratch() as here:
        whole, cut = metamorphic.Variation(1, plain=True), metamorphic.Variation(1, plain=True)
        cut.server = ["bytewise"]
        a, b = (metamorphic.record(f"{here}/{name}", "one", False, v) for name, v in (("whole", whole), ("cut", cut)))
        document, status = differences(a, b)
        got = [(d["class"], d["counts"]) for d in document["differences"]]
        tap.ok(status == 0 and got == [("chunking", False)], "it is told and does not count", f"{got}\n{diff(a, b).out}")
        document, status = differences("--strict", a, b)
        tap.ok(status == 1 and found(document)[0][0] == "chunking", "with --strict it does", diff("--strict", a, b).out)


def every_class_has_a_change():
    """Beside those above: what takes longer, in formats.t."""
    with open(f"{ROOT}/docs/diff.schema.json", encoding="utf-8") as f:
        classes = set(re.findall(r'"[a-z]+"', re.search(r'"class": \{"enum": \[(.*?)\]', f.read(), re.S)[1]))
    tried = {f'"{m[2]}"' for m in MUTATIONS} | {'"role"', '"connection"', '"concurrency"', '"chunking"', '"timing"'}
    tap.equal(classes, tried, "classes that are tried are those of the schema")


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
    who_comes_and_who_listens_is_one_difference,
    another_way_to_cut_bytes_counts_only_if_it_must,
    every_class_has_a_change,
    two_that_wait_for_each_other_are_one_difference,
    what_is_ignored_hides_nothing_else,
)
