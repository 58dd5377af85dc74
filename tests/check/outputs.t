#!/usr/bin/python3
"""outputs: a verdict in every form, as those read it who asked for it; exit statuses; a course's file; many hand-ins."""

import contextlib
import json
import os
import re
import resource
import shutil
import sys
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from mistakes import Program
from run import VIEWER, plain_env, run, scratch, viewer

GRADESCOPE = {"score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
              "stdout_visibility", "extra_data", "tests", "leaderboard"}
GRADESCOPE_TEST = {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags",
                   "visibility", "extra_data"}
# What Jenkins's schema (junit-10.xsd of its xunit plugin) lets an element have: attributes, "!" those it must, and elements in it.
JUNIT = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": ({"name!", "tests!", "failures!", "errors!", "group", "time", "skipped", "timestamp", "hostname", "id", "package"},
                  {"properties", "testcase", "system-out", "system-err"}),
    "testcase": ({"name!", "time", "classname", "group"}, {"skipped", "error", "failure", "system-out", "system-err"}),
    "failure": ({"type", "message"}, set()),
    "error": ({"type", "message"}, set()),
    "skipped": ({"type", "message"}, set()),
    "system-out": (set(), set()),
}


def record(here, name, directory):
    """Run a program of this folder; its trace lies in here/directory afterwards."""
    work = os.path.join(here, "work-" + directory)
    os.mkdir(work)
    Program(os.path.join(HERE, "programs", name + ".c")).record(work)
    os.rename(os.path.join(work, "out"), os.path.join(here, directory))


def check(here, *args):
    return viewer("check", *args, cwd=here)


def lose_events(directory):
    """Append to one trace what the shim writes where it had no room for events."""
    name = sorted(os.listdir(directory))[0]
    path = os.path.join(directory, name)
    with open(path) as f:
        last = json.loads(f.read().splitlines()[-1])
    with open(path, "a") as f:
        f.write('{"ev":"lost","t":%d,"tid":%d,"count":3,"why":"SOCKTRACE_MAX"}\n' % (last["t"] + 1, last["tid"]))


def exit_statuses():
    with scratch() as here:
        record(here, "st012_bad", "bad")
        record(here, "st012_good", "good")
        tap.equal(check(here, "good").status, 0, "clean: 0")
        tap.equal(check(here, "bad").status, 1, "a mistake: 1")
        tap.equal(check(here, "--except=ST012", "bad").status, 0, "the rule is left out: 0")
        tap.equal(check(here, "--only=st11", "bad").status, 0, "only another: 0")
        tap.equal(check(here, "nowhere").status, 2, "no such trace: 2")
        tap.equal(check(here, "--only=ST999", "bad").status, 2, "no such rule: 2")
        lose_events(f"{here}/good")
        lost = check(here, "good")
        tap.equal(lost.status, 3, "events were lost: 3")
        tap.contains(lost.out, "inconclusive (all rules): 3 events of P1 could not be recorded", "and it says so")
        lose_events(f"{here}/bad")
        tap.equal(check(here, "bad").status, 1, "what was found stays found: 1")


def what_fails_can_be_chosen():
    with scratch() as here:
        record(here, "st006_bad", "out")
        statuses = [check(here, f"--fail-on={g}", "--only=ST006", "out").status for g in ("proved", "probable", "advice")]
        tap.equal(statuses, [0, 1, 1], "a probable mistake fails from probable on")


def parse_errors(tap_text):
    """What Perl's TAP::Parser, which prove reads with, has against it; an older one its version too."""
    code = 'local $/; my $p = TAP::Parser->new({tap => <STDIN>}); 1 while $p->next; print "$_\\n" for $p->parse_errors'
    return run("perl", "-MTAP::Parser", "-e", code, input=tap_text).out.splitlines()


def prove_reads_tap():
    with scratch() as here:
        record(here, "st012_bad", "bad")
        record(here, "st012_good", "good")
        for hand_ins in (["good"], ["bad"], ["bad", "good", "none"]):
            text = check(here, "--format=tap13", *hand_ins).out
            tap.equal(parse_errors(text), [], f"TAP 13 of {' '.join(hand_ins)} is what it should be")
            text = check(here, "--format=tap", *hand_ins).out
            others = [e for e in parse_errors(text) if "versions later than 13" not in e]
            tap.equal(others, [], "and TAP 14 too, but for its version")
        for hand_in, status in (("good", 0), ("bad", 1)):
            path = os.path.join(here, hand_in + ".t")
            with open(path, "w") as f:
                f.write(f"exec {VIEWER} check --format=tap13 {hand_in}\n")
            tap.equal(run("prove", "-e", "sh", path, cwd=here, env=plain_env()).status, status, f"prove: {hand_in}")


