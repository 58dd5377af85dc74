#!/usr/bin/python3
"""scripts: what `make demo` and `make bench` run works, and installing dependencies twice does nothing."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import BUILD, ROOT, plain_env, run, scratch


def demo():
    with scratch() as here:
        result = run(f"{ROOT}/scripts/demo", env=plain_env(TMPDIR=here))
        tap.equal((result.status, result.err), (0, ""), "demo: runs, from whatever directory")
        tap.ok(
            re.search(r"^c1 ", result.out, re.M) and re.search(r"^c2 ", result.out, re.M),
            "demo: two clients",
            result.out,
        )
        tap.ok("hello" in result.out and "not traced" not in result.out, "demo: both ends", result.out)
        tap.equal(os.listdir(here), [], "demo: leaves nothing behind")


def bench():
    """One row, one round: the peers that are not installed have no number and say so; strace is there for the oracle."""
    result = run(f"{ROOT}/scripts/bench", "1", "on a TCP socket", timeout=120)
    head = re.search(r"^\| a call.*", result.out, re.M)
    row = re.search(r"^\| getsockname on a TCP socket \|.*", result.out, re.M)
    tap.ok(result.status == 0 and head and row, "bench: a table", repr(result))
    cells = dict(zip((c.strip() for c in head[0].split("|")), (c.strip() for c in row[0].split("|"))))
    # How much it is depends on what else the machine does: of one round it may even be less than nothing.
    numbers = [who for who in ("socktrace", "only forwards", "strace") if re.match(r"[+−][\d,]+ ×\d", cells[who])]
    tap.equal(numbers, ["socktrace", "only forwards", "strace"], "bench: what they add")
    wanted = {who for who, cell in cells.items() if cell == "—"}
    tap.equal({who for who in wanted if f"\n{who}, " not in result.out}, set(), "bench: who has no number has said why")
    built = os.path.exists(os.path.join(BUILD, "tests/bench/lttng.so"))
    tap.ok(built or "LTTng-UST" in wanted, "bench: LTTng has none without its library", repr(cells))


def dependencies():
    result = run(f"{ROOT}/scripts/deps")
    tap.equal((result.status, result.out, result.err), (0, "", ""), "deps: nothing to do where all is there")


tap.run(demo, bench, dependencies)
