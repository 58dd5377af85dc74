#!/usr/bin/python3
"""calls: what libc does by itself is in the trace, call by call as strace sees it."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import tap
import trace
from oracle import compare_system_calls, under_strace
from run import BUILD, run, scratch, traced_env, viewer

PROGRAM = os.path.join(BUILD, "tests/libc/by_itself")
CANCEL = os.path.join(BUILD, "tests/libc/cancel")
ANYWHERE = os.path.join(BUILD, "tests/libc/cancel_anywhere")
USERS, COUT, REFUSED = (os.path.join(BUILD, f"tests/libc/{name}") for name in ("users", "cout", "refused"))
AT_ONCE, INTERRUPTED, FIRSTS = (os.path.join(BUILD, f"tests/libc/{name}") for name in ("users_at_once", "interrupted", "firsts"))
PAST = os.path.join(BUILD, "tests/libc/past_shim")

ORIGINS = [
    ("write", "fflush"),
    ("write", "fwrite"),
    ("read", "fgets"),
    ("write", "exit"),
    ("sendto", "getifaddrs"),
    ("connect", "getaddrinfo"),
    ("connect", "getpwnam"),
    ("connect", "syslog"),
    ("close", "syslog"),
]


def with_setting(value):
    with scratch() as here:
        natively = run(PROGRAM)
        result = run(*under_strace(f"{here}/log", f"{here}/out", PROGRAM, SOCKTRACE_LIBC=value))
        tap.equal((result.status, result.out, natively.status), (3, natively.out, 3), f"{value}: it runs as untraced")
        compare_system_calls(f"SOCKTRACE_LIBC={value}", f"{here}/log", f"{here}/out")
        events = trace.read(f"{here}/out")
        process = events[0]
        tap.equal((process["libc_calls"], process.get("libc_why")), (True, None), f"{value}: the trace says so")
        end = [e for e in events if e["ev"] == "exit"]
        tap.equal([(e["how"], e["status"]) for e in end if e["tid"] == process["pid"]], [("exit", 3)], f"{value}: the end")


def what_libc_does_is_recorded():
    with_setting("auto")
    with_setting("early")


def off_says_so():
    with scratch() as here:
        run(PROGRAM, env=traced_env(f"{here}/out", SOCKTRACE_LIBC="off"))
        events = trace.read(f"{here}/out")
        tap.equal(trace.calls(events, via="libc"), [], "off: nothing of libc's own is recorded")
        tap.equal((events[0]["libc_calls"], events[0]["libc_why"]), (False, "SOCKTRACE_LIBC=off"), "and the trace says so")


def a_bad_setting_is_said_once():
    with scratch() as here:
        result = run("sh", "-c", f"{PROGRAM} & wait $!", env=traced_env(f"{here}/out", SOCKTRACE_LIBC="on"))
        line = "socktrace: SOCKTRACE_LIBC must be auto, early or off; using auto\n"
        tap.equal(result.err.count(line), 1, "a setting that is no word of these is said once")


def streams_of_cpp():
    with scratch() as here:
        natively = run(COUT)
        result = run(*under_strace(f"{here}/log", f"{here}/out", COUT))
        tap.equal((result.status, result.out), (0, natively.out), "streams of C++: as untraced")
        compare_system_calls("streams of C++", f"{here}/log", f"{here}/out")
        said = [e["data"] for e in trace.calls(trace.read(f"{here}/out"), "write", via=trace.ANY)]
        tap.equal("".join(said), "to be\nor not 2 be\nthat is\nthe question\n", "and what was said is there")


MAPS = "import socket; s = socket.socket(); print(*{m.split()[1] for m in open('/proc/self/maps') if 'libc.so' in m or 'socktrace' in m})"


def no_code_stays_writable():
    with scratch() as here:
        result = run("/usr/bin/python3", "-c", MAPS, env=traced_env(f"{here}/out"))
        tap.ok(trace.read(f"{here}/out")[0]["libc_calls"], "a program whose libc was patched looks at its own memory")
        modes = result.out.split()
        tap.ok("r-xp" in modes and not any("wx" in m for m in modes), "nothing in libc or the shim can be written and run", modes)


OWNER = "import fcntl, socket; s = socket.socket(); print(fcntl.fcntl(s, fcntl.F_GETOWN))"


def what_fcntl_makes_of_a_command_is_no_other_call():
    with scratch() as here:
        run("/usr/bin/python3", "-c", OWNER, env=traced_env(f"{here}/out"))
        made = [e["args"].get("cmd") for e in trace.calls(trace.read(f"{here}/out"), via=trace.ANY)]
        tap.equal([cmd for cmd in made if cmd], ["F_GETOWN"], "F_GETOWN, for which libc asks by F_GETOWN_EX: one line")


def a_process_that_may_not_be_patched_runs_on():
    """A kernel before 6.3 cannot forbid it: that is no failure, and no success."""
    natively = run(REFUSED)
    with scratch() as here:
        result = run(REFUSED, env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (natively.status, natively.out, ""), "refused: it runs as untraced")
        if natively.status == 77:
            tap.skip("refused: and says so", "this kernel knows no PR_SET_MDWE")
            return
        process, *events = trace.read(f"{here}/out")
        tap.equal((process["libc_calls"], process.get("libc_why")), (False, "its code may not be written to"), "refused: and says so")
        tap.equal([e["call"] for e in trace.calls(events)], ["socketpair"], "refused: calls of its own are recorded")


def programs_whose_only_sockets_are_libcs():
    for command in (("getent", "hosts", "localhost"), ("getent", "ahosts", "localhost"), ("getent", "services", "http")):
        with scratch() as here:
            name = " ".join(command)
            natively = run(*command)
            result = run(*under_strace(f"{here}/log", f"{here}/out", *command))
            tap.equal((result.status, result.out), (natively.status, natively.out), f"{name}: runs as untraced")
            compare_system_calls(name, f"{here}/log", f"{here}/out")
            tap.ok(trace.calls(trace.read(f"{here}/out"), via="libc"), f"{name}: has calls of libc's own")


def functions_that_make_a_process_its_first_socket():
    names = "query querydomain search send nquery nquerydomain nsearch nsend".split()
    others = "rresvport ruserok iruserok rexec setnetgrent innetgr gethostid mq_notify fmtmsg".split()
    for name in [f"res_{n}" for n in names] + others:
        with scratch() as here:
            result = run(*under_strace(f"{here}/log", f"{here}/out", FIRSTS, name))
            tap.equal((result.status, result.err), (0, ""), f"{name}: runs")
            compare_system_calls(name, f"{here}/log", f"{here}/out")
            tap.ok(trace.calls(trace.read(f"{here}/out"), "socket", via="libc"), f"{name}: has a socket of libc's own")


def who_called_is_named():
    with scratch() as here:
        run(PROGRAM, env=traced_env(f"{here}/out"))
        own = trace.calls(trace.read(f"{here}/out"), via="libc")
        for call, origin in ORIGINS:
            made = [e for e in own if e["call"] == call and e.get("from") == origin]
            tap.ok(made, f"{call} by {origin}", f"{[(e['call'], e.get('from')) for e in own]}")
        tap.equal([e for e in own if "from" not in e], [], "none goes without a name")


def the_viewer_folds_what_is_libcs():
    with scratch() as here:
        run(PROGRAM, env=traced_env(f"{here}/out"))
        folded = viewer("timeline", f"{here}/out").out
        unfolded = viewer("timeline", "--libc", f"{here}/out").out
        tap.contains(folded, "fflush: write 3  7 B", "a line that fflush writes is told with its name")
        tap.ok(": connect" not in folded and "netlink" not in folded, "the resolver's own sockets are not told", folded)
        tap.contains(unfolded, "getaddrinfo: connect", "with --libc they are")


def what_is_called_past_the_shim_is_the_programs():
    """Of libc's own handle, as ctypes has it: libc does not make these calls by itself."""
    with scratch() as here:
        result = run(PAST, env=traced_env(f"{here}/out", SOCKTRACE_LIBC="early"))
        tap.equal((result.status, result.err), (0, ""), "functions found in libc's handle: the program runs")
        told = viewer("timeline", f"{here}/out").out
        tap.contains(told, "1 connection", "early: its connection is told")
        for call in ("socket = ", "listen ", "call connect ", "accept ", "fcntl ", "poll "):
            tap.ok(f"\u2502{call}" in told, f"and {call.strip()} as the program's own", told)


