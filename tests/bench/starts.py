"""starts: what each preloaded library adds to the start of a process, each start by turns with one of every other library."""

import contextlib
import os
import random
import statistics
import subprocess
import tempfile

from tracers import environment

TURNS = 25  # of the same processes: where memory lies in them makes a difference, so that they do not stay
STARTERS = 10  # one after the other, in a round


@contextlib.contextmanager
def starter(build, library, here):
    preload = {"LD_PRELOAD": library, "SOCKTRACE_OUT": here} if library else {}
    program = os.path.join(build, "tests/bench/starter")
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment(**preload)) as process:
        yield process


def start(process):
    """Microseconds."""
    process.stdin.write(b"x")
    return float(process.stdout.readline()) / 1000


def turns(build, libraries, here):
    with contextlib.ExitStack() as all_of_them:
        starters = {library: all_of_them.enter_context(starter(build, library, here)) for library in libraries}
        for _ in range(TURNS):
            yield {library: start(starters[library]) for library in random.sample(libraries, len(libraries))}


def mean_of_middle(values):
    """Of the middle half: what else the machine did is at the upper end."""
    values = sorted(values)
    return statistics.mean(values[len(values) // 4 : len(values) * 3 // 4 + 1])


def print_table(rounds, root, build, *others):
    names = {
        None: "untraced",
        os.path.join(root, "libsocktrace.so"): "socktrace",
        os.path.join(build, "tests/bench/forward.so"): "only forwards",
        **{os.path.realpath(library): library for library in others},
    }
    with tempfile.TemporaryDirectory(prefix="socktrace-bench.") as here:
        times = [turn for _ in range(rounds * STARTERS) for turn in turns(build, list(names), here)]
    print(f"| a start, {len(times):,} by turns | time | more than untraced |\n| --- | ---: | ---: |")
    for library, name in names.items():
        more = mean_of_middle([turn[library] - turn[None] for turn in times])
        print(f"| {name} | {mean_of_middle([turn[library] for turn in times]):,.0f} µs | {more:+,.0f} µs |")
