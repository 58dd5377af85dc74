"""viewing: what reading a large trace costs, beside jq, json-c alone and uftrace's report of as many events."""

import glob
import os
import statistics
import subprocess
import tempfile

CALLS = 1_000_000
HANDINS, CALLS_OF_ONE = 300, 5_000
CONNECTIONS, SHAPES = 10_000, 200
COUNT = "reduce inputs as $line ({}; .[$line.call // $line.ev] += 1)"


def cost(*command):
    """Processor seconds, seconds, and the most bytes of memory of a command whose output is thrown away."""
    timed = ["/usr/bin/time", "-f", "%U %S %e %M", *command]
    result = subprocess.run(timed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode > 1:  # 1: check found something
        raise subprocess.CalledProcessError(result.returncode, command, stderr=result.stderr)
    user, system, wall, kilobytes = result.stderr.splitlines()[-1].split()
    return float(user) + float(system), float(wall), int(kilobytes) * 1024


def uftrace_data(here, build):
    """As many calls as the trace has, recorded by uftrace as scripts/bench does."""
    data = os.path.join(here, "uftrace.data")
    program = [os.path.join(build, "tests/bench/send_recv"), str(CALLS // 2), "1"]
    calls = ["--force", "--no-event", "-F", "send", "-F", "recv"]
    subprocess.run(["uftrace", "record", "-d", data, *calls, *program], stdout=subprocess.DEVNULL, check=True)
    return data


def write_trace(build, trace, *numbers, program="big_trace"):
    os.mkdir(trace)
    subprocess.run([os.path.join(build, "tests/bench", program), trace, *map(str, numbers)], check=True)
    return trace


def shapes(here, build, changed):
    return write_trace(build, os.path.join(here, f"{changed}-changed"), CONNECTIONS, SHAPES, changed, program="shapes_trace")


def commands(here, root, build):
    """What is measured: its name, the command, the bytes of the file that it maps (None: its memory is no matter of a call)."""
    trace = write_trace(build, os.path.join(here, "trace"), CALLS)
    files = sorted(glob.glob(f"{trace}/*.jsonl"))
    size = sum(os.path.getsize(name) for name in files)
    viewer = os.path.join(root, "socktrace")
    for words in (("stats",), ("timeline", "--conn", "c17"), ("tree",), ("check",)):
        yield "socktrace " + " ".join(words), [viewer, *words, trace], size
    yield "socktrace diff of two such", [viewer, "diff", trace, trace], None
    reference, changed = shapes(here, build, 0), shapes(here, build, SHAPES)
    for how, other in (("alike", reference), ("all changed", changed)):
        name = f"socktrace diff, {CONNECTIONS:,} connections of {SHAPES} shapes, {how}"
        yield name, [viewer, "diff", reference, other], None
    handins = [write_trace(build, os.path.join(here, f"hand-in-{i}"), CALLS_OF_ONE) for i in range(HANDINS)]
    yield f"socktrace check, {HANDINS} hand-ins of {CALLS_OF_ONE:,} calls", [viewer, "check", *handins], None
    yield "json-c parses each line", [os.path.join(build, "tests/bench/json_lines"), *files], 0
    yield "jq counts the calls", ["jq", "-n", COUNT, *files], 0
    yield "uftrace report", ["uftrace", "report", "-d", uftrace_data(here, build)], 0


def print_table(rounds, root, build):
    print(f"| {CALLS:,} calls | processor time | time | memory a call beyond the mapped file |\n| --- | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory(prefix="socktrace-bench.") as here:
        for name, command, mapped in commands(here, root, build):
            runs = []
            try:
                runs = [cost(*command) for _ in range(rounds)]
            except subprocess.CalledProcessError as failed:
                print(f"| {name} | status {failed.returncode} | — | — |")
                continue
            processor, wall, memory = (statistics.median(column) for column in zip(*runs))
            beyond = "—" if mapped is None else f"{max(memory - mapped, 0) / CALLS:.0f} B"
            print(f"| {name} | {processor:.2f} s | {wall:.2f} s | {beyond} |", flush=True)
