#!/usr/bin/python3
"""rules: each program with a mistake is found with its rule and no other, at the right line; the same without it is clean.

`tests/check/rules.t st012 st014` tries these only. docs/how-to-add.md says how a program tells what it runs with.
"""

import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from mistakes import FAILING, Program, check_json
from run import ROOT, scratch, viewer

WIDTH = 80


def rule_ids():
    """{"ST012": "ST012-io-on-listenfd", ...}"""
    listed = viewer("check", "--list")
    return {short: full for full, short in re.findall(r"^((ST\d+)-\S+)", listed.out, re.M)}


def failing(findings):
    return [f for f in findings if f["grade"] in FAILING]


def the_bad_one(program, rule):
    with scratch() as here:
        program.record(here)
        report = check_json(here)
        found = [f for f in report["findings"] if f["rule"].startswith(rule)]
        others = [f for f in failing(report["findings"]) if not f["rule"].startswith(rule)]
        tap.ok(found, f"{program.name}: found", report)
        tap.ok(not others, f"{program.name}: no other mistake is seen", others)
        for grade in program.said.get("grade", []):
            tap.equal({f["grade"] for f in found}, {grade}, f"{program.name}: it is {grade}")
        lines = {(f.get("file"), f.get("line")) for f in found}
        wanted = {(program.source_name, program.mistake_line)}
        tap.equal(lines, wanted, f"{program.name}: at the line of the mistake")
        shown = viewer("check", "--only", rule, f"--width={WIDTH}", "out", cwd=here)
        blocks = [b.splitlines() for b in shown.out.strip().split("\n\n")[:-1]]
        tap.ok(
            blocks and all(len(b) == 3 for b in blocks) and all(len(l) <= WIDTH for b in blocks for l in b),
            f"{program.name}: told in three lines",
            shown.out,
        )
        tap.equal(shown.status, 1 if failing(found) else 0, f"{program.name}: the exit status says whether it fails")


def the_good_one(program, rule):
    with scratch() as here:
        program.record(here)
        report = check_json(here)
        told = program.said.get("grade", [])
        same = [f for f in report["findings"] if f["rule"].startswith(rule) and f["grade"] not in told]
        tap.equal(failing(report["findings"]) + same, [], f"{program.name}: clean")
        tap.equal(report["outcome"], "clean", f"{program.name}: and nothing is left open")


def each_rule_has_its_page_and_programs():
    for short, full in rule_ids().items():
        page = os.path.join(ROOT, "docs/mistakes", full + ".md")
        text = open(page).read() if os.path.exists(page) else ""
        tap.ok(
            all(f"## {part}" in text for part in ("Why", "Wrong", "Right", "In the trace")),
            f"{full}: its page has the mistake, why it fails, wrong and right code, the trace",
            text,
        )
        for kind in ("bad", "good"):
            path = os.path.join(HERE, "programs", f"{short.lower()}_{kind}.c")
            tap.ok(os.path.exists(path), f"{full}: there is a program, {kind}", path)


def each_page_and_program_has_its_rule():
    ids = rule_ids()
    for path in glob.glob(os.path.join(ROOT, "docs/mistakes/ST*.md")):
        name = os.path.basename(path)[: -len(".md")]
        tap.ok(name in ids.values(), f"{name}.md: there is such a rule", list(ids.values()))
    for path in glob.glob(os.path.join(HERE, "programs/st*.c")):
        tap.ok(os.path.basename(path)[:5].upper() in ids, f"{os.path.basename(path)}: there is such a rule", list(ids))


def cases():
    wanted = sys.argv[1:]
    for path in sorted(glob.glob(os.path.join(HERE, "programs/st*.c"))):
        name = os.path.basename(path)[:-2]
        if wanted and not any(name.startswith(w.lower()) for w in wanted):
            continue
        judge = the_bad_one if "_bad" in name else the_good_one

        def case(path=path, judge=judge, name=name):
            judge(Program(path), name[:5].upper())

        case.__name__ = name
        yield case


tap.run(*cases(), each_rule_has_its_page_and_programs, each_page_and_program_has_its_rule)