def tap_has_a_test_a_rule():
    with scratch() as here:
        record(here, "st012_bad", "bad")
        record(here, "st012_good", "good")
        shown = check(here, "--format=tap", "--only=ST011,ST012", "bad")
        lines = [l for l in shown.out.splitlines() if not l.startswith("  ")]
        tap.equal(
            lines,
            ["TAP version 14", "1..2", "ok 1 - ST011 accepts without listen",
             "not ok 2 - ST012 talks on the listening descriptor"],
            "a test a rule",
        )
        tap.contains(shown.out, '    message: "descriptor 3 only accepts: read gave ENOTCONN"', "with YAML behind it")
        many = check(here, "--format=tap", "--only=ST012", "bad", "good", "none")
        top = [l for l in many.out.splitlines() if re.match(r"ok|not ok|1\.\.|# Sub", l)]
        tap.equal(
            top,
            ["1..3", "# Subtest: bad", "not ok 1 - bad", "# Subtest: good", "ok 2 - good", "not ok 3 - none"],
            "several hand-ins are subtests",
        )
        lose_events(f"{here}/good")
        tap.contains(check(here, "--format=tap", "good").out, "# inconclusive: 3 events", "inconclusive is said")


def breaches(element):
    """What the schema of JUnit's XML has against an element and those in it."""
    attributes, children = JUNIT.get(element.tag, (set(), set()))
    if element.tag not in JUNIT:
        yield f"no element {element.tag}"
    for name in element.attrib.keys() - {a.rstrip("!") for a in attributes}:
        yield f"{element.tag} has {name}"
    for name in {a[:-1] for a in attributes if a.endswith("!")} - element.attrib.keys():
        yield f"{element.tag} lacks {name}"
    for child in element:
        if child.tag not in children:
            yield f"{child.tag} in {element.tag}"
        yield from breaches(child)


def junit_is_as_ci_systems_want_it():
    with scratch() as here:
        record(here, "st012_bad", "bad")
        record(here, "st006_bad", "advice")
        record(here, "st012_good", "lost")
        lose_events(f"{here}/lost")
        suites = ET.fromstring(check(here, "--format=junit", "--fail-on=proved", "bad", "advice", "lost", "none").out)
        tap.equal(list(breaches(suites)), [], "elements and attributes are those of the schema")
        told = {e.tag for e in suites.iter()}
        tap.ok({"failure", "skipped", "error", "system-out"} <= told, "each kind of outcome was among them", told)
        for suite in suites:
            for key, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"), ("tests", "")):
                counted = len(suite.findall(f"testcase/{kind}".rstrip("/")))
                tap.equal(suite.get(key), str(counted), f"{suite.get('name')}: as many {key} as it says")


def junit_is_xml():
    with scratch() as here:
        record(here, "st012_bad", "bad<&>")
        suites = ET.fromstring(check(here, "--format=junit", "bad<&>", "none").out)
        names = [(s.get("name"), s.get("failures"), s.get("errors")) for s in suites]
        tap.equal(names, [("bad<&>", "1", "0"), ("none", "0", "1")], "a suite a hand-in")
        failure = suites.find(".//failure")
        tap.equal(failure.get("message"), "descriptor 3 only accepts: read gave ENOTCONN", "a failure says what happened")
        cases = suites[0].findall("testcase")
        tap.equal(len(cases), int(suites[0].get("tests")), "as many cases as it says")


