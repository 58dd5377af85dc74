"""frames: how fluid a report of 100,000 calls is: the times of the browser's frames while somebody uses it."""

import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import node

CALLS = 100_000


def used(report):
    """What was done, and its frames in milliseconds, of one visit."""
    env = {**os.environ, "NODE_PATH": os.path.join(node.installed(), "node_modules")}
    out = subprocess.run(["node", os.path.join(HERE, "frames.js"), report], env=env, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(line) for line in out.stdout.splitlines())


def print_table(rounds, root, build):
    with tempfile.TemporaryDirectory(prefix="socktrace-bench.") as here:
        trace, report = os.path.join(here, "trace"), os.path.join(here, "report.html")
        os.mkdir(trace)
        subprocess.run([os.path.join(build, "tests/bench/big_trace"), trace, str(CALLS)], check=True)
        subprocess.run([os.path.join(root, "socktrace"), "report", "-o", report, trace], check=True)
        visits = [used(report) for _ in range(rounds)]
    print(f"| report of {CALLS:,} calls | median frame | 95 of 100 within | longest |\n| --- | ---: | ---: | ---: |")
    for name in visits[0]:
        frames = sorted(frame for visit in visits for frame in visit[name])
        late = frames[int(len(frames) * 0.95)]
        print(f"| {name} | {statistics.median(frames):.1f} ms | {late:.1f} ms | {frames[-1]:.1f} ms |")