def who_only_asks_for_users_leaves_no_trace():
    for command in ((USERS, "alone"), ("ls", "-l", PROGRAM), ("id",)):
        for value in ("auto", "early"):
            with scratch() as here:
                natively = run(*command)
                result = run(*command, env=traced_env(f"{here}/out", SOCKTRACE_LIBC=value))
                tap.equal((result.status, result.out, result.err), (0, natively.out, ""), f"{command[0]}, {value}: as untraced")
                tap.ok(not os.path.exists(f"{here}/out"), f"{command[0]}, {value}: and there is no trace")


def what_was_asked_is_no_childs_when_it_gives_up_rights():
    with scratch() as here:
        result = run(USERS, "rights", env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (0, "", ""), "a child of who asked gives up rights and execs: as untraced")


def asked(events):
    return [e["from"] for e in trace.calls(events, "connect", via="libc")]


def what_was_asked_is_kept_for_a_later_trace():
    with scratch() as here:
        run(*under_strace(f"{here}/log", f"{here}/out", USERS, "later"))
        compare_system_calls("users, then sockets", f"{here}/log", f"{here}/out")
        events = trace.read(f"{here}/out")
        tap.equal(asked(events), ["getpwuid", "getpwuid", "getgrnam", "getgrnam"], "what was asked comes first")
        calls = [e["call"] for e in events if e["ev"] == "call"]
        tap.equal(calls[-4:], ["socketpair", "write", "close", "close"], "then the process's own sockets")
        tap.ok(all(events[0]["t"] <= e["t"] for e in events), "and the trace begins before")
    with scratch() as here:
        run(USERS, "child", env=traced_env(f"{here}/out"))
        events = trace.read(f"{here}/out")
        began = [e for e in events if e["ev"] == "process"]
        tap.equal([e["start"] for e in began], ["fork"], "child: the parent has no trace")
        tap.equal(asked(events), [], "and the child none of what its parent asked")


