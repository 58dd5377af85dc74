#!/usr/bin/python3
"""symbols: what preload/symbols.c finds is, for every function, what the dynamic linker would have found."""

import ctypes.util
import os
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, plain_env, run, scratch

# Wanted besides the shim's own: functions that glibc has in several versions, and such as are chosen when the program starts
# (STT_GNU_IFUNC).
MORE = "no_such_function memcpy strlen time pthread_cond_wait regexec realpath nftw timer_create pthread_cond_signal".split()

PT_NOTE = 4

# Preloaded where the shim would be.
COMPARE = r"""
#include <dlfcn.h>
#include <string.h>
#include <unistd.h>
#include "preload/symbols.c"
#include "preload/dynsym.c"
#include "preload/libc_build.c"
#include "preload/libc_known.c"
#include "preload/mem.c"
#include "preload/wanted.c"
#include "trace/calls.c"

struct shim shim;
__thread struct thread self;

__attribute__((constructor)) static void compare(void)
{
	static struct symbols s;
	int found = 0;
	static char said[1 << 16];
	char *p = said;
	Dl_info us;

	symbols_find(&s);
	for (int i = 0; i < WANTED; i++) {
		found += s.found[i] != NULL;
		if (s.found[i] != dlsym(RTLD_NEXT, wanted_name(i)))
			p = __builtin_stpcpy(__builtin_stpcpy(p, wanted_name(i)), " ");
	}
	if (!dladdr(&s, &us) || !s.own_name || !text_equal(us.dli_fname, s.own_name))
		p = __builtin_stpcpy(p, "own name ");
	p = __builtin_stpcpy(p, found > ENOUGH ? "compared\n" : "too few found\n");
	(void)!write(1, said, p - said);
}
"""
FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-fPIC", "-shared", "-fvisibility=hidden", "-fno-builtin", "-O1"]
SHADOW = "int getsockname(void) { return 0; } int close(void) { return 0; }"


def compiled(here, name, source, *options):
    path = os.path.join(here, name)
    built = run("gcc", *FLAGS, *options, "-x", "c", "-o", path, "-", input=source)
    if built.status:
        raise AssertionError(repr(built))
    return path


def with_more_names(here):
    """Before the tree in the way of its includes: our table of names, longer."""
    os.makedirs(os.path.join(here, "preload"))
    with open(f"{ROOT}/preload/names.def") as f, open(os.path.join(here, "preload/names.def"), "w") as longer:
        more = "".join(f"NAME({name})\n" for name in MORE)
        longer.write(re.sub("^NAME", f"{more}NAME", f.read(), count=1, flags=re.M))


def look_ahead(here, libc):
    """What the build would write of that libc; of None what it writes where it knows none."""
    with open(f"{ROOT}/Makefile") as f:
        parts = re.search(r"^KNOWN_LIBC = \$\(addprefix preload/,([^)]*)\)(.*)", f.read(), re.M)
    sources = [f"{ROOT}/preload/{name}" for name in parts[1].replace("\\", "").split()]
    sources += [f"{ROOT}/{name}" for name in parts[2].split()]
    ahead = os.path.join(here, "ahead")
    built = run("gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O1", f"-I{here}", f"-I{ROOT}", "-o", ahead, *sources)
    if built.status:
        raise AssertionError(repr(built))
    with open(os.path.join(here, "libc_known.def"), "w") as f:
        f.write(run(ahead, *[libc] * bool(libc)).out)


def same(what, here, program, *behind, enough=130):
    compare = compiled(here, "compare.so", COMPARE, f"-DENOUGH={enough}", f"-I{here}", f"-I{ROOT}", "-nostdlib")
    result = run(*program, env=plain_env(LD_PRELOAD=":".join([compare, *behind])))
    tap.equal(result.out.split("\n")[0], "compared", f"{what}: every function is what dlsym finds")


