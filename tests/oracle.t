#!/usr/bin/python3
"""oracle: strace and the shim watch the same run; the calls on sockets agree one by one, thread by thread."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from oracle import compare, under_strace, without_shims_own
from run import Process, program, run, scratch


def echo(name, *server):
    with scratch() as here:
        logs, out = [f"{here}/server.strace", f"{here}/client.strace"], f"{here}/out"
        with Process(*under_strace(logs[0], out, program(server[0]), *server[1:])) as running:
            port = running.port()
            client = run(*under_strace(logs[1], out, program("echo_client"), "127.0.0.1", port, "one", "two", "three"))
            tap.ok(
                (client.status, client.out) == (0, "one\ntwo\nthree\n"),
                f"{name}: the client gets its lines",
                repr(client),
            )
            tap.equal(running.wait().status, 0, f"{name}: the server ends")
        merge(logs, f"{here}/both.strace")
        compare(name, f"{here}/both.strace", out)


def merge(logs, path):
    with open(path, "w", encoding="utf-8") as both:
        for log in logs:
            with open(log, encoding="utf-8", errors="replace") as f:
                both.write(f.read())


def echo_server():
    echo("echo server and client", "echo_server", "--once", "1", "0")


def forking_echo_server():
    echo("forking echo server and client", "echo_server_fork", "1", "0")


def one_program(name, *command):
    with scratch() as here:
        result = run(*under_strace(f"{here}/log", f"{here}/out", *command), cwd=here)
        tap.ok(result.status == 0, f"{name}: runs", repr(result))
        compare(name, f"{here}/log", f"{here}/out")


def unix_sockets():
    one_program("unix sockets", program("unix_pair"), "here.sock")
    one_program("abstract unix sockets", program("unix_pair"), f"@socktrace-test-{os.getpid()}")


def socket_pair():
    one_program("socketpair", program("pair"))


def a_missing_call_is_seen():
    """The oracle itself: a call taken out of either side must show."""
    calls = ["socket = 3", "getsockopt on 3 = 0", "connect on 3 = 0", "write on 3 = 6", "close on 3 = 0"]
    mine = ["socket = 3", "connect on 3 = 0", "write on 3 = 6", "close on 3 = 0"]
    tap.equal(without_shims_own(calls, mine), mine, "questions of the shim do not count")
    for gone in mine:
        less = [c for c in mine if c != gone]
        tap.ok(without_shims_own(calls, less) != less, f"{gone!r} missing from the trace is seen")


tap.run(echo_server, forking_echo_server, unix_sockets, socket_pair, a_missing_call_is_seen)
