"""trace: read traces as docs/trace-format.md says a reader should, and hold every line against the schema."""

import glob
import json
import os
import re

import jsonschema

from run import ROOT

PAD = b'{"ev":"pad"'
with open(os.path.join(ROOT, "docs/trace.schema.json"), encoding="utf-8") as f:
    SCHEMA = json.load(f)
jsonschema.Draft202012Validator.check_schema(SCHEMA)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
_shapes = set()  # of lines found valid


class Bad(AssertionError):
    """A trace that is not what the format says."""


def validate(line, where):
    """Parse and validate one line. Lines that differ only in digits and addresses of code are validated once."""
    try:
        event = json.loads(line)
    except ValueError as e:
        raise Bad(f"{where}: {e}: {line[:300]!r}") from None
    shape = re.sub(rb"0x[0-9a-f]+|[0-9]", b"0", line)
    if shape not in _shapes:
        error = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(event))
        if error:
            raise Bad(
                f"{where}: {'.'.join(map(str, error.absolute_path))}: {error.message}\n{line.decode(errors='replace')}"
            )
        _shapes.add(shape)
    return event


def _lines(path):
    """Whole lines; a last one without its newline only where somebody may still be writing it."""
    with open(path, "rb") as f:
        content = f.read()
    whole, _, torn = content.rpartition(b"\n")
    if torn and path.endswith(".live.jsonl"):
        raise Bad(f"{path}: the live file ends in the middle of a line: {torn[:200]!r}")
    return whole.split(b"\n") if whole else []


def read_file(path):
    """One process image: the events of PATH.jsonl and of its live file, each once, by time of entry."""
    live = path[: -len(".jsonl")] + ".live.jsonl"
    seen, events = set(), []
    for name in (live, path):
        if not os.path.exists(name):
            continue
        for number, line in enumerate(_lines(name), 1):
            if line.startswith(PAD):
                continue
            where = f"{name}:{number}"
            if len(line) < 4096 and b"\n" in line:
                raise Bad(f"{where}: a line in two blocks")
            key = line.rstrip(b"} ")  # a block's last line is filled with spaces before its brace
            if key in seen:
                continue
            seen.add(key)
            events.append(validate(line, where))
    for e in events:
        if e["ev"] == "process":
            pid = e["pid"]
            break
    else:
        raise Bad(f"{path}: no process line")
    for e in events:
        e.setdefault("pid", pid)
        e["file"] = os.path.basename(path)
    _check_modules(path, events)
    events.sort(key=lambda e: e["t"])
    return _settle(events)


def _settle(events):
    """Leave out each pending that has its call, mark those that their thread has left behind."""
    returned = {(e["tid"], e["t"]) for e in events if e["ev"] == "call"}
    kept = [e for e in events if e["ev"] != "pending" or (e["tid"], e["t"]) not in returned]
    last = {}
    for e in kept:
        last[e["tid"]] = max(last.get(e["tid"], 0), e["t"] + e.get("dt", 0))
    for e in kept:
        if e["ev"] == "pending":
            e["abandoned"] = last[e["tid"]] > e["t"]
    return kept


def _check_modules(path, events):
    """Every call site lies in an object that the trace names."""
    modules = [(int(e["base"], 16), int(e["end"], 16)) for e in events if e["ev"] == "module"]
    for e in events:
        if "pc" in e and not any(base <= int(e["pc"], 16) < end for base, end in modules):
            raise Bad(f"{path}: no module line for {e['pc']}: {e}")


def files(directory):
    """The traces in a directory: one name for each process image, whether it has a live file, a plain one or both."""
    names = glob.glob(os.path.join(directory, "*.jsonl"))
    return sorted({n.replace(".live.jsonl", ".jsonl") for n in names})


def _begins(path):
    """Whether there is a whole line; where there is a live file there must be."""
    with open(path, "rb") as f:
        return b"\n" in f.read() or os.path.exists(path[: -len(".jsonl")] + ".live.jsonl")


def read(directory):
    """All events of all processes, by time of entry. One that was killed while its file was made has left an empty one."""
    events = [e for name in files(directory) if _begins(name) for e in read_file(name)]
    events.sort(key=lambda e: e["t"])
    return events


def count(directory):
    """How many finished calls there are, roughly, none of them held against the schema: for long traces."""
    return sum(line.startswith(b'{"ev":"call"') for path in files(directory) for line in _lines(path))


ANY = object()  # calls(events, via=ANY): those of libc too


def calls(events, name=None, **keys):
    """The finished calls, of one name, with these keys; those that libc made by itself only where a key asks for them."""
    return [
        e
        for e in events
        if e["ev"] == "call"
        and name in (None, e["call"])
        and ("via" in keys or e.get("via") != "libc")
        and all(v is ANY or e.get(k) == v for k, v in keys.items())
    ]


def pendings(events):
    """What the threads are (or were, when killed) waiting in."""
    return [e for e in events if e["ev"] == "pending" and not e["abandoned"]]


def connections(events):
    """The TCP connections that both ends recorded: pairs (connect, accept) with the same addresses, swapped."""

    def pair(e):
        return tuple((e[k].get("addr"), e[k].get("port")) for k in ("local", "peer"))

    accepted = {
        pair(e)[::-1]: e
        for e in events
        if e["ev"] == "call" and e["call"].startswith("accept") and e["ret"] >= 0 and "port" in e.get("peer", {})
    }
    return [
        (e, accepted[pair(e)])
        for e in calls(events, "connect")
        if "port" in e.get("local", {}) and "peer" in e and pair(e) in accepted
    ]
