"""real: run a server and a client that nobody here wrote, natively and traced, and compare."""

import os

import mistakes
import tap
import trace
from run import plain_env, scratch, traced_env, viewer


def both_ways(name, session, examine, defects=()):
    """session(env, here) runs server and client and returns what a user sees; examine(events) looks at the trace. check must find no
    mistake in it but `defects`, which the program has."""
    with scratch() as here:
        plain = session(plain_env(), here)
    with scratch() as here:
        out = os.path.join(here, "out")
        traced = session(traced_env(out), here)
        tap.equal(traced, plain, f"{name}: output and exit status are as untraced")
        events = trace.read(out)
        lost = [e for e in events if e["ev"] == "lost"]
        tap.ok(
            events and not lost,
            f"{name}: there is a trace, every line of it is valid, nothing was lost",
            lost or "no trace",
        )
        examine(events)
        timeline_is_paired(name, out)
        tap.equal(mistakes.accusations(out, defects), [], f"{name}: check finds no mistake in it")


def one_tcp_connection(name, events):
    """Both ends of a connection recorded it, in two processes."""
    pairs = trace.connections(events)
    tap.ok(
        any(c["pid"] != a["pid"] for c, a in pairs),
        f"{name}: connect and accept carry the same two addresses",
        "\n".join(
            str({k: e.get(k) for k in ("call", "pid", "ret", "local", "peer")})
            for e in trace.calls(events)
            if e["call"] in ("connect", "accept", "accept4")
        ),
    )


def timeline_is_paired(name, out):
    shown = viewer("timeline", "--all", out)
    tap.ok(shown.status == 0 and "c1" in shown.out, f"{name}: the timeline names a connection", repr(shown))
    tap.ok("not traced" not in shown.out, f"{name}: with both its ends", shown.out)