def without_its_note(library):
    """The headers still speak of notes, far from all that is loaded: what removes a part of a file may leave it like that."""
    other = library.replace(".so", "_without.so")
    with open(library, "rb") as f:
        elf = bytearray(f.read())
    (first,), (count,) = struct.unpack_from("<Q", elf, 32), struct.unpack_from("<H", elf, 56)
    headers = [first + 56 * i for i in range(count)]
    notes = [at for at in headers if struct.unpack_from("<I", elf, at)[0] == PT_NOTE]
    for at in notes:
        struct.pack_into("<Q", elf, at + 16, 1 << 32)
    with open(other, "wb") as f:
        f.write(elf)
    tap.ok(notes, "a library that had a note")
    return other


def with_a_library_behind_libc(here):
    """A program whose library needs another one: that comes after all that the program itself needs, the C library among them."""
    behind = compiled(here, "libbehind.so", "int no_such_function(void) { return 0; }", "-fvisibility=default")
    between = compiled(here, "libbetween.so", "", "-Wl,--no-as-needed", behind)
    path = os.path.join(here, "needs")
    built = run("gcc", "-x", "c", "-o", path, "-", "-x", "none", "-Wl,--no-as-needed", f"-Wl,-rpath,{here}", between, input="int main(void) { return 0; }")
    tap.equal(built.status, 0, "a program with a library behind the C library")
    return path


def programs(here, libc):
    same(f"a plain program{libc}", here, ["/bin/true"])
    same(f"one with many libraries{libc}", here, ["curl", "--version"])
    same(f"one with a library behind the C library that has what that has not{libc}", here, [with_a_library_behind_libc(here)])
    shadow = compiled(here, "shadow.so", SHADOW, "-fvisibility=default")
    same(f"with a library between that has some of them{libc}", here, ["/bin/true"], shadow)
    same(f"with one whose note is not in memory{libc}", here, ["/bin/true"], without_its_note(shadow))
    old = compiled(here, "old.so", SHADOW, "-fvisibility=default", "-Wl,--hash-style=sysv")
    same(f"with one whose table is of the old kind{libc}", here, ["/bin/true"], old)
    same(f"with an allocator{libc}", here, ["/bin/true"], ctypes.util.find_library("jemalloc"))


def functions_are_what_dlsym_finds():
    with scratch() as here:
        with_more_names(here)
        look_ahead(here, None)
        programs(here, ", in a libc that is not known")


def so_they_are_in_the_libc_that_was_there():
    libc = run("gcc", "-print-file-name=libc.so.6").out.strip()
    with scratch() as here:
        with_more_names(here)
        look_ahead(here, libc)
        with open(os.path.join(here, "libc_known.def")) as f:
            known = f.read()
        told = [re.search(rf"= (\d+), /\* {name} \*/", known)[1] for name in ("memcpy", "no_such_function", "accept")]
        tap.equal([int(n) > 1 or int(n) for n in told], [0, 1, True], "what is chosen at the start is left to be asked for")
        programs(here, ", in one that is")
        dynamic = int(re.search(r"\.dynamic = (\d+)", known)[1])
        base = f"-Wl,-Ttext-segment=0x10000,--section-start=.dynamic={dynamic:#x}"
        trap = compiled(here, "trap.so", "int no_such_function(void) { return 0; }", "-nostdlib", "-fvisibility=default", base)
        same("with a library laid out like it, but for its headers", here, ["/bin/true"], trap)


def musl_has_fewer():
    with scratch() as here:
        with_more_names(here)
        look_ahead(here, None)
        musl = os.path.join(here, "musl")
        built = run("musl-gcc", "-x", "c", "-o", musl, "-", input="int main(void) { return 0; }")
        tap.equal(built.status, 0, "a program with another C library")
        same("musl", here, [musl], enough=100)


tap.run(functions_are_what_dlsym_finds, so_they_are_in_the_libc_that_was_there, musl_has_fewer)
