"""expectation: compare a trace with what a program of tests/shim printed. The language: tests/shim/expect/expect.h."""

import json
import re

TOKEN = re.compile(r'([A-Za-z_][\w.]*)=((?:"(?:[^"\\]|\\.)*"|\S)+)')
MISSING = object()


class Line:
    """One expected line."""

    def __init__(self, text):
        self.text = text
        self.ev, rest = text.split(None, 1) if " " in text else (text, "")
        self.call = None
        if self.ev == "pending":
            self.call, _, rest = rest.partition(" ")
        elif self.ev not in ("inherit", "exit", "lost"):
            self.ev, self.call = "call", self.ev
        self.keys = TOKEN.findall(rest)
        if TOKEN.sub("", rest).strip():
            raise AssertionError(f"not understood: {TOKEN.sub('', rest).strip()!r} in {text!r}")

    def differs(self, event, names):
        """The first difference as text, or None. Binds $names."""
        if event["ev"] != self.ev or self.call and event["call"] != self.call:
            return f"another line: {event['ev']} {event.get('call', '')}"
        for key, wanted in self.keys:
            why = _differs(_get(event, key), wanted, names)
            if why:
                return f"{key}: {why}"
        return None


def _get(event, key):
    value = event
    for part in key.split("."):
        if isinstance(value, dict):
            value = value.get(part, MISSING)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def _differs(got, wanted, names):
    if wanted == "-":
        return None if got is MISSING else f"should not be there, is {got!r}"
    if got is MISSING:
        return f"is not there, should be {wanted}"
    if wanted == "?":
        return None
    if wanted.startswith("$"):
        return _differs_bound(got, wanted, names)
    return None if got == _value(wanted) else f"is {got!r}, should be {wanted}"


def _differs_bound(got, name, names):
    if name in names:
        return None if names[name] == got else f"is {got!r}, {name} was {names[name]!r} before"
    if got in names.values():
        return f"is {got!r}, which is another than {name}"
    names[name] = got
    return None


def _value(text):
    """JSON, or [BARE,WORDS], or a bare word."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    if text.startswith("["):
        return [_value(word) for word in text[1:-1].split(",")]
    return text


def parse(output):
    """What a program printed: {(pid, tid): [Line, ...]}."""
    wanted = {}
    for line in output.splitlines():
        match = re.fullmatch(r"EXPECT (\d+) (\d+) (.*)", line)
        if match:
            wanted.setdefault((int(match[1]), int(match[2])), []).append(Line(match[3]))
    return wanted


def compare(output, events):
    """A description of every difference; empty where the trace is what the program says."""
    wanted = parse(output)
    if not wanted:
        return "the program expects nothing:\n" + output
    got = {}
    for e in events:
        # What libc does by itself depends on its release; tests/libc holds it against strace.
        if e["ev"] in ("call", "pending", "inherit", "exit", "lost") and e.get("via") != "libc":
            got.setdefault((e["pid"], e["tid"]), []).append(e)
    names, report = {}, []
    for thread in sorted(wanted.keys() | got.keys()):
        report += _compare_thread(thread, wanted.get(thread, []), got.get(thread, []), names)
    return "\n".join(report)


def _compare_thread(thread, wanted, got, names):
    where = f"pid {thread[0]} tid {thread[1]}"
    for number, (line, event) in enumerate(zip(wanted, got), 1):
        why = line.differs(event, names)
        if why:
            return [f"{where}, line {number}: {why}", f"  expected {line.text}", f"  recorded {_show(event)}"]
    rest = [f"{where}: expected, not recorded: {line.text}" for line in wanted[len(got) :]]
    return rest + [f"{where}: recorded, not expected: {_show(e)}" for e in got[len(wanted) :]]


def _show(event):
    hidden = ("file", "t", "dt", "tid", "pid", "pc", "abandoned")
    return json.dumps({k: v for k, v in event.items() if k not in hidden})
