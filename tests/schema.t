#!/usr/bin/python3
"""schema: docs/trace.schema.json takes the lines of version 1 and refuses what is wrong in them."""

import copy
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from sample import CALL, EXIT, GOOD, INHERIT, LOST, MODULE, PENDING, PROCESS

GONE = object()
# What is changed in a good line, and how: each must be refused.
BAD = [
    (CALL, {"ret": "4"}),
    (CALL, {"ret": GONE}),
    (CALL, {"dt": GONE}),
    (CALL, {"dt": -1}),
    (CALL, {"t": 0.5}),
    (CALL, {"tid": 0}),
    (CALL, {"call": "acept"}),
    (CALL, {"new": 1}),
    (CALL, {"args.backlog": 5}),
    (CALL, {"args.addrlen": "16"}),
    (CALL, {"args": GONE}),
    (CALL, {"local.port": 70000}),
    (CALL, {"local.port": GONE}),
    (CALL, {"local.raw": "0"}),
    (CALL, {"local.raw": "00" * 129}),
    (CALL, {"local.addr": "localhost"}),
    (CALL, {"local.family": 2.5}),
    (CALL, {"local.path": "/x"}),
    (CALL, {"data": "\u0100"}),
    (CALL, {"pc": "55d0"}),
    (CALL, {"sock": 0}),
    (CALL, {"newfds": [1]}),
    (CALL, {"status": {"exited": 256}}),
    (CALL, {"refs": -1}),
    (PENDING, {"ret": 0}),
    (PENDING, {"dt": 5}),
    (PENDING, {"err": "EINTR"}),
    (PENDING, {"args.addr": 5}),
    (PENDING, {"args.type_flags": []}),
    (PROCESS, {"v": 2}),
    (PROCESS, {"start": "clone"}),
    (PROCESS, {"realtime": 5}),
    (PROCESS, {"boot": ""}),
    (PROCESS, {"argv": "x"}),
    (EXIT, {"how": "killed"}),
    (EXIT, {"open": {}}),
    (EXIT, {"open": [{"fd": 3}]}),
    (LOST, {"count": 0}),
    (LOST, {"why": ""}),
    (INHERIT, {"state": "open"}),
    (INHERIT, {"via": GONE}),
    (MODULE, {"base": 4096}),
    (MODULE, {"build_id": "xyz"}),
    (MODULE, {"ev": "modul"}),
    ({"ev": "pad"}, {"t": 1}),
]


def changed(line, change):
    line = copy.deepcopy(line)
    for key, value in change.items():
        inner = line
        *way, last = key.split(".")
        for step in way:
            inner = inner[step]
        if value is GONE:
            del inner[last]
        else:
            inner[last] = value
    return line


def good_lines_pass():
    for line in GOOD:
        errors = [e.message for e in trace.VALIDATOR.iter_errors(line)]
        tap.equal(errors, [], f"a {line['ev']} line passes")


def bad_lines_fail():
    for line, change in BAD:
        what = ", ".join(f"{k} {'left out' if v is GONE else json.dumps(v)[:30]}" for k, v in change.items())
        tap.ok(not trace.VALIDATOR.is_valid(changed(line, change)), f"{line['ev']}: {what} is refused")


tap.run(good_lines_pass, bad_lines_fail)
