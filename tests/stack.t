#!/usr/bin/python3
"""stack: with SOCKTRACE_STACK the lesson names its boxes by the functions that the program called; without, by call sites."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import ROOT, Process, program, run, scratch, traced_env, viewer

# The book's wrappers, around the functions of net.c.
WRAPPED = """
#include <stdlib.h>
#include <string.h>
#include "net/net.h"

static ssize_t Rio_readlineb(struct rio *rio, char *line, size_t size)
{
	ssize_t n = rio_readlineb(rio, line, size);

	if (n < 0)
		exit(1);
	return n;
}

static void Rio_writen(int fd, const void *bytes, size_t n)
{
	if (rio_writen(fd, bytes, n) != (ssize_t)n)
		exit(1);
}

int main(int argc, char **argv)
{
	struct rio rio;
	char line[64];
	int fd = open_clientfd("127.0.0.1", argv[argc - 1]);

	if (fd < 0)
		return 1;
	rio_readinitb(&rio, fd);
	Rio_writen(fd, "hello\\n", 6);
	return Rio_readlineb(&rio, line, sizeof line) != 6;
}
"""

# What libc does by itself: stdio on a socket, and the resolver.
BY_ITSELF = """
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

__attribute__((noinline)) static int talk(FILE *stream, int fd)
{
	struct addrinfo *found;

	getaddrinfo("localhost", "80", NULL, &found);
	fprintf(stream, "one");
	fflush(stream);
	return write(fd, "two", 3) != 3;
}

int main(void)
{
	int pair[2];
	FILE *stream;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || !(stream = fdopen(pair[0], "w")))
		return 1;
	int failed = talk(stream, pair[0]);
	fclose(stream);
	return failed;
}
"""

LOOK_UP = "import socket, subprocess; print(socket.getaddrinfo('localhost', 80), subprocess.call('true'))"


def boxes(client, **env):
    """The lesson of one client of the echo server: the names in its boxes' upper edges."""
    with scratch() as here:
        out = f"{here}/out"
        with Process(program("echo_server"), "--once", "1", "0", env=traced_env(out, **env)) as server:
            result = run(*client(server.port()), env=traced_env(out, **env))
            tap.equal((result.status, server.wait().status), (0, 0), "client and server end")
        shown = viewer("lesson", "--width", "120", out, LC_ALL="C.UTF-8")
        return re.findall(r"┌ (\w+) ", shown.out)


def echo_client(port):
    return program("echo_client"), "127.0.0.1", port, "hello"


def with_a_stack():
    names = boxes(echo_client, SOCKTRACE_STACK="4")
    tap.equal(names.count("rio_readlineb"), 3, "the reads of client and server, and the one of EOF, are rio_readlineb's")
    tap.equal(names.count("rio_writen"), 2, "the writes are rio_writen's")
    tap.ok("rio_fill" not in names and "read" not in names, "nothing else is in the way", names)


def without_a_stack():
    names = boxes(echo_client)
    tap.equal(names.count("rio_fill"), 3, "the call site says rio_fill")
    tap.ok("rio_readlineb" not in names, "who called that is not claimed", names)


def with_a_stack_too_short():
    names = boxes(echo_client, SOCKTRACE_STACK="1")
    tap.ok("rio_readlineb" not in names, "a stack of the call site alone says no more than it", names)


def with_wrappers():
    with scratch() as here:
        with open(f"{here}/wrapped.c", "w", encoding="ascii") as f:
            f.write(WRAPPED)
        net = f"{ROOT}/tests/programs"
        built = run("cc", "-g", "-O0", f"-I{net}", "-o", f"{here}/wrapped", f"{here}/wrapped.c", f"{net}/net/net.c")
        tap.equal(built.status, 0, "cc")
        names = boxes(lambda port: (f"{here}/wrapped", port), SOCKTRACE_STACK="8")
        tap.ok("Rio_writen" in names and "Rio_readlineb" in names, "the outermost function counts: Rio_readlineb", names)


def by_itself(here, level, depth):
    """The calls of such a program."""
    out = f"{here}/out{level}{depth}"
    result = run(f"{here}/by_itself{level}", env=traced_env(out, SOCKTRACE_STACK=depth))
    tap.equal(result.status, 0, f"{level}, {depth} addresses: it ends well")
    return trace.calls(trace.read(out), via=trace.ANY)


def in_what_libc_does_by_itself():
    with scratch() as here:
        with open(f"{here}/by_itself.c", "w", encoding="ascii") as f:
            f.write(BY_ITSELF)
        for level in ("-O0", "-O2"):
            built = run("cc", level, "-o", f"{here}/by_itself{level}", f"{here}/by_itself.c")
            tap.equal(built.status, 0, f"cc {level}")
            calls = by_itself(here, level, "1")
            tap.equal([c["stack"] for c in calls], [[c["pc"]] for c in calls], "a stack of one is the call site")
            calls = by_itself(here, level, "8")
            tap.equal([c["stack"][0] for c in calls], [c["pc"] for c in calls], "each stack begins at the call site")
            stacks = {c.get("from", c["call"]): c["stack"][1:] for c in calls}
            made = [stacks.get(name) for name in ("getaddrinfo", "fflush", "write")]
            tap.ok(None not in made, "libc's own calls are there", stacks)
            if level == "-O0":
                tap.ok(made[0] and made == 3 * made[:1], "one function made them: the same stack", made)


def in_programs_without_frame_pointers():
    with scratch() as here:
        for command in (("getent", "hosts", "localhost"), (sys.executable, "-c", LOOK_UP)):
            wanted = run(*command)
            got = run(*command, env=traced_env(f"{here}/out", SOCKTRACE_STACK="8"))
            tap.equal((got.status, got.out, got.err), (wanted.status, wanted.out, wanted.err), command[0])


tap.run(
    with_a_stack,
    without_a_stack,
    with_a_stack_too_short,
    with_wrappers,
    in_what_libc_does_by_itself,
    in_programs_without_frame_pointers,
)
