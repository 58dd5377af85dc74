#!/usr/bin/python3
"""room: a thread gets little room in the live file, more when it has filled it, and leaves no pads there for room that it cannot have."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, plain_env, run, scratch, traced_env

BLOCK = 4096
FIRST, SECOND, THIRD = ((blocks + 1) * BLOCK for blocks in (4, 16, 64))

# Prints each size of the live file that it sees.
TALK = """
import os, pwd, resource, socket
out, seen = os.environ['SOCKTRACE_OUT'], []
%s
a, b = socket.socketpair()
for i in range(%d):
    a.send(b'x'), b.recv(1)
    if i %% 20 == 0:
        size = sum(e.stat().st_size for e in os.scandir(out) if '.live.' in e.name)
        if size not in seen:
            seen.append(size)
    if i == 0:
        %s
print(*seen)
"""
ROUNDS = 8000  # what fills the first room, and the second 32 times


def sizes(out, first="", then="pass"):
    result = run("/usr/bin/python3", "-c", TALK % (first, ROUNDS, then), env=traced_env(out))
    if result.status or result.err:
        raise AssertionError(repr(result))
    tap.equal(len(trace.calls(trace.read(out), "send")), ROUNDS, "each call is recorded")
    return [int(size) for size in result.out.split()]


def it_grows_as_it_is_filled():
    with scratch() as here:
        tap.equal(sizes(f"{here}/out"), [FIRST, FIRST + SECOND, FIRST + SECOND + THIRD], "room is added twice")


def so_does_what_was_memory_before_there_was_a_trace():
    with scratch() as here:
        seen = sizes(f"{here}/out", first="pwd.getpwuid(0)")
        asked = [e for e in trace.read(f"{here}/out") if e.get("from", "").startswith("getpw")]
        tap.ok(asked, "a trace that begins with what the name service was asked")
        tap.equal(seen, [FIRST, FIRST + SECOND, FIRST + SECOND + THIRD], "has no more room for it")


def room_that_cannot_be_mapped_is_asked_for_once():
    with scratch() as here:
        full = "resource.setrlimit(resource.RLIMIT_AS, (BLOCK * int(open('/proc/self/statm').read().split()[0]),) * 2)"
        seen = sizes(f"{here}/out", then=full.replace("BLOCK", str(BLOCK)))
        tap.equal(seen, [FIRST, FIRST + SECOND, FIRST + SECOND + THIRD], "without memory for more, pads are written for it once")


# Each is the child of the one before, which has ended. Prints how many mappings the first of them has, and the last.
LINE = """
import os, socket
a, b = socket.socketpair()
r, w = os.pipe()
for i in range(41):
    a.send(b'x'), b.recv(1)
    if i in (1, 40):
        os.write(w, b'%d\\n' % sum(1 for _ in open('/proc/self/maps')))
    if i == 40 or os.fork():
        break
if i:
    os._exit(0)
os.close(w)
print(open(r).read(), end='')
"""


def children_of_children_take_no_more():
    with scratch() as here:
        result = run("/usr/bin/python3", "-c", LINE, env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "40 generations of children")
        of_first, of_last = map(int, result.out.split())
        tap.ok(of_last <= of_first + 2, "the last has no more mappings than the first", result.out)
        tap.equal(len(trace.calls(trace.read(f"{here}/out"), "send")), 41, "and each has its calls")


# Started with SIGURG ignored, as it is unless a handler is there: that forks, and the child returns to what the signal interrupted.
FORKS = r"""
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
static volatile sig_atomic_t in_child, forks, died;
static void fork_here(int number)
{
	int status;
	pid_t pid;
	(void)number;
	if (in_child || forks == 20 || (pid = fork()) < 0)
		return;
	in_child = pid == 0;
	if (pid > 0)
		forks++, died += waitpid(pid, &status, 0) != pid || status;
}
int main(void)
{
	int sv[2], left = 3;
	char byte;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) || send(sv[0], "x", 1, 0) != 1)
		return 2;
	signal(SIGURG, fork_here);
	for (int i = 0; i < 200; i++) {
		send(sv[0], "x", 1, MSG_DONTWAIT), recv(sv[1], &byte, 1, MSG_DONTWAIT);
		if (in_child && !--left)
			_exit(0);
	}
	return died ? 1 : forks ? 0 : 3;
}
"""


def a_handler_may_fork_amid_it():
    """strace sends the signal at each call by which room is made."""
    with scratch() as here:
        built = run("gcc", "-x", "c", "-o", f"{here}/forks", "-", input=FORKS)
        tap.equal(built.status, 0, "a program whose handler forks")
        for call in ("mmap", "madvise", "munmap", "prlimit64", "openat", "write", "close"):
            inject = ("strace", "-qq", "-o", "/dev/null", "-e", f"inject={call}:signal=SIGURG")
            traced = ("-E", f"LD_PRELOAD={SHIM}", "-E", f"SOCKTRACE_OUT={here}/{call}", f"{here}/forks")
            result = run(*inject, *traced, env=plain_env())
            tap.equal((result.status, result.err), (0, ""), f"at {call}: its children run on")


tap.run(
    it_grows_as_it_is_filled,
    so_does_what_was_memory_before_there_was_a_trace,
    room_that_cannot_be_mapped_is_asked_for_once,
    children_of_children_take_no_more,
    a_handler_may_fork_amid_it,
)
