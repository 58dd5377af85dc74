#!/usr/bin/python3
"""redis: redis-server with redis-cli, over TCP and over a Unix socket."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import real
import tap
import trace
from run import Process, free_port, run


def commands(env, *where):
    asked = [
        run("redis-cli", *where, *command, env=env)
        for command in (["SET", "lesson", "sockets"], ["GET", "lesson"], ["INCR", "lesson"], ["SHUTDOWN", "NOSAVE"])
    ]
    return [(r.status, r.out, r.err) for r in asked]


def serve(env, here, options, where):
    with Process("redis-server", "--save", "", "--daemonize", "no", *options, env=env, cwd=here) as server:
        server.wait_for(r"Ready to accept connections|ready to accept connections")
        answers = commands(env, *where)
        return answers, server.wait().status


def over_tcp(env, here):
    port = free_port()
    return serve(env, here, ["--port", port, "--bind", "127.0.0.1"], ["-h", "127.0.0.1", "-p", port])


def over_unix(env, here):
    path = os.path.join(here, "redis.sock")
    answers, status = serve(env, here, ["--port", 0, "--unixsocket", path], ["-s", path])
    return [(s, out.replace(here, "HERE"), err.replace(here, "HERE")) for s, out, err in answers], status


def value_stands_at_both_ends(name, events):
    with_value = [e for e in trace.calls(events) if "$7\r\nsockets\r\n" in e.get("data", "")]
    tap.equal(len({e["pid"] for e in with_value}) >= 2, True, f"{name}: the value stands at both ends")


def tcp():
    def examine(events):
        real.one_tcp_connection("redis over TCP", events)
        value_stands_at_both_ends("redis over TCP", events)

    real.both_ways("redis over TCP", over_tcp, examine)


def unix():
    def examine(events):
        accepted = [e for e in trace.calls(events) if e["call"].startswith("accept") and e["ret"] >= 0]
        clients = {e["pid"] for e in trace.calls(events, "connect", ret=0)}
        tap.equal(
            {e["peercred"]["pid"] for e in accepted}, clients, "redis over unix: accept names the client's process"
        )
        value_stands_at_both_ends("redis over unix", events)

    real.both_ways("redis over unix", over_unix, examine)


tap.run(tcp, unix)