def gradescope_results():
    with scratch() as here:
        record(here, "st012_bad", "bad")
        results = json.loads(check(here, "--format=gradescope", "--points=ST012=5,ST011=2", "bad").out)
        tap.ok(set(results) <= GRADESCOPE, "only keys that Gradescope knows", results)
        tap.ok(all(set(t) <= GRADESCOPE_TEST for t in results["tests"]), "in tests too", results)
        tap.equal(results["score"], 2, "the points that are left")
        tap.equal(sum(t["score"] for t in results["tests"]), 2, "the same as the tests' own")
        tap.equal({t["status"] for t in results["tests"]}, {"passed", "failed"}, "a status is one of the two that there are")
        formats = {results["output_format"]} | {t["output_format"] for t in results["tests"]}
        tap.equal(formats, {"text"}, "the words of a trace are shown as they are, not as HTML")
        graded = {t["name"][:5]: (t["score"], t["max_score"], t["status"]) for t in results["tests"] if t["max_score"]}
        tap.equal(graded, {"ST011": (2, 2, "passed"), "ST012": (0, 5, "failed")}, "each rule that has points")
        told = next(t for t in results["tests"] if t["name"].startswith("ST012"))["output"]
        tap.contains(told, "Talk on the descriptor that accept returned", "the student is told what to change")
        tap.ok("sizeof line" not in told, "and no line of a file is quoted", told)
        lose_events(f"{here}/bad")
        lost = json.loads(check(here, "--format=gradescope", "--only=ST011", "bad").out)
        tap.equal(lost["score"], 1, "inconclusive takes no points")
        tap.contains(lost["output"], "3 events", "and is said")
        tap.equal(check(here, "--format=gradescope", "bad", "bad").status, 2, "one hand-in only")


def autolab_last_line():
    with scratch() as here:
        record(here, "st012_bad", "bad")
        shown = check(here, "--format=autolab", "--points=ST012=5,ST011=2", "bad")
        tap.equal(json.loads(shown.out.splitlines()[-1]), {"scores": {"ST011": 2, "ST012": 0}}, "the scores come last")
        with open(f"{here}/course.json", "w") as f:
            json.dump({"points": {"ST011": 2, "ST012": 5}, "autolab_problem": "Sockets"}, f)
        shown = check(here, "--format=autolab", "--config=course.json", "bad")
        tap.equal(json.loads(shown.out.splitlines()[-1]), {"scores": {"Sockets": 2}}, "or all in one problem")
        with open(f"{here}/named.json", "w") as f:
            json.dump({"autolab_problem": 'Übung "1"'}, f)
        last = check(here, "--format=autolab", "--config=named.json", "bad").out.splitlines()[-1]
        tap.equal(list(json.loads(last)["scores"]), ['Übung "1"'], "its name is as the course says, for Autolab wants it exactly")
        clean = check(here, "--format=autolab", "--only=ST011", "bad").out.splitlines()
        tap.equal([json.loads(clean[-1]), "scores" in "".join(clean[:-1])], [{"scores": {"ST011": 1}}, False], "once, also without mistakes")
        tap.equal(check(here, "--format=autolab", "none").out, "", "an unreadable trace gets no score at all")


def a_course_has_its_own_words():
    with scratch() as here:
        record(here, "st012_bad", "bad")
        course = {"only": ["ST012"], "points": {"ST012": 5}, "words": {"ST012": {"title": "Aufgabe 2", "cure": "Siehe Blatt 3."}}}
        with open(f"{here}/course.json", "w") as f:
            json.dump(course, f)
        tap.contains(check(here, "--config=course.json", "bad").out, "  Siehe Blatt 3.\n", "its cure")
        tap.contains(check(here, "--config=course.json", "--format=tap", "bad").out, "not ok 1 - ST012 Aufgabe 2", "its title")
        tap.equal(check(here, "--config=course.json", "--except=ST012", "bad").status, 0, "what is typed counts more")


def a_bad_course_is_named():
    for text, told in (
        ("{", "course.json: "),
        ("[]", "course.json: "),
        ('{"onyl": ["ST012"]}', "course.json: unknown key `onyl`: did you mean `only`?"),
        ('{"only": "ST012"}', "course.json: only: wants an array of rules"),
        ('{"only": ["ST998"]}', "course.json: only: no rule `ST998`"),
        ('{"points": {"ST012": -1}}', "course.json: points: ST012 wants a whole number"),
        ('{"fail_on": "always"}', "course.json: fail_on: is one of"),
        ('{"words": {"ST012": {}}}', 'course.json: words: ST012 wants a "title"'),
    ):
        with scratch() as here:
            with open(f"{here}/course.json", "w") as f:
                f.write(text)
            shown = check(here, "--config=course.json")
            tap.ok(shown.status == 2 and told in shown.err, f"{text}: {told}", repr(shown))
    shown = viewer("check", "--points=ST012")
    tap.ok(shown.status == 2 and "RULE=N" in shown.err, "points without a number", repr(shown))


