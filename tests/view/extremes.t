#!/usr/bin/python3
"""extremes: numbers that no program has, in every place of a trace: each view says something, and says it well."""

import json
import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import BUILD, plain_env, run, scratch

CHECKED = os.path.join(BUILD, "sanitized/socktrace")
CASES = os.path.join(HERE, "cases")
CRASH = re.compile(r"Sanitizer|runtime error")
VIEWS = (
    ("timeline", "--format=json"),
    ("timeline", "--rows=connections", "--format=json"),
    ("lesson", "--format=json"),
    ("tree", "--format=json"),
    ("sockaddr", "--every", "--format=json"),
    ("stats", "--format=json"),
    ("stats", "--width=72", "--ascii"),
    ("export", "--format=perfetto"),
    ("export", "--format=mermaid"),
    ("export", "--format=pcapng"),
    *(("check", f"--format={form}") for form in ("json", "tap", "junit", "gradescope", "autolab")),
    ("check", "--width=72"),
)
GREATEST, LEAST = str(2**63 - 1), str(-(2**63))
NUMBERS = {"ret": (GREATEST, LEAST), "dt": (GREATEST, "0"), "t": (GREATEST, "1"), "len": (str(2**32 - 1), "0"), "refs": (GREATEST,),
           "tid": ("0",), "fd": (str(2**31 - 1),), "sock": (str(2**64 - 1), "0"), "count": (GREATEST,)}


def changed(case, key, number, directory):
    """The case with that number in all places of that key."""
    for name in os.listdir(os.path.join(CASES, case)):
        if name.endswith(".jsonl"):
            with open(os.path.join(CASES, case, name), encoding="utf-8", errors="surrogateescape") as f:
                text = f.read()
            with open(os.path.join(directory, name), "w", encoding="utf-8", errors="surrogateescape") as f:
                f.write(re.sub(rf'("{key}":)-?\d+', rf"\g<1>{number}", text))


def troubles(directory):
    for view in VIEWS:
        result = run(CHECKED, *view, directory, env=plain_env(ASAN_OPTIONS="detect_leaks=0:exitcode=99", LC_ALL="C.UTF-8"))
        statuses = (0, 1, 2, 3) if view[0] == "check" else (0, 2)
        if result.status not in statuses or CRASH.search(result.err):
            yield f"{' '.join(view)}: {result}"
        elif result.status != 2 and view[-1] in ("--format=json", "--format=perfetto", "--format=gradescope"):
            try:
                json.loads(result.out)
            except ValueError as e:
                yield f"{' '.join(view)}: {e}"
        elif result.status != 2 and "--width=72" in view and max(map(len, result.out.splitlines())) > 72:
            yield f"{' '.join(view)}: wider than 72 columns\n{result.out}"


def numbers_beyond_all_bounds():
    for case in ("unix_socket", "two_clients"):
        for key, numbers in NUMBERS.items():
            for number in numbers:
                with scratch() as directory:
                    changed(case, key, number, directory)
                    found = list(troubles(directory))
                tap.ok(not found, f"{case}: every {key} is {number}", "\n".join(found))


tap.run(numbers_beyond_all_bounds)
