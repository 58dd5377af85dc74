"""callgrind: how many instructions the shim adds to a call: a number that does not depend on the machine's mood."""

import re
import subprocess
import tempfile

from tracers import environment

CALLS = ["getsockname", "send", "recv", "read_file", "connection"]  # functions count_* of counted.c
ROUNDS = 1000


def instructions(program, **env):
    """Instructions of each call, or six calls of a connection, from entry to return; what is done once is shared by all rounds."""
    with tempfile.TemporaryDirectory(prefix="socktrace-callgrind.") as here:
        out = f"{here}/callgrind"
        subprocess.run(
            ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={out}", program, str(ROUNDS)],
            env=environment(SOCKTRACE_OUT=f"{here}/out", **env),
            check=True,
            timeout=60,
        )
        listing = subprocess.run(
            ["callgrind_annotate", "--inclusive=yes", "--threshold=100", "--auto=no", out],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    found = {name: count for count, name in re.findall(r"^ *([\d,]+) .*:count_(\w+) \[", listing, re.MULTILINE)}
    return {call: int(found[call].replace(",", "")) / ROUNDS for call in CALLS}


def added(program, shim):
    """What the shim adds to each call. Without its debugging information: Valgrind gives up at what clang writes there."""
    plain = instructions(program)
    with tempfile.NamedTemporaryFile(prefix="socktrace-shim.", suffix=".so") as bare:
        subprocess.run(["objcopy", "--strip-debug", shim, bare.name], check=True)
        traced = instructions(program, LD_PRELOAD=bare.name)
    return {call: traced[call] - plain[call] for call in CALLS}