def many_hand_ins():
    with scratch() as here:
        record(here, "st012_bad", "kim")
        record(here, "st012_good", "lee")
        os.mkdir(f"{here}/ann")
        shutil.copytree(f"{here}/lee", f"{here}/ann/socktrace.out")
        os.mkdir(f"{here}/bob")
        with open(f"{here}/bob/1.x.jsonl", "w") as f:
            f.write("no trace\n")
        shown = check(here, "ann", "bob", "kim", "lee")
        rows = [l.split()[:2] for l in shown.out.splitlines()[1:5]]
        wanted = [["ann", "clean"], ["bob", "unreadable"], ["kim", "found"], ["lee", "clean"]]
        tap.equal(rows, wanted, "a row each, in the order given")
        tap.contains(shown.out, "4 hand-ins: 2 clean, 1 with mistakes, 0 inconclusive, 1 unreadable", "and a sum")
        tap.equal(shown.status, 2, "the worst is the exit status")
        told = json.loads(check(here, "--format=json", "ann", "bob", "kim").out)["hand_ins"]
        outcomes = {h["name"]: h["outcome"] for h in told}
        tap.equal(outcomes, {"ann": "clean", "bob": "unreadable", "kim": "found"}, "one JSON for all")
        tap.equal(check(here, "--together", "--all", "kim", "lee").status, 1, "or they are one hand-in")


def the_same_trace_the_same_words():
    with scratch() as here:
        record(here, "st006_bad", "out")
        told = {check(here, "--format=json", "out").out for _ in range(5)}
        tap.equal(len(told), 1, "five runs say the same")


def who_fails_again_and_again_is_told_once():
    """30,000 writes to a socket that is not connected cost no more than so many of anything else."""
    with scratch() as here:
        record(here, "st013_bad", "out")
        (name,) = [n for n in os.listdir(f"{here}/out") if ".live." not in n]
        with open(f"{here}/out/{name}") as f:
            lines = [l for l in f.read().splitlines() if not l.startswith('{"ev":"pad"')]
        with contextlib.suppress(FileNotFoundError), open(f"{here}/out/{name.replace('.jsonl', '.live.jsonl')}") as f:
            lines += [l for l in f.read().splitlines() if not l.startswith('{"ev":"pad"')]
        calls = [json.loads(l) for l in lines if '"ev":"call"' in l or '"ev":"pending"' in l]
        write = next(c for c in calls if c["call"] == "write")
        write.update(ev="call", dt=10, ret=-1, err="EPIPE")
        for turn in range(1, 30001):
            lines.append(json.dumps({**write, "t": write["t"] + turn * 100}, separators=(",", ":")))
        os.mkdir(f"{here}/hot")
        with open(f"{here}/hot/1.x.jsonl", "w") as f:
            f.write("\n".join(l for l in lines if '"ev":"pending"' not in l) + "\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        found = json.loads(check(here, "--format=json", "hot").out)["findings"]
        took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        tap.equal([f["rule"][:5] for f in found if f["grade"] != "advice"], ["ST013"], "one finding")
        tap.ok(took < 2, "at no great cost", f"{took} s of processor time")


def pages_are_explained():
    shown = viewer("explain", "ST012", "--width=72")
    tap.ok(shown.status == 0 and shown.out.startswith("ST012: "), "explain prints the page", repr(shown))
    tap.ok(all(len(l) <= 72 for l in shown.out.splitlines()), "in its width", shown.out)
    tap.equal({viewer("explain", n).out for n in ("12", "st12", "ST012-io-on-listenfd")}, {viewer("explain", "ST012").out},
              "by number or by name")
    code = viewer("explain", "ST026").out
    tap.ok("\n        poll(&p, 1, timeout);\n" in code, "code is indented as in the page", code)
    wrong = viewer("explain", "ST012-io-on-listen")
    tap.ok(wrong.status == 2 and "did you mean `ST012-io-on-listenfd`" in wrong.err, "the nearest is named", repr(wrong))
    tap.equal(viewer("explain").status, 2, "it wants a rule")


tap.run(
    exit_statuses,
    what_fails_can_be_chosen,
    prove_reads_tap,
    tap_has_a_test_a_rule,
    junit_is_xml,
    junit_is_as_ci_systems_want_it,
    gradescope_results,
    autolab_last_line,
    a_course_has_its_own_words,
    a_bad_course_is_named,
    many_hand_ins,
    the_same_trace_the_same_words,
    who_fails_again_and_again_is_told_once,
    pages_are_explained,
)
