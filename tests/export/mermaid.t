#!/usr/bin/python3
"""mermaid: `socktrace export --format=mermaid` is a page of diagrams that Mermaid's own parser reads, and reads right."""

import json
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "../lib"), HERE]
import tap
import traces
from node import node
from run import ROOT, run, scratch

MAX_TEXT, MAX_EDGES = 50_000, 500  # Mermaid's maxTextSize and maxEdges


def parsed(pages, here):
    """{name: diagrams} of {name: text of the page}."""
    for name, text in pages.items():
        with open(os.path.join(here, name), "wb") as f:
            f.write(text)
    result = node(os.path.join(HERE, "mermaid.mjs"), *(os.path.join(here, name) for name in pages), timeout=120)
    assert result.status == 0, result
    return {os.path.basename(file): diagrams for file, diagrams in json.loads(result.out).items()}


def every_case_is_parsed():
    with scratch() as here:
        pages = {name: traces.exported("mermaid", traces.case(name), "--all") for name in traces.NAMES}
        found = parsed(pages, here)
        for name in traces.NAMES:
            wrong = [d["error"] for d in found[name] if "error" in d]
            tap.ok(found[name] and not wrong, f"{name}: {len(found[name])} diagrams", "\n".join(wrong))
        two_clients(found["two_clients"])
        hostile_bytes(found["hostile_bytes"], pages["hostile_bytes"].decode())
        nginx(found["fifty_clients_of_nginx"])


def two_clients(diagrams):
    said = diagrams[0]["said"]
    tap.equal(diagrams[0]["actors"], ["Clients P2 P3", "Server P1 echo_server 9809"], "participants are the timeline's columns")
    arrows = [(m["kind"], m["from"], m["to"], m["text"]) for m in said if m["kind"] != "note"]
    tap.equal(arrows[:3], [("dotted", "L0", "L1", "call connect 3: connection request"), ("solid", "L0", "L1", "write 3  6 B: hello\\n"),
                           ("solid", "L1", "L0", "write 4  6 B: hello\\n")], "arrows have the words of the call, and of the bytes")
    tap.equal(arrows[5], ("dotted", "L0", "L1", "close 3: EOF"), "an end is dotted")
    notes = [m["text"] for m in said if m["kind"] == "note"]
    tap.ok("1 Start server" in notes and "bind 3 *:15213" in notes, "phases and other calls are notes", notes)


def hostile_bytes(diagrams, page):
    texts = "\n".join(m["text"] for d in diagrams for m in d["said"])
    tap.contains(texts, "<b>&amp;", "what means something to HTML comes through as text")
    drawn = page[page.index("```mermaid"):]
    tap.ok(not any(c in drawn for c in '<&"\\') and "\x1b" not in page, "and stands nowhere as itself in a diagram", drawn)


def nginx(diagrams):
    tap.ok(len(diagrams) > 1, "a long trace is more than one diagram", len(diagrams))
    for i, d in enumerate(diagrams):
        edges = sum(m["kind"] != "note" for m in d["said"])
        tap.ok(d["chars"] < MAX_TEXT and edges < MAX_EDGES, f"diagram {i + 1} is within Mermaid's limits", (d["chars"], edges))
        tap.equal(d["actors"], diagrams[0]["actors"], "and has the same participants")


def each_sign_comes_through():
    signs = "".join(map(chr, range(32, 127)))
    words = [signs, *signs, "end", "%%{init: {}}%%", "wrap: x", "```", "--> L1: x", "$$x$$", "@{ type: x }"]
    code = "import socket, sys\na, b = socket.socketpair()\nfor w in sys.argv[1:]: a.send(w.encode()); b.recv(99)\n"
    with scratch() as here:
        out = os.path.join(here, "out")
        run("python3", "-c", code, *(w for w in words if w.strip()), env=traces.traced_env(out, SOCKTRACE_DATA="200"))
        diagram, = parsed({"signs": traces.exported("mermaid", out)}, here)["signs"]
        texts = [m["text"].split(" B", 1)[1] for m in diagram.get("said", []) if " B" in m["text"] and "send" in m["text"]]
        for word in words:
            shown = word.replace("\\", "\\\\").strip()
            tap.ok(not shown or any(shown in t for t in texts), f"{word!r} is said", diagram if not texts else texts)


def a_large_trace_is_written_in_bounded_time():
    with scratch() as here:
        out = os.path.join(here, "out")
        os.mkdir(out)
        run(os.path.join(ROOT, "build/tests/bench/big_trace"), out, 20_000)
        page = traces.exported("mermaid", out).decode()
        sizes = [len(part.split("```\n")[0]) for part in page.split("```mermaid\n")[1:]]
        tap.ok(len(sizes) > 10 and max(sizes) < MAX_TEXT, f"20,000 calls: {len(sizes)} diagrams of at most {max(sizes)} characters")
        for what in ("perfetto", "pcapng"):
            tap.ok(len(traces.exported(what, out)) > 1_000_000, f"{what} writes them too")


tap.run(every_case_is_parsed, each_sign_comes_through, a_large_trace_is_written_in_bounded_time)
