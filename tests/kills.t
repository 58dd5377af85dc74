#!/usr/bin/python3
"""kills: what a killed server was waiting in stands in its trace, and every call before."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import VIEWER, Process, poll, program, run, scratch, traced_env, viewer


def waits_in(out, name):
    """The pending call of that name, once it is in the trace."""

    def found():
        return [e for e in trace.pendings(trace.read(out)) if e["call"] == name]

    return poll(found, f"a pending {name}")[0]


def killed_in_accept(number):
    name = signal.Signals(number).name
    with scratch() as here:
        out = f"{here}/out"
        with Process(program("echo_server"), "0", env=traced_env(out)) as server:
            port = server.port()
            answer = run(program("echo_client"), "127.0.0.1", port, "hello")
            tap.equal(answer.out, "hello\n", f"{name}: the server serves a client")
            live = waits_in(out, "accept")
            server.kill(number)
            tap.equal(server.wait().status, -number, f"{name} kills the server")
        events = trace.read(out)
        waiting = trace.pendings(events)
        tap.equal(
            [(e["call"], e["fd"], e["t"]) for e in waiting],
            [("accept", live["fd"], live["t"])],
            f"{name}: the accept stands there as pending, seen alive and dead alike",
        )
        done = [e["call"] for e in trace.calls(events)]
        tap.equal(
            done,
            [
                "getaddrinfo",
                "socket",
                "setsockopt",
                "bind",
                "listen",
                "freeaddrinfo",
                "getsockname",
                "accept",
                "read",
                "write",
                "read",
                "close",
            ],
            f"{name}: and every call before it",
        )
        tap.equal([e for e in events if e["ev"] == "exit"], [], f"{name}: there is no exit line")
        shown = viewer("timeline", out)
        tap.ok(shown.status == 0 and "accept" in shown.out, f"{name}: the timeline can be drawn", repr(shown))


def sigkill_in_accept():
    killed_in_accept(signal.SIGKILL)


def sigint_in_accept():
    killed_in_accept(signal.SIGINT)


def ctrl_c_on_a_recorded_server():
    with scratch() as here:
        out = f"{here}/socktrace.out"
        with Process(VIEWER, "run", "--", program("echo_server"), "0", cwd=here) as running:
            running.port()
            waits_in(out, "accept")
            os.killpg(running.pid, signal.SIGINT)
            tap.equal(
                running.wait().status, -signal.SIGINT, "Ctrl-C ends a server under `socktrace run`, and run like it"
            )
        tap.equal([e["call"] for e in trace.pendings(trace.read(out))], ["accept"], "its trace says what it waited in")


def clean_exit_leaves_no_live_file():
    with scratch() as here:
        out = f"{here}/out"
        run(program("pair"), env=traced_env(out))
        tap.equal([n for n in os.listdir(out) if n.endswith(".live.jsonl")], [], "no live file is left by a clean exit")
        tap.equal(len(trace.files(out)), 2, "a file a process")
        modes = {oct(os.stat(os.path.join(out, n)).st_mode & 0o777) for n in os.listdir(out)}
        tap.equal((oct(os.stat(out).st_mode & 0o777), modes), ("0o700", {"0o600"}), "only the owner may read traces")


tap.run(sigkill_in_accept, sigint_in_accept, ctrl_c_on_a_recorded_server, clean_exit_leaves_no_live_file)
