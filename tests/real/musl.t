#!/usr/bin/python3
"""musl: the same library serves a program of another C library, and one that musl-gcc compiled serves both as well."""

import collections
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import tap
import trace
from run import ROOT, SHIM, plain_env, run, scratch, traced_env

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


def serves_a_program(shim, what):
    with scratch() as here:
        built = run("musl-gcc", "-x", "c", "-o", f"{here}/program", "-", input=SOURCE)
        tap.equal(built.status, 0, f"{what}: musl-gcc compiles a program")
        plain = run(f"{here}/program", cwd=ROOT, env=plain_env())
        traced = run(f"{here}/program", cwd=ROOT, env=plain_env(LD_PRELOAD=shim, SOCKTRACE_OUT=f"{here}/out"))
        tap.equal((traced.status, traced.err), (plain.status, ""), "it runs as untraced")
        events = trace.read(f"{here}/out")
        calls = collections.Counter(e["call"] for e in trace.calls(events) if e["file"].count("program"))
        tap.equal({name: calls[name] for name in CALLS}, CALLS, "its calls are recorded, after an exec too")
        ends = [e for e in events if e["ev"] == "exit" and e["file"].count("program")]
        tap.ok(len(ends) == 2, "and so are the ends of both images", repr(ends))


def the_shim_serves_musl():
    serves_a_program(SHIM, "the shim")


# What depends most on how the C library lays out its structures: messages, sets, addresses, spawning, waiting.
KEPT = """addresses_are_decoded batches_pass_descriptors descriptors_travel_in_messages exit_lists_what_is_open names_are_looked_up
options_have_values ready_descriptors_are_named spawned_programs_are_followed vfork_child_changes_nothing_here
wait_tells_how_children_end""".split()


def a_shim_of_musl_serves_both():
    with scratch() as here:
        shim = f"{here}/libsocktrace.so"
        built = run("make", "-s", "-C", ROOT, "CC=musl-gcc", f"BUILD={here}/build", f"SHIM={shim}", shim, timeout=120)
        tap.equal((built.status, built.err), (0, ""), "make CC=musl-gcc builds the shim")
        serves_a_program(shim, "musl's own")
        result = run(f"{ROOT}/tests/shim.t", *KEPT, env=plain_env(SOCKTRACE_SHIM=shim), timeout=120)
        failed = [line for line in result.out.splitlines() if line.startswith("not ok")]
        tap.equal((result.status, failed), (0, []), f"programs of glibc leave the same {len(KEPT)} traces with it")


tap.run(the_shim_serves_musl, a_shim_of_musl_serves_both)
