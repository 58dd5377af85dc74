#!/usr/bin/python3
"""compare: the comparison of the proof itself: what is missing, wrong or made by libc is told apart by its stack."""

import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "../lib"), HERE]
import strace
import tap
from compare import compare
from run import run, scratch
from stack import RAW, STATIC, UNEXPLAINED, by_itself

LIBC, SHIM, PROGRAM = "/lib/libc.so.6", "/here/libsocktrace.so", "/bin/program"
SOCKET = "socket(AF_INET, SOCK_STREAM, 0) = 3<socket:[1]>"
CONNECT = "connect(3<socket:[1]>, {sa_family=AF_INET}, 16) = -1 ECONNREFUSED (Connection refused)"
CLOSE = "close(3<socket:[1]>) = 0"
IN_TRACE = {
    SOCKET: ("socket", None, 3, None),
    CONNECT: ("connect", 3, -1, "ECONNREFUSED"),
    CLOSE: ("close", 3, 0, None),
}


def through(function):
    """The stack of a call that the program made, past the wrapper."""
    return [(LIBC, function), (SHIM, function), (PROGRAM, "main")]


WHOLE = [(SOCKET, through("socket")), (CONNECT, through("connect")), (CLOSE, through("close"))]


def seen(calls):
    with scratch() as here:
        path = os.path.join(here, "log")
        with open(path, "w", encoding="utf-8") as f:
            for number, (text, stack) in enumerate(calls):
                f.write(f"7 {number}.5 {text}\n")
                f.writelines(f" > {module}({function}+0x1f) [0x1234]\n" for module, function in stack)
        return strace.read(path)


def recorded(texts):
    return [
        {"ev": "call", "tid": 7, "t": t, "call": call, "fd": fd, "ret": ret, "err": err}
        for t, (call, fd, ret, err) in enumerate(IN_TRACE[text] for text in texts)
    ]


def verdict(calls, texts):
    v = compare(seen(calls), recorded(texts))
    return v.seen, v.recorded, dict(v.missing), len(v.faults)


def a_whole_trace_has_no_fault():
    tap.equal(verdict(WHOLE, [t for t, _ in WHOLE]), (3, 3, {}, 0), "all is there")


def a_promised_call_is_a_fault():
    by_fprintf = (CONNECT, [(LIBC, "connect"), (LIBC, "fprintf"), (PROGRAM, "main")])
    calls = seen([WHOLE[0], by_fprintf, WHOLE[2]])
    events = recorded([SOCKET, CLOSE])
    for promised, faults in ((True, 1), (False, 0)):
        process = {"ev": "process", "tid": 7, "t": 0, "realtime": [0, 0], "libc_calls": promised}
        last = {"ev": "exit", "tid": 7, "t": 10**10}
        found = compare(calls, [process, *events, last]).faults
        tap.equal(len(found), faults, f"a call of libc's that is missing where libc_calls is {promised}")


def a_missing_call_is_a_fault():
    for gone in IN_TRACE:
        v = verdict(WHOLE, [t for t in IN_TRACE if t != gone])
        tap.equal(v, (3, 2, {(UNEXPLAINED, "went through the wrapper"): 1}, 1), f"{gone} is missed")


def a_call_too_many_is_a_fault():
    tap.equal(verdict(WHOLE, [*IN_TRACE, CLOSE])[3], 1, "a call that strace did not see")
    wrong = [(text.replace("= 0", "= -1 EIO (I/O error)"), stack) for text, stack in WHOLE]
    tap.ok(verdict(wrong, list(IN_TRACE))[3] > 0, "a result that strace saw otherwise")


def questions_of_the_shim_do_not_count():
    asked = ("getsockname(3<socket:[1]>, {sa_family=AF_INET}, [16]) = 0", [(SHIM, "sys6"), (SHIM, "connect")])
    tap.equal(verdict(WHOLE + [asked], list(IN_TRACE)), (3, 3, {}, 0), "a system call that the shim makes itself")