def functions_that_ask_for_a_user_among_others():
    """A process that has no other sockets leaves no trace for these either."""
    for name, value in (("wordexp", "auto"), ("cuserid", "auto"), ("glob", "early")):
        with scratch() as here:
            run(*under_strace(f"{here}/log", f"{here}/out", USERS, name, SOCKTRACE_LIBC=value))
            compare_system_calls(f"{name}, then sockets", f"{here}/log", f"{here}/out")
            tap.equal(asked(trace.read(f"{here}/out")), [name, name], f"{name}: what it asked comes first")
            result = run(USERS, name, "alone", env=traced_env(f"{here}/none", SOCKTRACE_LIBC=value))
            tap.equal((result.status, os.path.exists(f"{here}/none")), (0, False), f"{name} alone leaves no trace")


def threads_that_asked_are_killed():
    with scratch() as here:
        run(USERS, "threads", env=traced_env(f"{here}/out"))
        events = trace.read(f"{here}/out")
        for name in ("socketpair", "write"):
            tap.equal(len(trace.calls(events, name)), 4, f"threads, killed: each {name} is there")
        tap.equal(len({e["tid"] for e in trace.calls(events, "write")}), 4, "of four threads")
        tap.ok(asked(events), "and what was asked before, which libc does once if nobody answers")
        tap.equal([e for e in events if e["ev"] == "lost"], [], "nothing was lost")


def a_trace_begins_amid_many_who_ask():
    """Its making meets threads that write their first lines in memory, and forks."""
    wrong = []
    for turn in range(60):
        with scratch() as here:
            result = run(AT_ONCE, env=traced_env(f"{here}/out"))
            events = trace.read(f"{here}/out")
            said, ended = len(trace.calls(events, "write")), len(trace.calls(events, "shutdown"))
            if (result.status, result.err, said, ended) != (-9, "", 8, 2) or any(e["ev"] == "lost" for e in events):
                wrong.append((turn, result, said, ended))
    tap.equal(wrong, [], "60 processes whose trace begins amid many threads that ask have all that was done before the kill")


def nothing_is_recorded_twice():
    """A handler between a wrapper and its system call takes nothing of what that is known by."""
    with scratch() as here:
        result = run(INTERRUPTED, env=traced_env(f"{here}/out", SOCKTRACE_DATA="0"))
        tap.equal(result.out, "interrupted\n", "a program is interrupted again and again")
        events = trace.read(f"{here}/out")
        tap.equal(trace.calls(events, via="libc")[:3], [], "and none of its calls is taken for libc's own")
        calls = [len(trace.calls(events, name)) for name in ("send", "recv")]
        tap.ok(calls[0] == calls[1] > 4000, f"{calls[0]} calls each way are there", calls)


def threads_are_cancelled_1000_times():
    natively = run(CANCEL)
    for value in ("early", "auto"):
        with scratch() as here:
            result = run(CANCEL, env=traced_env(f"{here}/out", SOCKTRACE_LIBC=value))
            tap.equal((result.status, result.out), (0, natively.out), f"{value}: 1000 threads are cancelled as untraced")
            process = trace.read(f"{here}/out")[0]
            tap.ok(process["libc_calls"], f"{value}: libc was patched, among threads or not", process)


def threads_are_unwound_from_anywhere():
    natively = run(ANYWHERE)
    with scratch() as here:
        result = run(ANYWHERE, env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out), (0, natively.out), "1500 threads are unwound from amid the read of a file")
        tap.ok(trace.read(f"{here}/out")[0]["libc_calls"], "and libc was patched")


tap.run(
    what_libc_does_is_recorded,
    streams_of_cpp,
    no_code_stays_writable,
    what_fcntl_makes_of_a_command_is_no_other_call,
    a_process_that_may_not_be_patched_runs_on,
    programs_whose_only_sockets_are_libcs,
    functions_that_make_a_process_its_first_socket,
    who_called_is_named,
    the_viewer_folds_what_is_libcs,
    what_is_called_past_the_shim_is_the_programs,
    who_only_asks_for_users_leaves_no_trace,
    what_was_asked_is_no_childs_when_it_gives_up_rights,
    what_was_asked_is_kept_for_a_later_trace,
    functions_that_ask_for_a_user_among_others,
    threads_that_asked_are_killed,
    a_trace_begins_amid_many_who_ask,
    nothing_is_recorded_twice,
    threads_are_cancelled_1000_times,
    threads_are_unwound_from_anywhere,
    off_says_so,
    a_bad_setting_is_said_once,
)
