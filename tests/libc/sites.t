#!/usr/bin/python3
"""sites: which C libraries the shim knows well enough to patch, read from their files without running them."""

import filecmp
import glob
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import tap
import trace
from oracle import compare_system_calls, under_strace
from run import BUILD, run, scratch, traced_env

TOOL = os.path.join(BUILD, "tests/libc/sites")
BY_ITSELF, CANCEL, ANYWHERE = (os.path.join(BUILD, f"tests/libc/{name}") for name in ("by_itself", "cancel", "cancel_anywhere"))
OWN = "/lib/x86_64-linux-gnu/libc.so.6"

# Releases of Debian: what must be known is; what is not known must say why. Sid is whatever it is today.
SUITES = {"bullseye": "unknown: ", "trixie": "known, ", "sid": ("known, ", "unknown: ")}


def ask(*args):
    result = subprocess.run([TOOL, *args], capture_output=True, text=True)
    return result.returncode, result.stdout


def fetch(suite, here):
    """The suite's libc.so.6, unpacked; apt with lists of its own, so that this machine's stay as they are."""
    for folder in ("lists/partial", "cache/archives/partial"):
        os.makedirs(f"{here}/{folder}")
    with open(f"{here}/sources.list", "w") as f:
        f.write(f"deb http://deb.debian.org/debian {suite} main\n")
    own = [f"-oDir::Etc::sourcelist={here}/sources.list", "-oDir::Etc::sourceparts=/dev/null"]
    own += [f"-oDir::State::lists={here}/lists", "-oDir::State::status=/dev/null", f"-oDir::Cache={here}/cache"]
    own += ["-oAPT::Sandbox::User=root", "-oAPT::Architecture=amd64", "-oAcquire::Check-Valid-Until=false"]  # a mirror may be behind
    for command in (["update"], ["download", "libc6"]):
        subprocess.run(["apt-get", "-q", *own, *command], cwd=here, capture_output=True, check=True, timeout=300)
    package = glob.glob(f"{here}/libc6_*.deb")[0]
    subprocess.run(["dpkg-deb", "-x", package, f"{here}/root"], check=True)
    found = glob.glob(f"{here}/root/**/x86_64-linux-gnu/libc.so.6", recursive=True)
    return os.path.basename(package), found[0]


def every_changed_bit_is_noticed(library, name):
    status, out = ask(library, "mutate")
    tap.ok(status == 0, f"{name}: a bit changed in what would be replaced makes it unknown", out[-500:])
    return int(out.split()[-4])


def the_library_of_this_machine():
    status, out = ask(OWN)
    first = out.splitlines()[0]
    tap.ok(status == 0 and first.startswith("known, "), "the library of this machine is known", first)
    tap.ok(first.endswith(", ahead"), "and was when the shim was built: what was found then is what is found now", first)
    # From 2.41 on those that can be cancelled are made in one place, whatever their number.
    in_one = " nr=-1 " in out
    for call, least in ((0, 2), (1, 2), (3, 4), (41, 1), (42, 2), (44, 2), (45, 2), (231, 1)):
        if not (in_one and call in (0, 1, 42, 44, 45)):
            tap.ok(out.count(f" nr={call} ") >= least, f"its system call {call} is made in {least} places at least")
    bits = every_changed_bit_is_noticed(OWN, "this machine")
    tap.ok(bits > 20 * out.count(" nr="), f"{bits} bits were tried")


def what_is_no_library():
    status, out = ask("/bin/true")
    tap.ok(status == 1 and out.startswith("unknown: "), "a program is no library that is known", out)


def other_releases():
    for suite, verdict in SUITES.items():
        with scratch() as here:
            try:
                package, library = fetch(suite, here)
            except (OSError, IndexError, subprocess.SubprocessError) as e:
                tap.ok(False, f"the library of {suite} can be had", e)
                continue
            status, out = ask(library)
            first = out.splitlines()[0]
            is_own = filecmp.cmp(library, OWN, shallow=False)
            tap.ok(out.startswith(verdict) and ("ahead" in first) == is_own, f"{suite}: {package} is {first}", out[:200])
            if status == 0:
                it_works_with(library, suite)
            if suite == "trixie":
                every_changed_bit_is_noticed(library, suite)


def it_works_with(library, name):
    """Programs with this library, run by the loader beside it; under strace, and cancelled."""
    folder = os.path.dirname(library)
    loader = [f"{folder}/ld-linux-x86-64.so.2", "--library-path", folder]
    with scratch() as here:
        result = run(*under_strace(f"{here}/log", f"{here}/out", *loader, BY_ITSELF))
        tap.equal((result.status, result.err), (3, ""), f"{name}: a program runs as untraced")
        compare_system_calls(name, f"{here}/log", f"{here}/out")
        tap.ok(trace.read(f"{here}/out")[0]["libc_calls"], f"{name}: its library was patched")
    with scratch() as here:
        result = run(*loader, CANCEL, env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out), (0, "1000 cancelled\n"), f"{name}: 1000 threads are cancelled")
        result = run(*loader, ANYWHERE, env=traced_env(f"{here}/anywhere"), timeout=120)
        tap.equal((result.status, result.out), (0, "1500 cancelled, 0 not unwound\n"), f"{name}: 1500 are unwound from anywhere")


tap.run(the_library_of_this_machine, what_is_no_library, other_releases)
