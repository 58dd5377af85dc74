#!/usr/bin/python3
"""build: the shim compiles without a warning with clang and at -O3 too, and another linker links it; what make has built can be installed."""

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import BUILD, ROOT, SHIM, plain_env, run, scratch, traced_env

LEFT_OUT = shutil.ignore_patterns(".git", "build", "socktrace", "libsocktrace.so", "socktrace.out")


def shim_made_with(here, *variables):
    """The result of make, and where the shim is then."""
    tree = os.path.join(here, "tree")
    shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
    return run("make", "-C", tree, "-j2", "WERROR=-Werror", *variables, "libsocktrace.so", timeout=300), os.path.join(tree, "libsocktrace.so")


def clang_compiles_the_shim():
    """Nothing is tested before gcc has compiled all there is, and clang, for the fuzzers, all of the viewer, with these warnings."""
    if not shutil.which("clang"):
        tap.skip("clang compiles the shim", "no clang here")
        return
    with scratch() as here:
        result, shim = shim_made_with(here, "CC=clang", "CFLAGS=-O1")
        tap.ok(result.status == 0, "clang compiles the shim with -Wall -Wextra -Werror", (result.out + result.err)[-3000:])
        tap.ok(os.path.exists(shim), "and it is there")


def lld_links_the_shim():
    """Its segment of code begins amid a page. At -O3 gcc warns of more."""
    with scratch() as here:
        result, shim = shim_made_with(here, "CC=gcc", "CFLAGS=-O3 -fuse-ld=lld")
        tap.ok(result.status == 0, "gcc compiles the shim at -O3, lld links it", (result.out + result.err)[-3000:])
        run(os.path.join(BUILD, "programs/pair"), env={**traced_env(f"{here}/out"), "LD_PRELOAD": shim})
        process = trace.read(f"{here}/out")[0]
        tap.equal((process["libc_calls"], process.get("libc_why")), (True, None), "and it patches libc")


def functions_are_named():
    """perf, and others that ask which function an address is in, look for nothing else."""
    symbols = [line.split() for line in run("readelf", "-sW", SHIM).out.splitlines()]
    sized = [s for s in symbols if len(s) == 8 and s[2].isdigit() and int(s[2])]
    tap.ok(len(sized) > 500, f"the shim has {len(sized)} symbols that have a size")
    tap.equal([s[7] for s in sized if s[3] == "NOTYPE"], [], "and each has a type")


def the_shim_needs_nothing():
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", SHIM).out)
    tap.equal(needed, [], "the shim is linked against no library")


def it_can_be_installed():
    with scratch() as here:
        result = run("make", "-C", ROOT, "install", f"DESTDIR={here}/root", "PREFIX=/usr", env=plain_env(), timeout=300)
        tap.equal(result.status, 0, "make install works")
        installed = [f"{here}/root/usr/bin/socktrace", f"{here}/root/usr/lib/libsocktrace.so"]
        tap.ok(all(os.access(path, os.X_OK) for path in installed), "it puts the two files where PREFIX and DESTDIR say")


tap.run(clang_compiles_the_shim, lld_links_the_shim, functions_are_named, the_shim_needs_nothing, it_can_be_installed)
