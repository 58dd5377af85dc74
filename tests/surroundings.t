#!/usr/bin/python3
"""surroundings: a directory that goes away, a crowd of processes, a clock that is set: programs run on, and what is lost is told."""

import contextlib
import os
import re
import resource
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, Process, plain_env, program, run, scratch, traced_env
from terminal import Terminal

PROCESSES = 100
AMISS_NS = 1000  # a thread may be interrupted as it looks at the clock, for so long unseen
TALK = """
import os, shutil, socket, sys
a, b = socket.socketpair()
for i in range(int(sys.argv[1])):
    if i == 10:
        %s
    a.send(b'x'), b.recv(1)
print(i)
"""


def talker(rounds, then, out, *before):
    return run(*before, "/usr/bin/python3", "-c", TALK % then, rounds, env=traced_env(out))


def a_removed_directory_is_said_once():
    """Before a slot was full, and after: either way its file is gone."""
    for rounds in (50, 3000):
        with scratch() as here:
            result = talker(rounds, f"shutil.rmtree('{here}/out')", f"{here}/out")
            tap.equal((result.status, result.out), (0, f"{rounds - 1}\n"), f"a removed directory, {rounds} rounds: it runs on")
            tap.ok(re.fullmatch("socktrace: [^\n]*ENOENT[^\n]*\n", result.err), "and it is said once", repr(result))


def so_is_one_whose_files_are_held():
    """A process that gives up rights keeps descriptors of its files: what it writes into them is lost all the same."""
    with scratch() as here:
        result = talker(3000, f"os.setuid(os.getuid()), shutil.rmtree('{here}/out')", f"{here}/out")
        tap.equal((result.status, result.out), (0, "2999\n"), "a removed directory, held files: it runs on")
        tap.ok(re.fullmatch("socktrace: [^\n]*ENOENT[^\n]*\n", result.err), "and it is said once", repr(result))


def a_child_of_a_removed_directory_makes_it_anew():
    with scratch() as here:
        fork = f"shutil.rmtree('{here}/out'), os.fork() and (os.wait(), os._exit(0))"
        result = talker(50, fork, f"{here}/out")
        tap.equal((result.status, result.out), (0, "49\n"), "the directory is removed before a fork: the child runs")
        tap.equal(len(trace.calls(trace.read(f"{here}/out"), "send")), 40, "and has a trace of all that it did")


def closed_standard_descriptors_stay_closed():
    """What is printed to them goes nowhere: neither into the trace that is just made, nor into what is kept of it."""
    result = run(program("closed_standard"), env=plain_env())
    tap.equal((result.status, result.out), (0, "0\n"), "untraced: no write to a closed descriptor succeeds")
    with scratch() as here:
        result = run(program("closed_standard"), env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (0, "0\n", ""), "nor does one while 100 first sockets are made")
        files = [os.path.join(f"{here}/out", name) for name in os.listdir(f"{here}/out")]
        tap.equal([name for name in files if b"printed\n" in open(name, "rb").read()], [], "no trace has what was printed")


APART = """
import ctypes, os, resource, socket, sys
a, b = socket.socketpair()
libc = ctypes.CDLL(None)
libc.shutdown(-1, 0)  # so that its caller is known
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
opened = []
try:
    while True:
        opened.append(os.dup(1))
except OSError:
    pass
if libc.unshare(0x30000000):
    os._exit(77)
for i in range(2000):
    if i == 1000 and len(sys.argv) > 1:
        os.close(opened.pop())
    a.send(b'x'), b.recv(1)
os._exit(0)
"""


def descriptors_may_run_out_where_no_thread_can_be_made():
    """unshare(CLONE_NEWUSER | CLONE_NEWPID): until a descriptor is closed, and if none is to the end, what a slot does not hold is counted."""
    for close, last in ((), False), (("close",), True):
        with scratch() as here:
            result = run("/usr/bin/python3", "-c", APART, *close, env=traced_env(f"{here}/out"))
            if result.status == 77:
                tap.skip("no descriptor and no thread", "no namespace can be made")
                continue
            tap.equal((result.status, result.err), (0, ""), f"no descriptor and no thread {close}: it runs on")
            events = trace.read(f"{here}/out")
            made = [e["call"] for e in trace.calls(events) if e["call"] in ("send", "recv")]
            lost = [e for e in events if e["ev"] == "lost"]
            ends = len([e for e in events if e["ev"] == "exit"])  # or is among what is lost
            tap.equal((len(made) + sum(e["count"] for e in lost) + ends, {e["why"] for e in lost}), (4001, {"EMFILE"}), "each call is there or counted")
            tap.equal(len(made) > 2000, last, "and it is recorded again once a descriptor is free")


