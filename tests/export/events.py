"""events: holds a file against the Chrome trace event format, as its public description and Perfetto's importer have it.

https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU and
https://perfetto.dev/docs/getting-started/other-formats#chrome-json-format; what Perfetto itself makes of it perfetto.mjs asks.
"""

import collections
import json

METADATA = {"process_name": "name", "process_labels": "labels", "thread_name": "name"}
KEYS = {
    "M": {"name", "args"},
    "X": {"name", "cat", "ts", "dur", "args"},
    "B": {"name", "cat", "ts", "args"},
    "i": {"name", "cat", "ts", "s", "args"},
    "b": {"name", "cat", "ts", "id2"},
    "e": {"name", "cat", "ts", "id2"},
    "s": {"name", "cat", "ts", "id"},
    "f": {"name", "cat", "ts", "id", "bp"},
}
OPTIONAL = {"cname", "args"}
ARRIVAL = "arrival"


def ns(event, key="ts"):
    return round(event[key] * 1000)


class Wrong(AssertionError):
    """A file that is not what the format says."""


def must(claim, what, event):
    if not claim:
        raise Wrong(f"{what}: {event}")


def no_constant(name):
    raise Wrong(f"{name} is no JSON")


def shapes(events):
    for e in events:
        must(e.get("ph") in KEYS, "phase", e)
        must(all(isinstance(e.get(k), int) and 0 <= e[k] < 2**32 for k in ("pid", "tid")), "numbers", e)
        must(KEYS[e["ph"]] <= set(e) - {"ph", "pid", "tid"} <= KEYS[e["ph"]] | OPTIONAL, "keys", e)
        must(isinstance(e["name"], str) and e["name"], "name", e)
        if e["ph"] == "M":
            must(set(e["args"]) == {METADATA[e["name"]]}, "metadata", e)
            continue
        must(isinstance(e["ts"], (int, float)) and e["ts"] >= 0, "time", e)
        must(e["ph"] != "X" or e["dur"] > 0, "duration", e)
        must(e["ph"] != "i" or e["s"] in ("g", "p", "t"), "scope", e)
        must(e["ph"] != "f" or e["bp"] == "e", "binding point", e)


def threads_have_one_process(events):
    owners = {}
    for e in events:
        must(owners.setdefault(e["tid"], e["pid"]) == e["pid"], "a thread of two processes", e)
    named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
    processes = {e["pid"] for e in events if e["name"] == "process_name"}
    for e in events:
        must((e["pid"], e["tid"]) in named and e["pid"] in processes, "a track without a name", e)


def slices(events):
    """By thread: (begin, end, event); one that never ended has the end None. They lie in each other or beside each other."""
    tracks = collections.defaultdict(list)
    for e in events:
        if e["ph"] in "XB":
            tracks[e["tid"]].append((ns(e), ns(e) + ns(e, "dur") if e["ph"] == "X" else None, e))
    for track in tracks.values():
        track.sort(key=lambda s: (s[0], -(s[1] or 1 << 63)))
        stack = []
        for begin, end, e in track:
            while stack and stack[-1] is not None and stack[-1] <= begin:
                stack.pop()
            must(not stack or stack[-1] is None or (end is not None and end <= stack[-1]), "slices cross", e)
            stack.append(end)
    return tracks


def arrows(events, tracks):
    """Pairs of slices: from where an arrow leaves to where it arrives. Each end lies within a slice, and time runs forwards."""
    ends = collections.defaultdict(dict)
    for e in events:
        if e["ph"] in "sf":
            must(e["ph"] not in ends[e["id"]], "an arrow's end twice", e)
            ends[e["id"]][e["ph"]] = e

    def holder(e):
        """The call, and when the slice begins that the arrow holds on to: the call itself, or what came while it waited."""
        inside = [s for s in tracks[e["tid"]] if s[0] <= ns(e) and (s[1] is None or ns(e) < s[1])]
        must(inside, "an arrow outside of all slices", e)
        return [s[2] for s in inside if s[2]["cat"] != ARRIVAL][-1], inside[-1][0]

    pairs = []
    for pair in ends.values():
        must(set(pair) == {"s", "f"}, "half an arrow", pair)
        must(ns(pair["s"]) <= ns(pair["f"]), "an arrow back in time", pair)
        (start, leaves), (end, arrives) = holder(pair["s"]), holder(pair["f"])
        must(leaves <= arrives, "an arrow that Perfetto turns round", pair)
        pairs.append((start, end, pair["s"]["name"]))
    return pairs


def async_slices(events):
    """[(begin, end)] of asynchronous slices, which end in the order in which they are nested."""
    stacks, found = collections.defaultdict(list), []
    for e in events:
        if e["ph"] not in "be":
            continue
        stack = stacks[e["pid"], e["cat"], e["id2"]["local"]]
        if e["ph"] == "b":
            stack.append(e)
            continue
        must(stack and stack[-1]["name"] == e["name"], "an end without its beginning", e)
        must(ns(stack[-1]) <= ns(e), "an end before its beginning", e)
        found.append((stack.pop(), e))
    must(not any(stacks.values()), "a beginning without its end", stacks)
    return found


class Page:
    def __init__(self, text):
        page = json.loads(text, parse_constant=no_constant)
        must(page["displayTimeUnit"] in ("ms", "ns") and isinstance(page["otherData"], dict), "head", str(page)[:200])
        self.events = page["traceEvents"]
        shapes(self.events)
        threads_have_one_process(self.events)
        tracks = slices(self.events)
        self.slices = [s[2] for track in tracks.values() for s in track if s[2]["cat"] != ARRIVAL]
        self.arrows = arrows(self.events, tracks)
        self.conns = async_slices(self.events)
