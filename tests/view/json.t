#!/usr/bin/python3
"""json: what every view writes as JSON: valid for every case, and true to the text."""

import json
import os
import sys

import jsonschema

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import ROOT, VIEWER, scratch, viewer

CASES = os.path.join(HERE, "cases")
VIEWS = ("timeline", "lesson", "tree", "sockaddr", "stats")
with open(os.path.join(ROOT, "docs/json.schema.json"), encoding="utf-8") as f:
    SCHEMA = json.load(f)
jsonschema.Draft202012Validator.check_schema(SCHEMA)


def problem(document, view):
    """Against the rules of that view only: the message says what is wrong with it."""
    rules = {"$ref": f"#/$defs/{view}", "$defs": SCHEMA["$defs"]}
    return jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(rules).iter_errors(document))


def shown(view, case, *more):
    got = viewer(view, "--format=json", *more, os.path.join(CASES, case), LC_ALL="C.UTF-8", TZ="UTC")
    return got, json.loads(got.out.encode("utf-8", "surrogateescape").decode("utf-8")) if got.status == 0 else None


def every_case_is_valid_in_every_view():
    for case in sorted(os.listdir(CASES)):
        for view in VIEWS:
            got, document = shown(view, case)
            if got.status:
                told = viewer(view, os.path.join(CASES, case))
                tap.ok((told.status, told.err) == (got.status, got.err), f"{case}: {view} is refused as the text is", got)
                continue
            kind = document["view"]  # a timeline of many connections is another view
            known = kind in (view, "connections") and not problem(document, kind)
            tap.ok(known, f"{case}: {view} is as the schema says", problem(document, kind))


def a_timeline_of_connections_is_valid():
    for case in ("two_clients", "hostile_bytes", "four_at_once", "never_accepted"):
        _, document = shown("timeline", case, "--rows=connections")
        tap.ok(document["view"] == "connections" and not problem(document, "connections"), f"{case}: as the schema says",
               problem(document, "connections"))


def the_frames_of_accept_are_valid():
    for case in ("two_clients", "forking_server", "never_accepted", "server_only", "unix_socket", "hostile_bytes"):
        _, document = shown("lesson", case, "--accept")
        tap.ok(document["view"] == "accept" and not problem(document, "accept"), f"{case}: as the schema says",
               problem(document, "accept"))
    _, document = shown("lesson", "forking_server", "--accept")
    links = [(frame["link"], frame.get("connfd"), "child" in frame) for frame in document["frames"]]
    tap.equal(links, [("none", None, False), ("request", None, False), ("connected", "connfd(4)", True)], "three, one after the other")


def a_wrong_document_is_found():
    _, document = shown("stats", "two_clients")
    document["rows"][0]["returned"] = "many"
    tap.ok(problem(document, "stats"), "a number that is none")
    _, document = shown("tree", "two_clients")
    del document["nodes"][0]["pid"]
    tap.ok(problem(document, "tree"), "a member that is missing")
    _, document = shown("timeline", "two_clients")
    document["rows"][0]["colour"] = "red"
    tap.ok(problem(document, "timeline"), "a member that nobody has described")


def the_numbers_are_those_of_the_text():
    _, stats = shown("stats", "two_clients")
    tap.equal({r["name"]: r["returned"] for r in stats["rows"] if r["group"] != "between"},
              {"socket": 3, "bind": 1, "listen": 1, "getsockname": 1, "setsockopt": 1, "close": 5, "write": 6, "accept": 2,
               "connect": 2, "read": 8, "getaddrinfo": 3}, "calls")
    tap.equal(sum(stats["calls_made"]["slots"]), stats["calls"], "the slots hold every call")
    tap.equal([(s["client"], s["client_sent"]) for s in stats["shapes"]],
              [("connect (write read)+ close", 22), ("connect write read close", 7)], "kinds of connections")
    _, tree = shown("tree", "forking_server")
    nodes = {n["id"]: n for n in tree["nodes"]}
    tap.equal([(n["process"], nodes[n["below"]]["process"]) for n in tree["nodes"] if n["kind"] == "process" and n["below"]],
              [(4, 1), (5, 1)], "the children of P1")
    tap.equal([(n["from_process"], n["from_fd"]) for n in tree["nodes"] if n.get("process") == 4 and n["kind"] == "descriptor"],
              [(1, 3), (1, 4)], "where the child's descriptors come from")
    _, cells = shown("sockaddr", "two_clients")
    first = cells["addresses"][0]
    tap.equal((first["raw"], [f["name"] for f in first["specific"]["fields"]]),
              ("02003b6d" + "00" * 12, ["sin_family", "sin_port", "sin_addr", "sin_zero"]), "the bytes of an address")


def a_timeline_has_the_rows_of_the_text():
    _, ladder = shown("timeline", "two_clients")
    text = viewer("timeline", "--width=200", os.path.join(CASES, "two_clients"), LC_ALL="C.UTF-8", TZ="UTC").out
    missing = [c["text"] for r in ladder["rows"] for c in r.get("cells", []) if c["text"] not in text]
    tap.ok(ladder["rows"] and not missing, "what its cells say stands in the text", missing)
    tap.ok(all(r["at_ns"] >= b["at_ns"] for b, r in zip(*[[r for r in ladder["rows"] if r["kind"] == "step"][i:] for i in (0, 1)])),
           "its steps are in the order of time")


def a_file_and_a_pipe_get_the_same():
    with scratch() as directory:
        for view in VIEWS:
            file = os.path.join(directory, view + ".json")
            tap.equal(viewer(view, "-o", file, os.path.join(CASES, "two_clients"), TZ="UTC").status, 0, f"{view} writes .json")
            with open(file, encoding="utf-8") as f:
                tap.equal(f.read(), shown(view, "two_clients")[0].out, f"{view}.json is what a pipe gets")
        other = os.path.join(directory, "x.txt")
        viewer("stats", "--format=json", "-o", other, os.path.join(CASES, "two_clients"))
        with open(other, encoding="utf-8") as f:
            tap.equal(json.load(f)["view"], "stats", "--format counts, not the ending")


def probe_tells_as_json():
    got = viewer("probe", "--format=json", VIEWER, "/bin/sh")
    document = json.loads(got.out)
    tap.ok(not problem(document, "probe"), "as the schema says", problem(document, "probe"))
    tap.equal([(p["name"], p["verdict"]) for p in document["programs"]], [(VIEWER, "traceable"), ("/bin/sh", "traceable")], "what")


def a_format_that_is_not_there_is_answered():
    for given, answer in (("jsn", "did you mean `json`"), ("docx", "there are text, svg, png, pdf, json")):
        got = viewer("stats", f"--format={given}", os.path.join(CASES, "two_clients"))
        tap.ok(got.status == 2 and not got.out and answer in got.err, f"--format={given}", got)


tap.run(every_case_is_valid_in_every_view, a_timeline_of_connections_is_valid, the_frames_of_accept_are_valid,
        a_wrong_document_is_found, the_numbers_are_those_of_the_text, a_timeline_has_the_rows_of_the_text, a_file_and_a_pipe_get_the_same, probe_tells_as_json, a_format_that_is_not_there_is_answered)
