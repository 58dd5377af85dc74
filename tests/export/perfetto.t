#!/usr/bin/python3
"""perfetto: `socktrace export --format=perfetto` is a trace as Perfetto's importer wants it, and tells what was recorded."""

import collections
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "../lib"), HERE]
import events
import tap
import trace
import traces
from node import installed, node
from run import scratch, viewer

# What Perfetto made of a file. An arrival is a slice within its call, or within an earlier one.
ASKED = {
    "wrong": "SELECT name, value FROM stats WHERE severity IN ('error', 'data_loss') AND value > 0",
    "calls": """SELECT s.name, s.ts, s.dur, tid FROM slice s JOIN thread_track t ON s.track_id = t.id JOIN thread USING (utid)
                WHERE s.category LIKE 'call%' AND s.category NOT LIKE '%pending%'""",
    "waits": "SELECT name, dur FROM slice WHERE category LIKE '%pending%' AND dur = -1",
    "conns": "SELECT s.name, extract_arg(s.arg_set_id, 'args.side') AS side FROM slice s JOIN process_track t ON s.track_id = t.id WHERE s.category = 'connection'",
    "arrows": """SELECT extract_arg(f.arg_set_id, 'name') AS name, a.name AS source,
                 iif(b.category = 'arrival', (SELECT name FROM ancestor_slice(b.id) WHERE category LIKE 'call%' ORDER BY depth DESC LIMIT 1), b.name)
                 FROM flow f JOIN slice a ON f.slice_out = a.id JOIN slice b ON f.slice_in = b.id""",
    "processes": "SELECT name FROM process WHERE name IS NOT NULL",
}


def page_of(directory, *options):
    return events.Page(traces.exported("perfetto", directory, *options))


def every_case_is_such_a_trace():
    for name in traces.NAMES:
        try:
            page = page_of(traces.case(name), "--all", "--libc")
        except events.Wrong as wrong:
            tap.ok(False, name, wrong)
            continue
        recorded = "".join(open(f, encoding="utf-8", errors="replace").read() for f in glob.glob(f"{traces.case(name)}/*.jsonl"))
        calls = {m for m in re.findall(r'\{"ev":"call","t":(\d+),"dt":\d+,"tid":(\d+)', recorded)}
        told = sum(e["ph"] == "X" and e["args"].get("returned", True) for e in page.slices)
        tap.equal(told, len(calls), f"{name}: a slice for each call")


def perfetto_reads_them_so():
    with scratch() as here:
        files = {name: os.path.join(here, f"{name}.json") for name in traces.NAMES}
        for name, file in files.items():
            with open(file, "wb") as f:
                f.write(traces.exported("perfetto", traces.case(name)))
        given = os.path.join(here, "given.json")
        with open(given, "w", encoding="utf-8") as f:
            json.dump({"engine": os.path.join(installed(), "perfetto"), "traces": list(files.values()), "queries": list(ASKED.values())}, f)
        result = node(os.path.join(HERE, "perfetto.mjs"), given)
        tap.ok(result.status == 0, "Perfetto's trace processor reads them all", result)
        for (name, file), answers in zip(files.items(), json.loads(result.out)):
            same_as_perfetto(name, events.Page(open(file, encoding="utf-8").read()), dict(zip(ASKED, answers)))


def same_as_perfetto(name, page, told):
    count = collections.Counter
    tap.equal(told["wrong"], [], f"{name}: no error, nothing dropped")
    ours = count((e["name"], events.ns(e), events.ns(e, "dur"), e["tid"]) for e in page.slices if e["ph"] == "X" and "pending" not in e["cat"])
    tap.equal(count(tuple(r.values()) for r in told["calls"]), ours, f"{name}: its calls, to the nanosecond")
    tap.equal(count(r["name"] for r in told["waits"]), count(e["name"] for e in page.slices if e["ph"] == "B"), f"{name}: what never returned")
    ours = count((begin["name"], begin.get("args", {}).get("side")) for begin, _ in page.conns)
    tap.equal(count((r["name"], r["side"]) for r in told["conns"]), ours, f"{name}: its connections")
    ours = count((arrow, start["name"], end["name"]) for start, end, arrow in page.arrows)
    tap.equal(count(tuple(r.values()) for r in told["arrows"]), ours, f"{name}: its arrows, as they point")
    ours = {e["args"]["name"] for e in page.events if e["name"] == "process_name"}
    tap.equal({r["name"] for r in told["processes"]}, ours, f"{name}: its processes")


