#!/usr/bin/python3
"""report: the page as a file: complete without a script, closed to all others, true to the trace. tests/browser opens it."""

import base64
import hashlib
import html.parser
import json
import os
import pty
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import VIEWER, plain_env, scratch, viewer

CASES = os.path.join(HERE, "cases")
TAGS = set(
    "a aside b body button canvas code dd del details dialog div dl dt form g h1 h2 h3 head header html i input ins "
    "label li line main marker meta noscript option output p path pre rect script section select span style summary "
    "svg table tbody td text th thead title tr ul defs desc".split()
)
EVIL = "</script><script>alert(1)</script><!--\"'><img src=x onerror=alert(2)>\u2028\u202e\x01\x9b]]>&lt;"


class Page(html.parser.HTMLParser):
    """What a browser would make of it: tags, attributes, the text of scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.raw, self.open = [], [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self.open = (tag, dict(attrs)) if tag in ("script", "style") else None

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open:
            self.raw.append((*self.open, data))


def report(*traces):
    with scratch() as here:
        file = os.path.join(here, "x.html")
        result = viewer("report", "-o", file, *traces, cwd=CASES, LC_ALL="C.UTF-8", TZ="UTC")
        if result.status:
            raise AssertionError(result)
        with open(file, encoding="utf-8") as f:
            return f.read()


def data_of(page):
    return json.loads(next(text for tag, attributes, text in page.raw if attributes.get("id") == "data"))


def hashed(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def closed(name, text):
    """Only its own script and style may run, and nothing is loaded or opened."""
    page = Page(text)
    policy = next(value for key, value in page.attributes if key == "content" and "default-src" in value)
    own = {tag: data for tag, attributes, data in page.raw if attributes.get("type") != "application/json"}
    tap.equal(sorted(own), ["script", "style"], f"{name}: one script, one style")
    wanted = f"default-src 'none'; script-src {hashed(own['script'])}; style-src {hashed(own['style'])}; base-uri 'none'; form-action 'none'"
    tap.equal(policy, wanted, f"{name}: its policy is that of its script and style")
    tap.equal(sorted(set(page.tags) - TAGS), [], f"{name}: no tags but the page's own")
    leading_out = [a for a in page.attributes if a[0].startswith("on") or a[0] in ("src", "style", "action")
                   or (a[0] == "href" and not a[1].startswith("#"))]
    tap.equal(leading_out, [], f"{name}: no attribute leads out of it")
    return page


def every_case_is_a_closed_page():
    for case in sorted(os.listdir(CASES)):
        text = report(case)
        page = closed(case, text)
        events = sum(len(run["calls"]) for run in data_of(page))
        without_script = text.split("<noscript>")[1].split("</noscript>")[0]
        tap.equal(without_script.count('<tr id="call='), events, f"{case}: a row for each of its {events} events")
        tap.ok(text.count("<svg") > 1, f"{case}: with pictures")


def a_trace_cannot_write_the_page():
    process = {"ev": "process", "t": 1, "tid": 7, "v": 1, "pid": 7, "ppid": 1, "started": 7, "realtime": [1700000000, 0]}
    process |= {"start": "exec", "exe": EVIL, "argv": [EVIL, EVIL * 10], "cwd": EVIL, "host": EVIL, "boot": EVIL, "netns": 1, "pidns": 1}
    address = {"family": "AF_UNIX", "path": EVIL, "len": 9, "raw": "01003c2f"}
    call = {"ev": "call", "t": 2, "dt": 5, "tid": 7, "call": "connect", "fd": 3, "sock": 1, "args": {"addr": address, EVIL: EVIL}}
    lines = [process, {**call, "ret": -1, "err": EVIL}, {**call, "call": EVIL, "ret": 1, EVIL: [EVIL]},
             {**call, "call": "write", "args": {"count": 99}, "ret": 99, "data": EVIL.encode().decode("latin-1")}]
    with scratch() as here:
        file = os.path.join(here, f"{EVIL.split('/')[0]}.jsonl")
        with open(file, "w", encoding="utf-8") as f:
            f.writelines(json.dumps(line) + "\n" for line in lines)
        page = closed("hostile", report(file))
        closed("hostile, twice", report(file, file))
    tap.equal(len(data_of(page)[0]["calls"]), 3, "the hostile calls are all there")
    hostile = [text for text in re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", json.dumps(data_of(page), ensure_ascii=False))]
    tap.equal(hostile, [], "and none of their control characters")


def calls_point_at_each_other():
    run = data_of(Page(report("forking_server")))[0]
    calls = run["calls"]
    reads = [call for call in calls if call["name"] == "read" and "hex" in call]
    tap.ok(reads, "reads with bytes")
    for read in reads:
        causes = [calls[number - 1] for number in read["causes"]]
        tap.ok(all(c["name"] == "write" and c["hex"] == read["hex"] for c in causes), f"{read['text']}: from the write of the same bytes")
        lineage = [calls[number - 1]["name"] for number in read["lineage"]]
        tap.ok("socket" in lineage, f"{read['text']}: its descriptor goes back to a socket", lineage)
    server = [call for call in reads if run["procs"][call["proc"] - 1]["role"] != "Client"]
    tap.ok(all("accept" in [calls[n - 1]["name"] for n in call["lineage"]] for call in server), "a server's by way of accept")


def two_are_compared():
    text = report("two_clients", "waited_in_backlog")
    page = closed("two", text)
    first, second = data_of(page)
    tap.equal((first["letter"], second["letter"]), ("A", "B"), "two traces are A and B")
    tap.equal(second["first"], len(first["calls"]), "calls are numbered through the page")
    tap.contains(text, 'id="comparison"', "with what differs")
    together = data_of(Page(report("--together", "two_clients", "two_clients/9809.echo_server.jsonl")))
    tap.equal(len(together), 1, "--together: one trace")


def what_is_refused():
    for words, says in ((("two_clients",) * 3, "--together"), (("nothing-there",), "nothing-there")):
        result = viewer("report", *words, cwd=CASES)
        tap.ok(result.status == 2 and says in result.err and not result.out, f"report {' '.join(words)}: {says}", result)


def a_terminal_gets_none():
    ours, theirs = pty.openpty()
    child = subprocess.run([VIEWER, "report", "two_clients"], cwd=CASES, stdout=theirs, stderr=subprocess.PIPE, env=plain_env(), timeout=30)
    os.close(theirs)
    os.close(ours)
    tap.ok(child.returncode == 2 and b"-o report.html" in child.stderr, "on a terminal it asks for a file", child)


tap.run(every_case_is_a_closed_page, a_trace_cannot_write_the_page, calls_point_at_each_other, two_are_compared, what_is_refused,
        a_terminal_gets_none)
