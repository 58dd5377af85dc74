#!/usr/bin/python3
"""musl: the same library serves a program of another C library."""

import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import tap
import trace
from run import ROOT, plain_env, run, scratch, traced_env

# vfork, system and an exec with a cleaned environment: what differs most from one C library to the other.
SOURCE = r"""
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char byte, *const again[] = {argv[0], "again", NULL}, *const none[] = {NULL};
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sv) < 0 || write(sv[0], "m", 1) != 1 || read(sv[1], &byte, 1) != 1)
		return 1;
	if (argc > 1)
		return 0;
	if (!vfork())
		_exit(0);
	if (wait(NULL) < 0 || system("exit 0") != 0)
		return 2;
	if (!fork())
		execve(argv[0], again, none);
	return wait(NULL) < 0;
}
"""
CALLS = {"socketpair": 2, "write": 2, "read": 2, "vfork": 1, "_exit": 0, "wait": 2, "system": 1, "fork": 1}


def a_program_of_musl():
    with scratch() as here:
        built = run("musl-gcc", "-x", "c", "-o", f"{here}/program", "-", input=SOURCE)
        tap.equal(built.status, 0, "musl-gcc compiles it")
        plain = run(f"{here}/program", cwd=ROOT, env=plain_env())
        traced = run(f"{here}/program", cwd=ROOT, env=traced_env(f"{here}/out"))
        tap.equal((traced.status, traced.err), (plain.status, ""), "it runs as untraced")
        events = trace.read(f"{here}/out")
        calls = collections.Counter(e["call"] for e in trace.calls(events) if e["file"].count("program"))
        tap.equal({name: calls[name] for name in CALLS}, CALLS, "its calls are recorded, after an exec too")
        ends = [e for e in events if e["ev"] == "exit" and e["file"].count("program")]
        tap.ok(len(ends) == 2, "and so are the ends of both images", repr(ends))


tap.run(a_program_of_musl)
