"""page: docs/proof.md, from what the programs, the suite and the storm gave."""

import datetime
import os
import platform

import claims
import table
import trial

ABOUT = """# The proof

Written by `make proof` on {date}, on Linux {kernel}, {system}, {libc}. It installs the packages below, runs everything
on this page and fails where the shim was noticed or a call of a program is missing.

## Programs that nobody here wrote

Each program is run natively and with the shim, and what a user gets from it is compared: output and exit status. It is then
run under `strace -f -k` and the shim together, and all its calls on sockets are compared one by one: thread, call, descriptor,
result. What the trace lacks must be explained by the stack that strace shows for that very call. (No argument of epoll_wait,
dup2 and close_range shows whether they concern a socket: they are compared where the trace has them.)

{programs}

- *percent*: how much of all that strace saw is in the trace.
- *of the program's own*: the same without the calls that libc made by itself, or the program without libc. The trace must
  have them all: `make proof` fails at the first one missing, and at a call in the trace that strace did not see.
- *missing, and why*: how many calls passed no function that a preloaded library can stand before, and in which function of
  libc the program was then. `stdio`: printf and the like on a stream over a socket. `resolver`, `nscd`: a look-up
  of hosts, users, groups or services asks a daemon over a socket. A process that does nothing else with sockets (`id`) has no trace, by design:
  its calls are counted here and not among those seen. `syslog`: the socket to the log. `terminal`: isatty
  makes an ioctl. `raw instruction`, `static`: a system call made outside libc, `io_uring`: entries into a
  ring, whose operations are no system calls. `UNEXPLAINED` fails the proof.

What each session does stands in [tests/proof/programs](../tests/proof/programs). `socktrace check` must find no mistake in any of
them, neither there nor where many clients come and go at once, as the servers' files say under `load`.

## CPython's own tests

The tests of CPython that concern sockets and processes, run natively and traced, compared test by test. Some fail
natively on the machine this was written on; then they have to fail with the shim too. A test that gave different results is run
again alone, both ways: it counts as different if the two never agree in {tries} tries.

{suite}

## A storm of SIGKILLs

A program of four busy threads, each interrupted by a signal handler that uses a socket too, with one child after the other forked
amid them, is killed at a random moment, again and again. All its traces must parse whole, and hold every call whose return the
program itself had counted before.

{storm}

## What is held by a test

What the shim records:

{complete}

How it goes unnoticed:

{unnoticed}

## A million processes

No student's run, but a trace that somebody may hand in. Processor time, and room beyond the file, which the viewer did not exceed:

{crowd}

{metamorphic}"""
METAMORPHIC = """## The same in another way

A server and its clients do the same twice, the second time with other ports, other calls for the same thing, bytes cut
otherwise, clients in another order and late, addresses that are tried in vain, beside a busy neighbour. `socktrace diff` must
find no difference, every time. (`scripts/proof metamorphic` runs this part alone.)

- {date}: {result}
"""
SUITE_HEADS = ["module", "tests", "passed natively", "run again", "different with the shim"]


def today():
    return datetime.date.today().isoformat()


def system():
    with open("/etc/os-release", encoding="utf-8") as f:
        values = dict(line.rstrip("\n").replace('"', "").split("=", 1) for line in f if "=" in line)
    return values["PRETTY_NAME"]


def programs(trials):
    return table.markdown(trial.HEADS, [t.row() for t in trials])


def suite(modules):
    rows = [[m.name, m.count, m.passed, m.again, "; ".join(m.differing) or "none"] for m in modules]
    rows.append(
        ["all", *(sum(row[i] for row in rows) for i in (1, 2, 3)), sum(len(m.differing) for m in modules) or "none"]
    )
    return table.markdown(SUITE_HEADS, rows)


def write(path, trials, modules, tries, storm, metamorphic, crowd):
    """storm, crowd: lines of TAP, without their numbers; metamorphic: a line."""
    text = ABOUT.format(
        date=today(),
        kernel=platform.release(),
        system=system(),
        libc=os.confstr("CS_GNU_LIBC_VERSION"),
        programs=programs(trials),
        suite=suite(modules),
        tries=tries,
        storm="\n".join(f"- {line}" for line in storm),
        crowd="\n".join(f"- {line}" for line in crowd),
        metamorphic=METAMORPHIC.format(date=today(), result=metamorphic),
        complete=claims.markdown(claims.COMPLETE),
        unnoticed=claims.markdown(claims.UNNOTICED),
    )
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    print(f"written: {os.path.relpath(path)}")


def write_metamorphic(path, result):
    """Renew only that part, which is the last one."""
    with open(path, encoding="utf-8") as f:
        text = f.read().partition(METAMORPHIC.split("\n")[0])[0].rstrip("\n")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"{text}\n\n{METAMORPHIC.format(date=today(), result=result)}")
