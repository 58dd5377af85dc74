"""pages: how many pages of memory a call touches in the program: what it costs where each system call empties the TLB."""

import collections
import itertools
import statistics
import subprocess
import tempfile

from tracers import environment

# Programs of this folder: a round of each makes these calls.
ROUNDS = {
    "getsockname": "getsockname",
    "send, recv": "send_recv",
    "socket ... close": "connections",
    "write, read in a file": "file_io",
}
LOOPS = 150
PAGE = 4096


def accesses(program, **env):
    """The address of each instruction, load and store, in order, by Valgrind's lackey."""
    with tempfile.TemporaryDirectory(prefix="socktrace-pages.") as here:
        log = f"{here}/log"
        subprocess.run(
            ["valgrind", "--tool=lackey", "--trace-mem=yes", f"--log-file={log}", program, str(LOOPS), "1"],
            env=environment(SOCKTRACE_OUT=f"{here}/out", **env),
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )
        with open(log, errors="replace") as lines:
            return [int(line[3:].split(",")[0], 16) for line in lines if line[:3] in ("I  ", " S ", " L ", " M ")]


def of_a_round(program, **env):
    """The median over the rounds. They begin at the first instruction that is executed once in each, those to get warm included."""
    every = accesses(program, **env)
    program_end = min(every) + (1 << 20)  # it lies lowest
    times = collections.Counter(address for address in every if address < program_end)
    first = next(address for address in every if times[address] == LOOPS + LOOPS // 10)
    begins = [i for i, address in enumerate(every) if address == first]
    return statistics.median(
        len({address // PAGE for address in every[begin:end]}) for begin, end in itertools.pairwise(begins)
    )


def added(programs, shim, names=tuple(ROUNDS)):
    """What the shim adds to a round of each, programs being the folder that they are in."""
    added = {}
    for name in names:
        program = f"{programs}/{ROUNDS[name]}"
        added[name] = of_a_round(program, LD_PRELOAD=shim) - of_a_round(program)
    return added
