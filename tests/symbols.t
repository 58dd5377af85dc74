#!/usr/bin/python3
"""symbols: what preload/symbols.c finds is, for every row, what the dynamic linker would have found."""

import ctypes.util
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, plain_env, run, scratch

# Preloaded where the shim would be. Behind the rows stand functions that glibc has in several versions, and such as are chosen
# when the program starts (STT_GNU_IFUNC).
COMPARE = r"""
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>
#include "preload/symbols.c"
#include "preload/mem.c"
#include "trace/calls.h"

struct shim shim;
__thread struct thread self;

__attribute__((constructor)) static void compare(void)
{
	struct symbol rows[] = {
#define CALL(row, ...) {.name = #row},
#include "trace/calls.def"
		{.name = "syscall"}, {.name = "__chk_fail"}, {.name = "clock_gettime"}, {.name = "no_such_function"},
		{.name = "memcpy"}, {.name = "strlen"}, {.name = "time"}, {.name = "pthread_cond_wait"}, {.name = "regexec"},
		{.name = "realpath"}, {.name = "nftw"}, {.name = "timer_create"}, {.name = "pthread_cond_signal"}};
	int count = sizeof rows / sizeof rows[0], found = 0;
	static char said[1 << 16];
	char *p = said;

	symbols_find(rows, count);
	for (int i = 0; i < count; i++) {
		found += rows[i].found != NULL;
		if (rows[i].found != dlsym(RTLD_NEXT, rows[i].name))
			p = __builtin_stpcpy(__builtin_stpcpy(p, rows[i].name), " ");
	}
	p = __builtin_stpcpy(p, found > WANTED ? "compared\n" : "too few found\n");
	(void)!write(1, said, p - said);
}
"""
FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", f"-I{ROOT}", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-builtin", "-O1"]
SHADOW = "int getsockname(void) { return 0; } int close(void) { return 0; }"


def compiled(here, name, source, *options):
    path = os.path.join(here, name)
    built = run("gcc", *FLAGS, *options, "-x", "c", "-o", path, "-", input=source)
    if built.status:
        raise AssertionError(repr(built))
    return path


def same(what, here, program, *behind, wanted=100):
    compare = compiled(here, "compare.so", COMPARE, f"-DWANTED={wanted}", "-nostdlib")
    result = run(*program, env=plain_env(LD_PRELOAD=":".join([compare, *behind])))
    tap.equal(result.out.split("\n")[0], "compared", f"{what}: every row is what dlsym finds")


def rows_are_what_dlsym_finds():
    with scratch() as here:
        same("a plain program", here, ["/bin/true"])
        same("one with many libraries", here, ["curl", "--version"])
        shadow = compiled(here, "shadow.so", SHADOW, "-fvisibility=default")
        same("with a library between that has some of them", here, ["/bin/true"], shadow)
        old = compiled(here, "old.so", SHADOW, "-fvisibility=default", "-Wl,--hash-style=sysv")
        same("with one whose table is of the old kind", here, ["/bin/true"], old)
        same("with an allocator", here, ["/bin/true"], ctypes.util.find_library("jemalloc"))


def musl_has_fewer():
    with scratch() as here:
        musl = os.path.join(here, "musl")
        built = run("musl-gcc", "-x", "c", "-o", musl, "-", input="int main(void) { return 0; }")
        tap.equal(built.status, 0, "a program with another C library")
        same("musl", here, [musl], wanted=80)


tap.run(rows_are_what_dlsym_finds, musl_has_fewer)
