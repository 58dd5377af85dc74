#!/usr/bin/python3
"""beside: allocators preloaded beside the shim, sanitizers, and little memory: the program runs as without the shim."""

import ctypes.util
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import tap
import trace
from run import SHIM, plain_env, program, run, scratch, traced_env

MEMORY_KIB = 256 << 10
EARLY = r"""
#include <sys/socket.h>
#include <unistd.h>
static int sv[2];
__attribute__((constructor)) static void begin(void) { (void)!(socketpair(AF_UNIX, SOCK_STREAM, 0, sv) || write(sv[0], "early", 5)); }
__attribute__((destructor)) static void end(void) { (void)!write(sv[0], "late", 4); }
"""


def writes(out):
    return [e["data"] for e in trace.calls(trace.read(out), "write")]


def runs_as_without(name, out, *command, wanted=("over\n", "over\n"), preload=SHIM, **env):
    plain = run(*command, env=plain_env(**env))
    traced = run(*command, env=plain_env(LD_PRELOAD=preload, SOCKTRACE_OUT=out, **env))
    tap.equal((traced.status, traced.out, traced.err), (plain.status, plain.out, plain.err), f"{name}: runs as untraced")
    tap.equal(tuple(writes(out)), wanted, f"{name}: and is recorded")


FORWARDS = r"""
#include <dlfcn.h>
int socket(int domain, int type, int protocol)
{
	int (*next)(int, int, int) = dlsym(RTLD_NEXT, "socket");
	return next(domain, type, protocol);
}
"""
PRINTS = r"""
#include <stdio.h>
#include <sys/socket.h>
int main(void)
{
	int sv[2];
	FILE *f = socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0 ? fdopen(sv[0], "w") : NULL;
	return !f || fprintf(f, "printed\n") < 0 || fclose(f);
}
"""


def allocators():
    """redis-server brings jemalloc with it."""
    for name in ("jemalloc", "tcmalloc_minimal"):
        allocator = ctypes.util.find_library(name)
        for order in ((allocator, SHIM), (SHIM, allocator)):
            with scratch() as here:
                words = " before ".join("the shim" if part == SHIM else name for part in order)
                runs_as_without(words, f"{here}/out", program("pair"), preload=" ".join(order))


def compiled(here, *options, source):
    path = os.path.join(here, "compiled" + (".so" if "-shared" in options else ""))
    built = run("gcc", *options, "-x", "c", "-o", path, "-", input=source)
    if built.status:
        raise AssertionError(repr(built))
    return path


SANITIZED = r"""
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
int main(void)
{
	char *bytes = malloc(4);
	int sv[2];
	return socketpair(AF_UNIX, SOCK_STREAM, 0, sv) || write(sv[0], "asan", 4) != 4 || read(sv[1], bytes, 4) != 4 || (free(bytes), 0);
}
"""


def sanitizers():
    with scratch() as here:
        path = compiled(here, "-fsanitize=address", "-static-libasan", source=SANITIZED)
        runs_as_without("ASan, linked statically", f"{here}/out", path, wanted=("asan",))
    with scratch() as here:
        path = compiled(here, "-fsanitize=address", source=SANITIZED)
        asan = run("gcc", "-print-file-name=libasan.so").out.strip()
        runs_as_without("ASan, preloaded first", f"{here}/out", path, wanted=("asan",), preload=f"{asan} {SHIM}")
    with scratch() as here:
        path = compiled(here, "-fsanitize=address", source=SANITIZED)
        runs_as_without(
            "ASan, told not to mind", f"{here}/out", path, wanted=("asan",), ASAN_OPTIONS="verify_asan_link_order=0"
        )


def another_with_a_socket():
    """As torsocks and the runtimes of sanitizers are: it is no libc for that."""
    with scratch() as here:
        other = compiled(here, "-D_GNU_SOURCE", "-shared", "-fPIC", source=FORWARDS)
        path = f"{here}/prints"
        tap.equal(run("gcc", "-x", "c", "-o", path, "-", input=PRINTS).status, 0, "a program that prints to a socket")
        runs_as_without("behind us a library that has a socket()", f"{here}/out", path, wanted=(), preload=f"{SHIM} {other}")
        by_libc = [e["data"] for e in trace.read(f"{here}/out") if e.get("via") == "libc" and e["call"] == "write"]
        tap.equal(by_libc, ["printed\n"], "and what libc writes is recorded")


def before_and_after():
    """A library behind us in the list is initialised before us, and ended after us."""
    with scratch() as here:
        early = compiled(here, "-shared", "-fPIC", source=EARLY)
        result = run("/bin/true", env=plain_env(LD_PRELOAD=f"{SHIM}:{early}", SOCKTRACE_OUT=f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "calls before our constructor and late ones: the program runs")
        found = writes(f"{here}/out")
        tap.equal(found, ["early", "late"], "both are recorded")


def before_libc():
    """A library that is initialised before all others, libc too: what it did before the environment was there is not known."""
    with scratch() as here:
        first = compiled(here, "-shared", "-fPIC", "-Wl,-z,initfirst", source=EARLY)
        result = run("/bin/true", env=plain_env(LD_PRELOAD=f"{SHIM}:{first}", SOCKTRACE_OUT=f"{here}/out"), cwd=here)
        tap.equal((result.status, result.err), (0, ""), "calls before libc's constructor: the program runs")
        tap.equal(writes(f"{here}/out"), ["late"], "what came later is recorded")
        inherited = [e["via"] for e in trace.read(f"{here}/out") if e["ev"] == "inherit"]
        tap.equal(inherited, ["untraced"] * 2, "and the sockets are listed that were made meanwhile")


FIRST_OF_ALL = """
#include <net/if.h>
#include <stdio.h>
static unsigned found;
static void find(void)
{
	found = if_nametoindex("lo");
}
__attribute__((section(".preinit_array"), used)) static void (*first)(void) = find;
int main(void)
{
	printf("%u\\n", found);
	return 0;
}
"""


def names_before_all():
    """What libc makes a socket for, asked for before anything is initialised."""
    with scratch() as here:
        path = compiled(here, source=FIRST_OF_ALL)
        natively, traced = run(path), run(path, env=traced_env(f"{here}/out"))
        tap.equal(
            (traced.status, traced.out, traced.err),
            (natively.status, natively.out, ""),
            "if_nametoindex from .preinit_array: as untraced",
        )


def a_second_copy():
    with scratch() as here:
        second = shutil.copy(SHIM, here)
        env = plain_env(LD_PRELOAD=f"{SHIM}:{second}", SOCKTRACE_OUT=f"{here}/out")
        result = run(program("pair"), env=env)
        tap.equal((result.status, result.out, result.err), (0, "parent got over\n", ""), "with a copy of the shim behind it: runs as untraced")
        tap.equal(writes(f"{here}/out"), ["over\n"] * 2, "and each call is recorded once")
        tap.equal(len(trace.files(f"{here}/out")), 2, "parent and child have a trace each")


def little_memory():
    with scratch() as here:
        command = f"ulimit -v {MEMORY_KIB}; exec {program('crowd')} threads 200"
        result = run("bash", "-c", command, env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.err), (0, ""), "400 threads in 256 MiB of address space run")
        events = trace.read(f"{here}/out")
        kept = len(trace.calls(events, "send")) + len(trace.calls(events, "recv"))
        lost = sum(e["count"] for e in events if e["ev"] == "lost")
        tap.ok(kept + lost >= 800, f"{kept} of 800 calls are recorded, the others counted", f"{lost} lost")


tap.run(allocators, sanitizers, another_with_a_socket, before_and_after, before_libc, names_before_all, a_second_copy, little_memory)
