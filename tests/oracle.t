#!/usr/bin/python3
"""oracle: strace and the shim watch the same run; the calls on sockets agree one by one, thread by thread."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import strace
import tap
import trace
from oracle import compare, under_strace, without_shims_own
from run import ROOT, Process, program, run, scratch, traced_env


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


# Where strace writes another name of the same, and what are options of packet filters, of getsockopt alone, or too long to be kept.
ANOTHER = {f"SOL_{p}": f"IPPROTO_{p}" for p in ("IP", "TCP", "UDP", "IPV6")}
NAMELESS = re.compile(r"0x|htons|-?\d|IPPROTO_IP$|(IP6?|ARP|EB)T_|SO_(SECURITY_|PEERNAME_|GET_FILTER|RCVTIMEO_|SNDTIMEO_|VM_SOCKETS_CONN)|TCP_COOKIE_TRANS|F_GETOWN_EX")
SHOWN = {"getsockopt": {1: "level", 2: "optname"}, "socket": {0: "domain", 2: "protocol"}, "fcntl": {1: "cmd"}}
WITH_PROTOCOLS = {"AF_INET", "AF_INET6", "AF_NETLINK", "AF_BLUETOOTH", "AF_PACKET"}


def are_named(of):
    """The places of a call's arguments that have names, by its first one that has."""
    with open(f"{ROOT}/trace/names/levels.def") as f:
        known = WITH_PROTOCOLS | set(re.findall(r"^LEVEL\((\w+)", f.read(), re.M))
    first, *others = SHOWN[of["call"].replace("64", "")].items()
    return dict([first] + [other for other in others if of["args"][first[1]] in known])


def names_of_strace(log):
    """The names of each call's arguments, by their place."""
    for call in log:
        args = [re.sub(r" /\*.*", "", arg.strip()) for arg in call.args.split(",")]
        args = [re.sub(r"htons\((ETH_P_\w+)\)", r"\1", ANOTHER.get(arg, arg)) for arg in args]
        yield call.name, [re.sub("(STAMP(NS|ING)?)_OLD$", r"\1", arg) for arg in args]


def names_are_those_of_strace():
    with scratch() as here:
        asks = program("names")
        run("strace", "-f", "--absolute-timestamps=format:unix,precision:ns", "-o", f"{here}/log", "-e", f"trace={','.join(SHOWN)}", asks)
        run(asks, env=traced_env(f"{here}/out"))
        named = list(names_of_strace(c for c in strace.read(f"{here}/log") if c.name in SHOWN))
        calls = [e for e in trace.calls(trace.read(f"{here}/out")) if e["call"].replace("64", "") in SHOWN]
    tap.equal(len(calls), len(named), f"{len(named)} calls are in both")
    differ, alike = set(), 0
    for e, (call, args) in zip(calls, named):
        for place, key in are_named(e).items():
            ours = e["args"].get(key)
            alike += ours == args[place]
            if ours != args[place] and not NAMELESS.match(args[place]):
                differ.add((call, args[place], str(ours)))
    tap.equal(differ, set(), f"{alike} names are strace's")
    tap.ok(alike > 2500, "and that is many")


def a_missing_call_is_seen():
    """The oracle itself: a call taken out of either side must show."""
    calls = ["socket = 3", "getsockopt on 3 = 0", "connect on 3 = 0", "write on 3 = 6", "close on 3 = 0"]
    mine = ["socket = 3", "connect on 3 = 0", "write on 3 = 6", "close on 3 = 0"]
    tap.equal(without_shims_own(calls, mine), mine, "questions of the shim do not count")
    for gone in mine:
        less = [c for c in mine if c != gone]
        tap.ok(without_shims_own(calls, less) != less, f"{gone!r} missing from the trace is seen")


tap.run(echo_server, forking_echo_server, unix_sockets, socket_pair, names_are_those_of_strace, a_missing_call_is_seen)
