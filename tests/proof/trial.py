"""trial: one program three times: natively, traced, under strace and the shim together; what came of it, as a row."""

import glob
import importlib.util
import math
import os
import subprocess

import mistakes
import strace
import trace
from compare import Verdict, compare
from run import poll
from stage import Stage, stage

HERE = os.path.dirname(os.path.realpath(__file__))
HEADS = [
    "program",
    "version",
    "calls seen by strace",
    "in the trace",
    "percent",
    "of the program's own",
    "missing, and why",
    "output",
    "exit status",
]


def names():
    return sorted(os.path.basename(p)[: -len(".py")] for p in glob.glob(os.path.join(HERE, "programs", "*.py")))


def load(name):
    """A program: PACKAGES, its own first, and session(stage)."""
    spec = importlib.util.spec_from_file_location(f"program_{name}", os.path.join(HERE, "programs", f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def version(package):
    shown = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return shown.stdout or "?"


class Trial:
    """What became of a program: row() for the table, faults for the reader of a failed proof."""

    def __init__(self, name):
        self.name, self.faults, self.verdict = name, [], Verdict()
        self.same_output = self.same_status = None
        self.accused = None  # of mistakes that check finds
        self.accused_under_load = None
        self.recorded = self.loaded = 0  # calls in the trace without strace, and in that under load
        self.program = load(name)

    def compare_with_native(self):
        with stage(Stage.NATIVELY) as plain:
            self.program.session(plain)
        with stage(Stage.TRACED) as traced:
            self.program.session(traced)
            keep(f"{self.name}.traced", traced)
            events = trace.read(traced.out)
            self.accused = mistakes.accusations(traced.out, getattr(self.program, "DEFECTS", ()))
            self.faults += [f"check accuses it: {a}" for a in self.accused]
        self.recorded = len(trace.calls(events))
        self.faults += [f"lost: {e}" for e in events if e["ev"] == "lost"]
        self.plain_statuses = plain.statuses
        self.same_output = traced.answers == plain.answers
        self.same_status = traced.statuses == plain.statuses
        for a, b in zip(plain.answers, traced.answers):
            if a != b:
                self.faults.append(f"output natively: {a!r:.2000}\ntraced: {b!r:.2000}")
        if not self.same_status:
            self.faults.append(f"exit status natively {plain.statuses}, traced {traced.statuses}")

    def judge_under_load(self):
        """check finds no mistake in it while many clients come and go, where the program says how."""
        if not hasattr(self.program, "load"):
            return
        with stage(Stage.TRACED) as traced:
            self.program.load(traced)
            keep(f"{self.name}.load", traced)
            self.loaded = trace.count(traced.out)
            self.accused_under_load = mistakes.accusations(traced.out, getattr(self.program, "DEFECTS", ()))
        self.faults += [f"check accuses it under load: {a}" for a in self.accused_under_load]

    def compare_with_strace(self):
        with stage(Stage.UNDER_STRACE) as both:
            self.program.session(both)
            if both.statuses != self.plain_statuses:
                self.faults.append(f"exit status natively {self.plain_statuses}, under strace {both.statuses}")
            poll(both.strace_is_done, "strace to end")
            keep(self.name, both)
            calls = [c for log, pid in both.logs for c in strace.read(log, pid)]
            events = trace.read(both.out)
        self.verdict = compare(calls, events, both.follows_all)
        self.faults += self.verdict.faults
        self.faults += [f"lost: {e}" for e in events if e["ev"] == "lost"]
        if not self.verdict.recorded:
            self.faults.append("not a call was compared")

    def row(self):
        v = self.verdict
        words = {True: "same", False: "DIFFERENT", None: "-"}
        return [
            self.name,
            version(self.program.PACKAGES[0]),
            v.seen,
            v.recorded,
            percent(v.recorded, v.seen),
            percent(v.recorded, v.own()),
            missing(v),
            words[self.same_output],
            words[self.same_status],
        ]


def run(name):
    """All of a program's trial; what cannot be run is a fault."""
    trial = Trial(name)
    try:
        trial.compare_with_native()
        trial.judge_under_load()
        trial.compare_with_strace()
    except (AssertionError, OSError, subprocess.SubprocessError) as e:
        trial.faults.append(f"{type(e).__name__}: {e}")
    return trial


def percent(part, whole):
    # Rounded down: 100 is all of them.
    return f"{math.floor(1000 * part / whole) / 10:g}" if whole else "-"


def missing(verdict):
    """How many of each kind, and in which functions: "nscd 24 (getpwuid)"."""
    kinds = {}
    for (kind, what), count in sorted(verdict.missing.items()):
        kinds.setdefault(kind, []).append((what, count))
    texts = [
        f"{kind} {sum(n for _, n in parts)} ({', '.join(what for what, _ in parts)})" for kind, parts in kinds.items()
    ]
    if verdict.apart:
        texts.append(f"by design {verdict.apart} of processes that only ask for users")
    return "; ".join(texts) or "nothing"


def keep(name, stage_):
    """PROOF_KEEP=DIR: leave traces and strace's logs there, to look into a fault."""
    if "PROOF_KEEP" in os.environ:
        subprocess.run(["cp", "-r", stage_.here, os.path.join(os.environ["PROOF_KEEP"], name)], check=True)
