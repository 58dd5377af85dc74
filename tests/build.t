#!/usr/bin/python3
"""build: the shim compiles without a warning with clang too, in a directory of its own; what make has built can be installed."""

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, SHIM, plain_env, run, scratch

LEFT_OUT = shutil.ignore_patterns(".git", "build", "socktrace", "libsocktrace.so", "socktrace.out")


def clang_compiles_the_shim():
    """Nothing is tested before gcc has compiled all there is, and clang, for the fuzzers, all of the viewer, with these warnings."""
    if not shutil.which("clang"):
        tap.skip("clang compiles the shim", "no clang here")
        return
    with scratch() as here:
        tree = os.path.join(here, "tree")
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        result = run("make", "-C", tree, "-j2", "CC=clang", "CFLAGS=-O1", "libsocktrace.so", timeout=300)
        said = (result.out + result.err)[-3000:]
        tap.ok(result.status == 0, "clang compiles the shim with -Wall -Wextra -Werror", said)
        tap.ok(os.path.exists(os.path.join(tree, "libsocktrace.so")), "and it is there")


def the_shim_needs_nothing():
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", SHIM).out)
    tap.equal(needed, [], "the shim is linked against no library")


def it_can_be_installed():
    with scratch() as here:
        result = run("make", "-C", ROOT, "install", f"DESTDIR={here}/root", "PREFIX=/usr", env=plain_env(), timeout=300)
        tap.equal(result.status, 0, "make install works")
        installed = [f"{here}/root/usr/bin/socktrace", f"{here}/root/usr/lib/libsocktrace.so"]
        tap.ok(all(os.access(path, os.X_OK) for path in installed), "it puts the two files where PREFIX and DESTDIR say")


tap.run(clang_compiles_the_shim, the_shim_needs_nothing, it_can_be_installed)
