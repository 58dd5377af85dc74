"""mistakes: run a program of tests/check/programs as its first comment says, traced, and ask what check finds."""

import contextlib
import glob
import json
import os
import re
import shlex
import signal
import socket
import threading

import trace
from run import BUILD, Process, free_port, poll, program, traced_env, viewer

FAILING = ("proved", "probable")
SETTLED = 5  # looks at the trace, one after the other, that must show the same before all are taken to hang


class Program:
    """A source with a mistake, or without it. Its first comment may have lines

    args: WORD...    arguments of the program
    server: NAME WORD...    a program of tests/programs that is started before it and prints "listening on PORT"
    untraced: NAME WORD...    the same without the shim; it is killed when all others have ended
    client: NAME WORD...    one that is run after it says "listening on PORT"; several run one after the other
    before: yes    it has ended before the first client is run
    together: yes    the clients run at the same time
    grade: GRADE    of all that is found of its rule; where there is no mistake: what may be told all the same, advice
    hangs: yes    the check is made while nobody moves any more; then all are killed

    PORT stands for the port of whoever listens, SWAPPED for its bytes the other way round, FREE for one that nobody listens on. The line with the comment `the mistake` is the one that must be found.
    """

    def __init__(self, path):
        self.source_name = os.path.relpath(path, os.path.join(os.path.dirname(path), "../../.."))
        self.name = os.path.basename(path)[:-2]
        self.path = os.path.join(BUILD, "tests/check", self.name)
        with open(path) as f:
            text = f.read()
        head = text[: text.index("*/")]
        self.said = {}
        for key, words in re.findall(r"^ \* (args|server|untraced|client|before|together|hangs|grade): (.*)$", head, re.M):
            self.said.setdefault(key, []).append(words)
        marked = [n for n, line in enumerate(text.splitlines(), 1) if "/* the mistake */" in line]
        self.mistake_line = marked[0] if marked else None
        self.report = None
        self.running = []

    def _words(self, words, port):
        if "FREE" in words:
            words = words.replace("FREE", str(swappable_port()))
        if "SWAPPED" in words:
            words = words.replace("SWAPPED", str(swap(port)))
        return shlex.split(words.replace("PORT", str(port)))

    def _command(self, words, port):
        name, *rest = self._words(words, port)
        return [program(name), *rest]

    def record(self, here):
        """Run it all in the directory; the trace is in here/out, what check says of it in check_json(here)."""
        env = traced_env(os.path.join(here, "out"))
        running, untraced = [], []
        self.running = running
        try:
            port = None
            for words in self.said.get("untraced", []):
                untraced.append(Process(*self._command(words, port), cwd=here))
                port = untraced[-1].port()
            for words in self.said.get("server", []):
                running.append(Process(*self._command(words, port), env=env, cwd=here))
                port = running[-1].port()
            args = self._words(self.said.get("args", [""])[0], port)
            running.append(Process(self.path, *args, env=env, cwd=here))
            if "before" in self.said:
                running[-1].wait()
            for words in self.said.get("client", []):
                port = port or running[-1].port()
                client = Process(*self._command(words, port), env=env, cwd=here)
                running.append(client)
                if "together" not in self.said and "hangs" not in self.said:
                    client.wait()
            if "hangs" in self.said:
                self._wait_until_all_hang(os.path.join(here, "out"), {process.pid for process in running})
                ask(here)
            else:
                for process in running:
                    process.wait()
        finally:
            for process in running + untraced:
                process.__exit__()

    def cut_short(self, here, seconds):
        """The same, but all are killed after so many seconds, whatever they do then."""

        def kill():
            for process in list(self.running):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(seconds, kill)
        timer.start()
        with contextlib.suppress(AssertionError):  # it had no time to listen
            self.record(here)
        timer.join()

    def _wait_until_all_hang(self, out, groups):
        """Every process, also one that has not come to its first call yet, sleeps inside a call, and nothing is added to the trace. One that
        waits for a processor moves: what it copies may be what another one sleeps for."""
        seen = []

        def all_hang():
            events = trace.read(out)
            inside = {e["pid"] for e in trace.pendings(events)}
            ended = {e["pid"] for e in events if e["ev"] == "exit"}
            living = alive(groups)
            settled = not any(moves(pid) for pid in living) and living | {e["pid"] for e in events} <= inside | ended
            seen.append((len(events), settled))
            last = seen[-SETTLED:]
            return len(last) == SETTLED and last[0][1] and all(s == last[0] for s in last)

        poll(all_hang, f"{self.name} to hang")


def alive(groups):
    """The processes of these groups, as /proc/PID/stat tells: state, parent and group behind the name."""
    found = set()
    for path in glob.glob("/proc/[0-9]*/stat"):
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as f:
            pid, rest = f.read().split(" ", 1)
            state, _, group = rest.rpartition(")")[2].split()[:3]
            if int(group) in groups and state != "Z":
                found.add(int(pid))
    return found


def moves(pid):
    """Whether a thread of that process runs, or could."""
    for path in glob.glob(f"/proc/{pid}/task/*/stat"):
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as f:
            if f.read().rpartition(")")[2].split()[0] in "RD":
                return True
    return False


def swap(port):
    return port % 256 * 256 + port // 256


def swappable_port():
    """A free port whose bytes the other way round are one too, and not one of the first 1024."""
    while True:
        port = free_port()
        swapped = swap(port)
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", swapped))
            if swapped >= 1024 and swapped != port:
                return port


def ask(here):
    """What check says of here/out, kept beside it."""
    shown = viewer("check", "--format=json", "out", cwd=here)
    assert shown.status in (0, 1, 3), repr(shown)
    with open(os.path.join(here, "report.json"), "w") as f:
        f.write(shown.out)


def accusations(out, defects=()):
    """What check takes for mistakes in a trace, beside the rules whose mistake the program is known to make: nothing."""
    shown = viewer("check", "--all", "--format=json", out)
    assert shown.status in (0, 1, 3), repr(shown)
    found = json.loads(shown.out)["findings"]
    keys = ("rule", "grade", "what", "call", "process", "trace", "trace_line")
    return [{k: f.get(k) for k in keys} for f in found if f["grade"] in FAILING and f["rule"][:5] not in defects]


def check_json(here):
    """The report as Python sees it; made now, unless it was made while the program ran."""
    path = os.path.join(here, "report.json")
    if not os.path.exists(path):
        ask(here)
    with open(path) as f:
        return json.load(f)