def connections_have_a_slice_at_both_ends():
    page = page_of(traces.case("two_clients"))
    names = collections.Counter(begin["name"] for begin, _ in page.conns)
    tap.equal(names, {"c1  P2 127.0.0.1:33066 to P1 127.0.0.1:15213": 2, "c2  P3 127.0.0.1:33082 to P1 127.0.0.1:15213": 2}, "names")
    sides = [begin["args"] for begin, _ in page.conns]
    tap.equal([s["side"] for s in sides], ["client", "server"] * 2, "in both processes")
    tap.equal({(s["outcome"], s["written"]) for s in sides}, {("closed", 22), ("closed", 7)}, "with what became of them")
    waited = page_of(traces.case("waited_in_backlog"))
    queued = [(b, e) for b, e in waited.conns if b["name"] == "in the backlog"]
    tap.ok(len(queued) == 1 and queued[0][1]["ts"] - queued[0][0]["ts"] > 100_000, "the wait in the backlog is a slice in it", queued)


def told(arrow):
    start, end, name = arrow
    return f"{start['name']} {start['args']['fd']} -> {end['name']} {end['args']['fd']}: {name}"


def arrows_lead_from_writes_to_reads():
    page = page_of(traces.case("two_clients"), "--conn=c2")
    tap.equal(
        sorted(told(a) for a in page.arrows),
        ["close 3 -> read 4: EOF", "connect 3 -> accept 3: connection request", "write 3 -> read 4: 7 B", "write 4 -> read 3: 7 B"],
        "of one connection",
    )
    pieces = page_of(traces.case("pieces_of_a_stream"))
    sent = collections.Counter()
    for start, end, name in pieces.arrows:
        if name.endswith(" B"):
            sent[start["args"]["line"], start["pid"]] += int(name[:-2])
    writes = {(e["args"]["line"], e["pid"]): e["args"]["ret"] for e in pieces.slices if e["name"] in ("write", "send", "sendto")}
    tap.equal(dict(sent), writes, "pieces of one write each have an arrow, and together its bytes")


def errors_are_marked():
    page = page_of(traces.case("connect_refused"))
    failed = [e for e in page.slices if e.get("cname") == "terrible"]
    tap.equal([(e["name"], e["cat"], e["args"]["err"]) for e in failed], [("connect ECONNREFUSED", "call,error", "ECONNREFUSED")], "by name and colour")
    tap.contains(failed[0]["args"]["meaning"], "nobody listens", "with what it means")
    waits = [e for e in page_of(traces.case("killed_in_accept")).slices if e["ph"] == "B"]
    tap.equal([(e["name"], e["args"]["returned"]) for e in waits], [("accept", False)], "what never returned has no end")


def a_choice_leaves_the_rest_out():
    whole, part = (page_of(traces.case("two_clients"), *options) for options in ((), ("--pid=P3",)))
    tap.ok({e["args"].get("connection") for e in part.slices} <= {"c2", None}, "--pid: only its calls")
    tap.ok(0 < len(part.slices) < len(whole.slices), "and not all")
    tap.equal(part.arrows, [a for a in part.arrows if a[0]["pid"] == 9812 == a[1]["pid"]], "no arrow leads to who is left out")


def hostile_text_stays_text():
    text = traces.exported("perfetto", traces.case("hostile_bytes")).decode()
    tap.ok(not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text), "no control byte, no bidirectional mark")
    events.Page(text)


def a_large_trace_is_written_whole():
    with scratch() as here, traces.fifty_clients() as out:
        page = page_of(out)
        recorded = trace.calls(trace.read(out))
        tap.equal(sum(e["ph"] == "X" for e in page.slices), len(recorded), "fifty clients: each call")
        tap.equal(sum(b["args"]["side"] == "client" for b, _ in page.conns if "args" in b), 50, "each connection")
        first, second = (viewer("export", "-o", f"{here}/{n}.json", out) for n in "ab")
        tap.equal((first.status, first.err, second.status), (0, "", 0), "-o chooses the format by the ending, and says nothing")
        tap.equal(open(f"{here}/a.json", "rb").read(), open(f"{here}/b.json", "rb").read(), "twice the same")


tap.run(every_case_is_such_a_trace, perfetto_reads_them_so, connections_have_a_slice_at_both_ends, arrows_lead_from_writes_to_reads, errors_are_marked,
        a_choice_leaves_the_rest_out, hostile_text_stays_text, a_large_trace_is_written_whole)
