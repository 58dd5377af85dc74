#!/usr/bin/python3
"""inconclusive: what the tracer did not see is nobody's mistake: status 3, never 1; and what is no trace of one run is told."""

import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from scenario import LINES, Process, diff, differences, program, record, traced_env

import tap
from run import plain_env, run, scratch


def unsure(name, reason, *traces):
    document, status = differences(*traces)
    good = status == 3 and document["verdict"] == "inconclusive" and any(reason in r for r in document["inconclusive"])
    tap.ok(good, name, document)


def with_envs(out, server_env, client_env, change=""):
    with Process(program("mutant"), "--change", change, "server", "one", 1, env=server_env) as server:
        run(program("mutant"), "client", server.port(), *LINES, env=client_env)
        server.wait()
    return out


def an_end_that_is_not_traced():
    with scratch() as here:
        both = with_envs(f"{here}/both", traced_env(f"{here}/both"), traced_env(f"{here}/both"))
        server = with_envs(f"{here}/server", traced_env(f"{here}/server"), plain_env())
        client = with_envs(f"{here}/client", plain_env(), traced_env(f"{here}/client"))
        wrong = with_envs(f"{here}/wrong", traced_env(f"{here}/wrong"), plain_env(), "other_bytes")
        unsure("the client in B", "not traced", both, server)
        unsure("the client in A", "not traced", server, both)
        unsure("the server", "not traced", both, client)
        unsure("in both, though nothing differs", "not traced", server, server)
        unsure("in both, and something differs", "not traced", server, wrong)


def events_that_were_lost():
    with scratch() as here:
        whole = record(f"{here}/whole")
        no_file_above_8_kib = ("bash", "-c", 'ulimit -f 8; exec "$@"', "bash")
        for what, room, limited, reason in (
            ("SOCKTRACE_MAX", 200000, (), "were lost"),
            ("RLIMIT_FSIZE", 1 << 30, no_file_above_8_kib, "were lost"),
        ):
            lost = f"{here}/{what}"
            env = traced_env(lost, SOCKTRACE_MAX=str(room))
            with Process(*limited, program("mutant"), "server", "one", 1, env=env) as server:
                lines = [f"line {i}" for i in range(1500)]
                run(*limited, program("mutant"), "client", server.port(), *lines, env=env)
                server.wait()
            unsure(f"where the trace was full by {what}", reason, whole, lost)


def bytes_that_moved_unseen():
    with scratch() as here:
        seen = record(f"{here}/seen")
        out = f"{here}/stdio"
        env = traced_env(out, SOCKTRACE_LIBC="off")
        with Process(program("stdio_server"), "0", env=env) as server:
            run(program("echo_client"), "127.0.0.1", server.port(), "hello", env=env)
            server.wait()
        unsure("a server that writes with stdio", "not seen", seen, out)


def a_line_that_cannot_be_read():
    with scratch() as here:
        good, bad = record(f"{here}/good"), f"{here}/bad"
        shutil.copytree(good, bad)
        name = f"{bad}/{sorted(os.listdir(bad))[0]}"
        with open(name, "a", encoding="utf-8") as f:
            f.write("no line of a trace\n")
        unsure("a line of something else", "could not be read", good, bad)


def a_server_that_was_stopped_did_not_forget():
    """Killed while it waited for the next client: its listener is open, which is no mistake; a connection that is, is one."""
    with scratch() as here:
        for change, wanted in (("", 0), ("no_close", 1)):
            out = f"{here}/{change or 'plain'}"
            with Process(program("mutant"), "--change", change, "server", "one", 9, env=traced_env(out)) as server:
                port = server.port()
                client = ("--change", "no_half_close", "client", port, *LINES)
                run(program("mutant"), *client, env=traced_env(out))
                run(program("mutant"), *client, env=traced_env(out))
                server.kill(9)
                server.wait()
            shown = diff(f"{here}/plain", out)
            tap.equal(shown.status, wanted, f"killed, {change or 'nothing wrong'}: status {wanted}")
        tap.contains(shown.out, "never closes", "and says so")


tap.run(
    an_end_that_is_not_traced,
    events_that_were_lost,
    bytes_that_moved_unseen,
    a_line_that_cannot_be_read,
    a_server_that_was_stopped_did_not_forget,
)