def a_read_only_directory_is_said_once():
    with scratch() as here:
        script = f"mount --bind {here} {here} && mount -o remount,bind,ro {here} && exec {program('pair')}"
        result = run("unshare", "-m", "sh", "-c", script, env=traced_env(f"{here}/out"))
        if "mount:" in result.err:
            tap.skip("a read-only directory", "no mount namespace to be had")
            return
        tap.equal((result.status, result.out), (0, "parent got over\n"), "a read-only directory: parent and child run")
        tap.ok(re.fullmatch("socktrace: [^\n]*EROFS[^\n]*\n", result.err), "and it is said once", repr(result))


def complaining(err, prepare=None, **settings):
    """How a program ends, or does not, that the shim has to complain to `err` about."""
    env = traced_env("/dev/null/out", **settings)
    child = subprocess.Popen([program("pair")], stderr=err, stdout=subprocess.DEVNULL, env=env, preexec_fn=prepare)
    try:
        return child.wait(5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return "waits"


def allow_no_bytes():
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def be_killed_by_pipes():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def fill(fd):
    os.set_blocking(fd, False)
    for size in (65536, 1):
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(fd, b"x" * size)
    os.set_blocking(fd, True)


def a_complaint_harms_nobody():
    """Neither that of the directory nor that of a setting, which comes before it."""
    for settings in ({}, {"SOCKTRACE_DATA": "many"}):
        with scratch() as here, open(f"{here}/err", "w") as err:
            tap.equal(complaining(err, **settings), 0, "a file of standard error")
            tap.ok(os.path.getsize(f"{here}/err") > 0, "has the complaint")
            tap.equal(complaining(err, allow_no_bytes, **settings), 0, "a file that may not grow")
        r, w = os.pipe()
        fill(w)
        tap.equal(complaining(w, **settings), 0, "a full pipe that nobody reads")
        os.close(r)
        tap.equal(complaining(w, be_killed_by_pipes, **settings), 0, "a pipe without a reader")
        os.close(w)
        a, b = socket.socketpair()
        tap.equal(complaining(a, **settings), 0, "a socket")
        a.close()
        tap.equal(b.recv(1000), b"", "whose other end is told nothing")
        b.close()


def it_is_no_data():
    """Of a program that has closed standard error, and opened a file of its own, which has the number then."""
    for way, wanted in (("2<>data", 0), ("2>>data", 1)):
        with scratch() as here:
            script = f"exec {way} 3<>/dev/udp/127.0.0.1/9"
            result = run("bash", "-c", script, env=traced_env("/dev/null/out"), cwd=here)
            said = open(f"{here}/data").read().count("socktrace: ")
            tap.equal((result.status, said), (0, wanted), f"a complaint goes to {way}: {bool(wanted)}")


def nor_does_it_stop_who_writes_from_the_background():
    with scratch() as here:
        background = f"LD_PRELOAD={SHIM} SOCKTRACE_OUT=out SOCKTRACE_DATA=many {program('pair')} > pair"
        with Terminal("bash", "-c", f"set -m; stty tostop; {background} & wait $!; echo ends $?", cwd=here) as shell:
            shown = shell.wait_for("ends [0-9]+")
        tap.ok(re.search("^socktrace: (.*\n)*.*ends 0", shown), "a terminal that stops who writes from the background has the complaint", shown)


def a_crowd_leaves_a_trace_each():
    with scratch() as here, contextlib.ExitStack() as stack:
        env = traced_env(f"{here}/out")
        pairs = [stack.enter_context(Process(program("pair"), env=env)) for _ in range(PROCESSES // 2)]
        ends = {(r.status, r.out, r.err) for r in (p.wait() for p in pairs)}
        tap.equal(ends, {(0, "parent got over\n", "")}, f"{PROCESSES} processes at once run as untraced")
        names = os.listdir(f"{here}/out")
        tap.equal((len(names), [n for n in names if ".live." in n]), (PROCESSES, []), "each leaves a file")
        events = trace.read(f"{here}/out")
        tap.equal(len(trace.calls(events, "write")), PROCESSES, "with all of its calls")
        tap.equal(len([e for e in events if e["ev"] == "exit"]), PROCESSES, "and its end")


# The wall clock, as the C library tells it, goes back by a day at each look; CLOCK_MONOTONIC is what it was.
SET_BACK = r"""
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
static long day;
int clock_gettime(clockid_t clock, struct timespec *now)
{
	int ret = syscall(SYS_clock_gettime, clock, now);
	if (clock == CLOCK_REALTIME)
		now->tv_sec -= 86400 * ++day;
	return ret;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec t;
	(void)zone, clock_gettime(CLOCK_REALTIME, &t);
	return now->tv_sec = t.tv_sec, now->tv_usec = 0, 0;
}
"""
LOOK = "import time; w = time.time(); assert w - time.time() > 80000"


def a_clock_that_is_set_changes_no_time():
    with scratch() as here:
        built = run("gcc", "-shared", "-fPIC", "-x", "c", "-o", f"{here}/clock.so", "-", input=SET_BACK)
        tap.equal(built.status, 0, "a library that sets the clock back")
        env = plain_env(LD_PRELOAD=f"{SHIM} {here}/clock.so", SOCKTRACE_OUT=f"{here}/out")
        code = TALK.replace("%s", "exec('" + LOOK + "')")
        result = run("/usr/bin/python3", "-c", code, "3000", env=env)
        tap.equal((result.status, result.out, result.err), (0, "2999\n", ""), "a clock set back by days: the program runs")
        events = trace.read(f"{here}/out")
        times = [(e["t"], e["t"] + e.get("dt", 0)) for e in trace.calls(events)]
        tap.ok(len(times) >= 6000, f"{len(times)} calls are recorded")
        overlapping = [pair for pair in zip(times, times[1:]) if pair[0][1] > pair[1][0]]
        tap.equal(overlapping[:3], [], "each begins after the end of the one before")


def late(call, before, after):
    """By how many nanoseconds the trace has it begin before it did, or end after."""
    return max(before - call["t"], call["t"] + call["dt"] - after, 0)


def times_are_those_of_the_kernels_clock():
    """Which is asked only now and then, by threads and a handler that each ask for themselves."""
    for threads in 1, 3:
        with scratch() as here:
            result = run(program("clock_readings"), str(threads), "150", env=traced_env(f"{here}/out"))
            tap.equal((result.status, result.err), (0, ""), f"threads of {threads} read the clock before and after each call")
            events, sent = trace.read(f"{here}/out"), {}
            for fd, before, after in (map(int, line.split()) for line in result.out.splitlines()):
                sent.setdefault(fd, []).append((before, after))
            tap.equal(len(sent), threads + 1, "and a handler amid them")
            for fd, known in sent.items():
                calls = [e for e in trace.calls(events, "send") if e["fd"] == fd]
                wrong = [late(call, *times) for call, times in zip(calls, known)]
                tap.equal(len(calls), len(known), f"all {len(known)} calls are there")
                tap.equal([ns for ns in wrong if ns > AMISS_NS], [], "each between the readings")


def a_clock_is_that_of_its_namespace():
    """A machine that has just started, as far as the program can tell."""
    with scratch() as here:
        result = run("unshare", "-T", "--monotonic", "1000000", program("pair"), env=traced_env(f"{here}/out"))
        if "unshare:" in result.err:
            tap.skip("a time namespace", "none to be had")
            return
        tap.equal((result.status, result.err), (0, ""), "in a time namespace the program runs")
        events = [e for e in trace.read(f"{here}/out") if "pair" in e["file"]]
        tap.ok(events and all(e["t"] > 10**15 for e in events), "whose clock the trace has, in all of its lines")


def an_interactive_shell_leaves_no_file():
    with scratch() as here:
        shell = Terminal("bash", "--norc", "-i", cwd=here, LD_PRELOAD=SHIM, SOCKTRACE_OUT=f"{here}/out", PS1="> ")
        with shell:
            for line, answer in (("ls /", "usr"), ("echo a | sed s/a/found/ | cat", "found"), ("echo $(pwd | wc -l)", "1")):
                shell.type(line + "\n")
                shell.wait_for(answer + r"[^>]*> ")
            shell.type("exit\n")
            shell.wait_for("exit")
        tap.equal(os.listdir(here), [], "a traced interactive shell, ls, sed and wc leave no file")


tap.run(
    a_removed_directory_is_said_once,
    so_is_one_whose_files_are_held,
    a_child_of_a_removed_directory_makes_it_anew,
    closed_standard_descriptors_stay_closed,
    descriptors_may_run_out_where_no_thread_can_be_made,
    a_read_only_directory_is_said_once,
    a_complaint_harms_nobody,
    it_is_no_data,
    nor_does_it_stop_who_writes_from_the_background,
    a_crowd_leaves_a_trace_each,
    a_clock_that_is_set_changes_no_time,
    times_are_those_of_the_kernels_clock,
    a_clock_is_that_of_its_namespace,
    an_interactive_shell_leaves_no_file,
)
