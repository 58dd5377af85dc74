#!/usr/bin/python3
"""formats: what diff writes is what its schema and the readers of its formats take, whatever the traces hold."""

import json
import os
import sys
import xml.etree.ElementTree

import jsonschema

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from scenario import ROOT, diff, differences, record

import tap
from run import scratch

CASES = f"{ROOT}/tests/view/cases"
CLASSES = ["role", "address", "step", "outcome", "concurrency", "connection", "data", "descriptor"]
with open(f"{ROOT}/docs/diff.schema.json", encoding="utf-8") as f:
    SCHEMA = json.load(f)
jsonschema.Draft202012Validator.check_schema(SCHEMA)


def pairs():
    names = sorted(os.listdir(CASES))
    return [(f"{CASES}/{a}", f"{CASES}/{b}") for a, b in zip(names, names[1:] + names[:1])]


def every_document_is_of_the_schema():
    for a, b in pairs():
        document, status = differences(a, b)
        error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(SCHEMA).iter_errors(document))
        tap.ok(not error, f"{os.path.basename(a)} against {os.path.basename(b)}", error)
        wanted = {"same": 0, "different": 1, "inconclusive": 3}[document["verdict"]]
        tap.equal(status, wanted, f"{document['verdict']} is status {wanted}")


def no_control_byte_comes_through():
    for a, b in pairs():
        for how in ("text", "junit", "gradescope"):
            shown = diff(f"--format={how}", a, b)
            bad = [c for c in shown.out + shown.err if (ord(c) < 32 and c != "\n") or ord(c) == 127]
            tap.ok(not bad and shown.out, f"{os.path.basename(a)}: {how}", repr(shown.out))
            if how == "junit":
                xml.etree.ElementTree.fromstring(shown.out)
            if how == "gradescope":
                json.loads(shown.out)


def junit_has_a_case_for_each_class():
    with scratch() as here:
        a, b = record(f"{here}/a"), record(f"{here}/b", change="no_close")
        root = xml.etree.ElementTree.fromstring(diff("--format=junit", a, b, a).out)
        suites = root.findall("testsuite")
        tap.equal([s.get("failures") for s in suites], ["1", "0"], "a suite for each trace")
        tap.equal([c.get("name") for c in suites[0].iter("testcase")], CLASSES, "a case for each class")
        failed = [c.get("name") for c in suites[0].iter("testcase") if c.find("failure") is not None]
        tap.equal(failed, ["descriptor"], "the class that differs fails")
        tap.ok("mutant.c:" in suites[0].find(".//failure").text, "and says where")


def gradescope_has_a_point_for_each_class():
    with scratch() as here:
        a, b = record(f"{here}/a"), record(f"{here}/b", change="no_close")
        document = json.loads(diff("--format=gradescope", a, b).out)
        tap.equal([t["score"] for t in document["tests"]], [1, 1, 1, 1, 1, 1, 1, 0], "all but the descriptor's")
        tap.equal({t["status"] for t in document["tests"] if t["score"]}, {"passed"}, "which have passed")
        unsure = json.loads(diff("--format=gradescope", f"{CASES}/client_only", f"{CASES}/client_only").out)
        tap.ok(unsure["tests"] == [] and unsure["score"] == 0 and "inconclusive" in unsure["output"], "inconclusive fails no class", unsure)
        tap.equal(diff("--format=gradescope", a, b, b).status, 2, "one hand-in a document")


def options_change_what_counts():
    with scratch() as here:
        a, b, c = record(f"{here}/a"), record(f"{here}/b", change="no_close"), record(f"{here}/c", change="other_bytes")
        for options, wanted in (
            ((a, b), 1),
            (("--ignore=descriptor", a, b), 0),
            (("--ignore=data,step", a, b), 1),
            (("--ref", b, a, b), 0),
            (("--ref", f"{c},{b}", a, b), 0),
            (("--ref", c, a, b), 1),
            (("--ref", b, "--ref", c, a, b), 0),
            (("--ref", c, "--ref", b, a, b), 0),
            (("--ignore=descriptor", "--ignore=data", a, b), 0),
            (("--ignore=descriptor", "--ignore=data", a, c), 0),
            ((a, c), 1),
            (("--payload=hash", a, c), 1),
            (("--payload=len", a, c), 0),
            (("--payload=none", a, c), 0),
            ((a, a, b), 1),
        ):
            shown = diff(*options)
            tap.equal(shown.status, wanted, f"{[os.path.basename(o) for o in options]}: {wanted}")
        tap.contains(diff("--ref", b, a, b).out, f"--- A {here}/b", "the reference that it is the same as is named")


def mistakes_are_refused():
    case = f"{CASES}/two_clients"
    for options, says in (
        ((), "two traces"),
        ((case,), "two traces"),
        ((case, "/nowhere"), "/nowhere"),
        (("--ignore=descriptors", case, case), "did you mean `descriptor`?"),
        (("--ignore=x", case, case), "no class `x`"),
        (("--timing=5", case, case), "25%,5ms"),
        (("--timing=fast", case, case), "25%,5ms"),
        (("--format=xml", case, case), "text|json|junit|gradescope"),
        (("--ref=/nowhere", case, case), "/nowhere"),
    ):
        shown = diff(*options)
        tap.ok(shown.status == 2 and says in shown.err and not shown.out, f"{options[:1]}: {says}", shown)


def timing_is_told_and_counts_only_if_it_must():
    with scratch() as here:
        a = record(f"{here}/a")
        b = f"{here}/b"
        os.mkdir(b)
        for name in os.listdir(a):
            with open(f"{a}/{name}") as f, open(f"{b}/{name}", "w") as to:
                for line in f:
                    event = json.loads(line)
                    if "dt" in event and event["call"] == "read":
                        event["dt"] += 10**9
                    to.write(json.dumps(event, separators=(",", ":")) + "\n")
        tap.equal(diff(a, b).status, 0, "without --timing time is nothing")
        shown = diff("--timing=25%,5ms", a, b)
        tap.ok(shown.status == 0 and "timing (does not count)" in shown.out, "with it it is told", shown)
        tap.equal(diff("--timing=25%,5ms", "--strict", a, b).status, 1, "--strict lets it count")
        tap.equal(diff("--timing=25%,10s", "--strict", a, b).status, 0, "unless it is less than what may be")


tap.run(
    every_document_is_of_the_schema,
    no_control_byte_comes_through,
    junit_has_a_case_for_each_class,
    gradescope_has_a_point_for_each_class,
    options_change_what_counts,
    mistakes_are_refused,
    timing_is_told_and_counts_only_if_it_must,
)
