#!/usr/bin/python3
"""build: the whole tree compiles without a warning with gcc and with clang, in a directory of its own."""

import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, run, scratch

LEFT_OUT = shutil.ignore_patterns(".git", "build", "socktrace", "libsocktrace.so", "socktrace.out")


def compiles_with(compiler):
    with scratch() as here:
        tree = os.path.join(here, "tree")
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        result = run("make", "-C", tree, "-j2", f"CC={compiler}", "CFLAGS=-O1", "all", "programs", timeout=300)
        tap.ok(
            result.status == 0,
            f"{compiler} compiles everything with -Wall -Wextra -Werror",
            (result.out + result.err)[-3000:],
        )
        made = [name for name in ("libsocktrace.so", "socktrace") if os.path.exists(os.path.join(tree, name))]
        tap.equal(made, ["libsocktrace.so", "socktrace"], f"{compiler}: the shim and the viewer are there")
        if compiler == "gcc":
            shim_needs_nothing(os.path.join(tree, "libsocktrace.so"))
            installs(tree, here)


def shim_needs_nothing(shim):
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", shim).out)
    tap.equal(needed, [], "the shim is linked against no library")


def installs(tree, here):
    result = run("make", "-C", tree, "install", f"DESTDIR={here}/root", "PREFIX=/usr", "CFLAGS=-O1", timeout=300)
    tap.equal(result.status, 0, "make install works")
    tap.ok(
        os.access(f"{here}/root/usr/bin/socktrace", os.X_OK) and os.path.exists(f"{here}/root/usr/lib/libsocktrace.so"),
        "it puts the two files where PREFIX and DESTDIR say",
    )


def gcc():
    compiles_with("gcc")


def clang():
    if not shutil.which("clang"):
        tap.skip("clang compiles everything", "no clang here")
        return
    compiles_with("clang")


tap.run(gcc, clang)
