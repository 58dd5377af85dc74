#!/usr/bin/python3
"""netcat: netcat to netcat, over TCP and over a Unix socket."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import real
import tap
import trace
from run import Process, free_port, listens, poll, run

TEXT = "to be, or not to be\n"

DEFECTS = ["ST019"]  # with -l, its listener is closed twice: strace shows the EBADF too


def talk(env, listener, caller, ready):
    """One netcat listens, the other sends and ends at the end of its input (-N)."""
    with Process("nc", *listener, env=env) as server:
        poll(lambda: ready(server.pid), "netcat to listen")
        client = run("nc", "-N", *caller, env=env, input=TEXT)
        ended = server.wait()
        return [(r.status, r.out, r.err) for r in (client, ended)]


def over_tcp(env, here):
    port = free_port()
    return talk(env, ["-l", "127.0.0.1", port], ["127.0.0.1", port], listens)


def over_unix(env, here):
    path = os.path.join(here, "nc.sock")

    def ready(_):
        with open("/proc/net/unix", encoding="utf-8", errors="replace") as f:
            # Flag 00010000: it listens (SO_ACCEPTCON).
            return any(line.rstrip().endswith(" " + path) and line.split()[3] == "00010000" for line in f)

    return talk(env, ["-lU", path], ["-U", path], ready)


def text_stands_at_both_ends(name, events):
    moved = {
        (e["pid"], e["call"] in ("read", "recv", "recvfrom", "recvmsg"))
        for e in trace.calls(events)
        if e.get("data") == TEXT
    }
    tap.equal(
        sorted(received for _, received in moved),
        [False, True],
        f"{name}: one end sends the text, the other receives it",
    )


def tcp():
    def examine(events):
        real.one_tcp_connection("netcat over TCP", events)
        text_stands_at_both_ends("netcat over TCP", events)

    real.both_ways("netcat over TCP", over_tcp, examine, DEFECTS)


def unix():
    real.both_ways("netcat over unix", over_unix, lambda events: text_stands_at_both_ends("netcat over unix", events), DEFECTS)


tap.run(tcp, unix)
