#!/usr/bin/python3
"""echo: from the programs to the picture: the timeline of echo servers and clients of every family."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import Process, poll, program, plain_env, run, scratch, traced_env, viewer


def echo(out, *server, address="127.0.0.1", traced=("server", "client"), lines=("hello",)):
    """One client of one server; who is traced writes into `out`."""
    envs = {who: traced_env(out) if who in traced else plain_env() for who in ("server", "client")}
    with Process(program(server[0]), *server[1:], env=envs["server"]) as running:
        answer = run(program("echo_client"), address, running.port(), *lines, env=envs["client"])
        tap.equal((answer.status, answer.out), (0, "".join(l + "\n" for l in lines)), f"{server[0]} answers")
        tap.equal(running.wait().status, 0, f"{server[0]} ends")


def timeline(out, *options):
    shown = viewer("timeline", "--width", "140", *options, out)
    tap.equal((shown.status, shown.err), (0, ""), "the timeline is drawn")
    return shown.out


def in_order(text, *parts):
    """Whether the parts stand in the text one after the other."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


LADDER = ("socket", "bind", "listen", "socket", "connect", "hello", "hello", "close", "EOF", "close")


def both_ends(name, *server, **how):
    with scratch() as here:
        out = f"{here}/out"
        echo(out, *server, **how)
        tap.equal(len(trace.connections(trace.read(out))), 1, f"{name}: both ends recorded the connection")
        text = timeline(out)
        tap.ok(in_order(text, *LADDER), f"{name}: the steps stand in the lesson's order", text)
        tap.ok("c1" in text and "not traced" not in text, f"{name}: with both ends", text)
        return text


def ipv4():
    both_ends("IPv4", "echo_server", "--once", "1", "0")


def ipv6():
    both_ends("IPv6", "echo_server", "--once", "1", "--host", "::1", "0", address="::1")


def a_child_a_client():
    both_ends("forking server", "echo_server_fork", "1", "0")


def unix_and_pairs():
    for name, *command in (
        ("a Unix path", "unix_pair", "here.sock"),
        ("an abstract name", "unix_pair", f"@socktrace-echo-{os.getpid()}"),
        ("a socketpair", "pair"),
    ):
        with scratch() as here:
            run(program(command[0]), *command[1:], cwd=here, env=traced_env(f"{here}/out"))
            text = timeline(f"{here}/out")
            tap.ok("c1" in text and "not traced" not in text, f"{name}: both ends are found", text)


def one_end():
    for traced in ("server", "client"):
        with scratch() as here:
            echo(f"{here}/out", "echo_server", "--once", "1", "0", traced=(traced,))
            text = timeline(f"{here}/out")
            tap.contains(text, "not traced", f"only the {traced} traced: the other end is named so")
            half = (
                ("accept", "read", "write", "close")
                if traced == "server"
                else ("connect", "write", "hello", "read", "close")
            )
            tap.ok(in_order(text, *half), f"only the {traced} traced: its half is drawn", text)


def the_latest_session():
    with scratch() as here:
        out = f"{here}/out"
        for word in ("monday", "friday"):
            echo(out, "echo_server", "--once", "1", "0", lines=(word,))
        latest, everything = timeline(out), timeline(out, "--all")
        tap.ok("friday" in latest and "monday" not in latest, "the default is the latest session", latest)
        tap.ok(
            in_order(everything, "monday", "friday") and "left out" not in everything,
            "--all draws every one",
            everything,
        )


def source_lines():
    with scratch() as here:
        echo(f"{here}/out", "echo_server", "--once", "1", "0")
        text = timeline(f"{here}/out")
        tap.ok(re.search(r"echo_server\.c:\d+", text), "the file and line of accept are named", text)
        tap.ok(re.search(r"net\.c:\d+", text), "and those of socket, in another file", text)


def a_stripped_program_gets_no_invented_lines():
    with scratch() as here:
        run("strip", "-o", f"{here}/echo_server", program("echo_server"))
        with Process(f"{here}/echo_server", "--once", "1", "0", env=traced_env(f"{here}/out")) as server:
            run(program("echo_client"), "127.0.0.1", server.port(), "hello")
            server.wait()
        text = timeline(f"{here}/out")
        tap.ok("accept" in text and not re.search(r"\.c:\d", text), "no file and line where the program has none", text)


def a_running_server():
    with scratch() as here:
        out = f"{here}/out"
        with Process(program("echo_server"), "0", env=traced_env(out)) as server:
            run(program("echo_client"), "127.0.0.1", server.port(), "hello", env=traced_env(out))
            poll(
                lambda: any(e["call"] == "accept" for e in trace.pendings(trace.read(out))),
                "the server to wait for the next client",
            )
            text = timeline(out)
            tap.ok(in_order(text, *LADDER, "accept"), "a running server is shown waiting for the next client", text)


tap.run(
    ipv4,
    ipv6,
    a_child_a_client,
    unix_and_pairs,
    one_end,
    the_latest_session,
    source_lines,
    a_stripped_program_gets_no_invented_lines,
    a_running_server,
)