def an_interrupted_call_is_one_call():
    begun = (
        "poll([{fd=3<socket:[1]>, events=POLLIN}], 1, 5) = ? ERESTART_RESTARTBLOCK (Interrupted by signal)",
        through("poll"),
    )
    again = ("restart_syscall(<... resuming interrupted poll ...>) = 0", through("poll"))
    v = compare(seen([begun, again]), [{"ev": "call", "tid": 7, "t": 0, "call": "poll", "ret": 0}])
    tap.equal((v.seen, v.recorded, v.faults), (1, 1, []), "a poll that the kernel takes up again")


def what_nfds_leaves_out_strace_does_not_show():
    hidden = ("pselect6(3, [], NULL, NULL, NULL, NULL) = 0 (Timeout)", through("select"))
    calls = seen([*WHOLE[:2], hidden, WHOLE[2]])
    before, after = recorded([SOCKET, CONNECT]), [dict(recorded([CLOSE])[0], t=9)]
    for nfds, faults in ((3, 0), (4, 1)):
        args = {"nfds": nfds, "readfds": [3], "writefds": None, "exceptfds": None}
        select = {"ev": "call", "tid": 7, "t": 2, "call": "select", "args": args, "ret": 0}
        v = compare(calls, [*before, select, *after])
        tap.equal((v.seen, v.recorded, len(v.faults)), (3, 3, faults), f"a select on 3 alone, nfds {nfds}")


def calls_of_libc_are_named():
    write = 'write(3<socket:[1]>, "x", 1) = 1'
    for stack, why in (
        ([(LIBC, "__write"), (LIBC, "_IO_file_write"), (LIBC, "fprintf"), (PROGRAM, "main")], ("stdio", "fprintf")),
        (
            [(LIBC, "__write"), (LIBC, "_IO_cleanup"), (LIBC, "__libc_start_main"), (PROGRAM, "_start")],
            ("stdio", "exit"),
        ),
        (
            [(LIBC, "__write"), (LIBC, "_IO_file_close"), (LIBC, "fclose"), (SHIM, "fclose"), (PROGRAM, "f")],
            ("stdio", "fclose"),
        ),
        (
            [(LIBC, "__send"), (LIBC, "__res_send"), (LIBC, "getaddrinfo"), (SHIM, "getaddrinfo")],
            ("resolver", "getaddrinfo"),
        ),
        ([(LIBC, "__write"), (LIBC, "something"), (PROGRAM, "main")], ("libc", "something")),
    ):
        tap.equal(verdict(WHOLE + [(write, stack)], list(IN_TRACE)), (4, 3, {why: 1}, 0), f"a write in {why[1]}")


def calls_past_the_shim_are_faults():
    write = 'write(3<socket:[1]>, "x", 1) = 1'
    v = verdict(WHOLE + [(write, [(LIBC, "__write"), (PROGRAM, "main")])], list(IN_TRACE))
    tap.equal((v[:2], v[3]), ((4, 3), 1), "a function of libc without the wrapper before it")
    v = verdict(WHOLE + [(write, [])], list(IN_TRACE))
    tap.equal(v[3], 1, "a call without a stack")


def instructions_outside_libc_are_named():
    with scratch() as here:
        with open(f"{here}/a.c", "w", encoding="utf-8") as f:
            f.write("int main(void) { return 0; }\n")
        for flag, kind in (("-static", STATIC), ("-O0", RAW)):
            run("gcc", flag, "-o", f"{here}/a", f"{here}/a.c")
            by_itself.cache_clear()
            tap.equal(by_itself(f"{here}/a"), (kind, "a"), f"gcc {flag}: {kind}")


tap.run(
    a_whole_trace_has_no_fault,
    a_missing_call_is_a_fault,
    a_promised_call_is_a_fault,
    a_call_too_many_is_a_fault,
    questions_of_the_shim_do_not_count,
    an_interrupted_call_is_one_call,
    what_nfds_leaves_out_strace_does_not_show,
    calls_of_libc_are_named,
    calls_past_the_shim_are_faults,
    instructions_outside_libc_are_named,
)
