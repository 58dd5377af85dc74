#!/usr/bin/python3
"""arguments: thousands of calls with any pointers, lengths and flags answer what they answer untraced, and what is sent may go."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import plain_env, program, run, scratch, traced_env

CALLS = 12  # a round
ROUNDS, PART, TRIES = 1000, 100, 5
HOW = {"alone": [], "beside a second thread": ["beside"]}


def play(begin, end, words, env):
    with scratch() as here:
        return run(program("random_arguments"), str(begin), str(end), *words, cwd=here, env=env, timeout=60)


def first_difference(plain, traced):
    pairs = zip(plain.out.splitlines(), traced.out.splitlines())
    ends = f"untraced: {plain.out[-100:]!r}\ntraced: {traced.out[-100:]!r}"
    return next((f"untraced: {a}\ntraced:   {b}" for a, b in pairs if a != b), ends)


def play_both_ways(begin, words):
    """Untraced and traced. Where they differ, again: on a busy machine a segment may be late on the loopback, and TCP take less at once."""
    for _ in range(TRIES):
        with scratch() as out:
            plain = play(begin, begin + PART, words, plain_env())
            traced = play(begin, begin + PART, words, traced_env(out))
        if plain.out == traced.out:
            break
    return plain, traced


def the_answers_are_the_same():
    for how, words in HOW.items():
        runs = [play_both_ways(begin, words) for begin in range(0, ROUNDS, PART)]
        plain_ends = {(plain.status, plain.out[-4:]) for plain, _ in runs}
        tap.equal(plain_ends, {(0, "end\n")}, f"{how}: untraced, the program makes {ROUNDS * CALLS} calls")
        tap.equal({(traced.status, traced.err) for _, traced in runs}, {(0, "")}, f"{how}: and so it does traced")
        other = [first_difference(plain, traced) for plain, traced in runs if plain.out != traced.out]
        tap.equal(other, [], f"{how}: each call's result and errno are the same")
        changed = [traced.out for _, traced in runs if "other memory" in traced.out]
        tap.equal(changed, [], f"{how}: no call changes memory that it only reads")


def the_trace_is_one():
    with scratch() as out:
        traced = play(1000, 1150, [], traced_env(out))
        events = trace.read(out)
    tap.equal(traced.status, 0, "150 rounds more")
    tap.equal((events[0]["ev"], events[-1]["ev"]), ("process", "exit"), "their trace is whole, each line by the schema")
    tap.equal([e["count"] for e in events if e["ev"] == "lost"], [], "nothing is lost")
    failed = sum(e["ret"] == -1 for e in trace.calls(events))
    done = sum(e["ret"] >= 0 for e in trace.calls(events))
    tap.ok(failed > 150 and done > 150, "many calls failed, and many did not", f"{failed}, {done}")


def what_was_sent_may_go():
    for way, who in {"handler": "a handler unmaps it", "cut": "the receiver cuts its file"}.items():
        with scratch() as out:
            traced = run(program("lost_buffers"), way, "3000", env=traced_env(out))
            sent = [e["data"] for e in trace.calls(trace.read(out), "write") if e["ret"] == 100]
        tap.equal((traced.status, traced.err), (0, ""), f"what is sent may go before the call returns: {who}")
        tap.equal(sent, ["d" * 32] * 3000, "and its bytes are shown")


tap.run(the_answers_are_the_same, the_trace_is_one, what_was_sent_may_go)
