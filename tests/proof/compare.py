"""compare: the calls on sockets that strace saw against those in the trace, one by one; a miss is explained by its stack."""

import collections
import difflib
import itertools
import re

import trace
from stack import NOT_LIBC, SAME, SHIM, UNEXPLAINED, reason
from stage import SYSTEM_CALLS

MAKERS = {"socket", "socketpair"}
# Their first argument is no socket: those that name some further on, and those that may concern one and do not show it.
WAIT = {"poll", "ppoll", "select", "pselect6", "epoll_ctl"}
HIDE = {"epoll_wait", "epoll_pwait", "epoll_pwait2", "close_range", "dup2", "dup3"}
# Where the descriptor stands that tells two calls apart: first, or third; or nowhere.
FIRST, THIRD, NOWHERE = re.compile(r"(-?\d+)"), re.compile(r"[^,]*, \w+, (-?\d+)"), re.compile("(?!)")
NAMELESS = {"socket", "socketpair", "close_range", "poll", "ppoll", "select", "pselect6"}
NUMBERS = {**{name: NOWHERE for name in NAMELESS}, "epoll_ctl": THIRD}
# What acts on a descriptor that is no socket, and may stand in the trace all the same.
NO_SOCKET = {"EBADF", "ENOTSOCK"}


class Verdict:
    """How many calls on sockets strace saw, how many of them the trace has, why the rest is missing, what is wrong."""

    def __init__(self):
        self.seen = self.recorded = self.unexplained = 0
        self.missing = collections.Counter()  # {(kind, what): calls}
        self.apart = 0  # calls in processes that only ask for users, and so have no trace; not among those seen
        self.faults = []

    def own(self):
        """How many of them the program made through a function of libc: the trace must have them all."""
        return self.recorded + self.unexplained

    def add(self, tid, wanted, got):
        if wanted and (wanted.needed or got):
            self.seen += 1
            self.recorded += got is not None
        if not wanted and got.unnamed:
            return
        if not wanted:
            self.faults.append(f"thread {tid}: {got.text}: in the trace, not seen by strace")
        elif not got and wanted.needed:
            kind, what = wanted.why or (UNEXPLAINED, "went through the wrapper")
            self.missing[kind, what] += 1
            if wanted.promised:
                self.faults.append(f"thread {tid}: {wanted.text}: {what}, though the trace says that it has libc's calls")
            elif kind == UNEXPLAINED:
                self.unexplained += 1
                self.faults.append(f"thread {tid}: {wanted.text}: {what}")


class Step:
    """A call as both sides show it. why: of strace's, why the trace may lack it; needed: it is on a socket."""

    promised = False  # made by libc, in a process whose trace says that it has such calls
    unnamed = False  # of the trace's: strace may not show which sockets it is on

    def __init__(self, name, on, ret, err, by_libc, why=None, needed=True):
        self.why, self.needed = why, needed
        self.by_libc = by_libc
        on = "" if on is None else f" on {on}"
        self.begun = f"{SAME.get(name, name)}{on}{' by libc' if by_libc else ''}"
        self.text = f"{SAME.get(name, name)}{on} = {ret}{' ' + err if err else ''}{' by libc' if by_libc else ''}"


def step_of_strace(c):
    """None for what is no call on a socket, is the shim's own, or did not return to the program."""
    needed = c.fd is not None or c.name in MAKERS or (c.name in WAIT and "<socket:[" in c.args)
    if not (needed or c.name in HIDE or c.err in NO_SOCKET):
        return None
    why = reason(c)
    if why == SHIM:
        return None
    by_libc = why and why[0] not in NOT_LIBC
    number = NUMBERS.get(c.name, FIRST).match(c.args)
    on = number and number[1]
    if c.ret is not None:
        return Step(c.name, on, c.ret, c.err, by_libc, why, needed)
    # Interrupted: the kernel tells strace before it decides whether to begin again.
    return Step(c.name, on, -1, "EINTR", by_libc, why, False) if (c.err or "").startswith("ERESTART") else None


def step_of_trace(e):
    name = SAME.get(e["call"], e["call"])
    on = e["args"]["epfd"] if name == "epoll_wait" else e.get("fd")
    step = Step(name, None if name in NAMELESS else on, e.get("ret", 0), e.get("err"), e.get("via") == "libc")
    step.unnamed = name == "pselect6" and leaves_out(e["args"])
    return step


def leaves_out(args):
    """strace shows of select's sets what is below nfds."""
    return any(fd >= args["nfds"] for key in ("readfds", "writefds", "exceptfds") for fd in args[key] or ())


def by_thread(calls, tid, when, step_of):
    threads = collections.defaultdict(list)
    for c in sorted(calls, key=when):
        step = step_of(c)
        if step:
            step.when = when(c)
            threads[tid(c)].append(step)
    return threads


def last_words(events):
    """{tid: step} of the calls that had begun, and not returned to the program, when it ended: in a handler, say, that ran first."""
    last = {e["tid"]: e for e in sorted(events, key=lambda e: e["t"]) if e["ev"] in ("pending", "call")}
    return {tid: step_of_trace(e) for tid, e in last.items() if e["ev"] == "pending"}


def match(wanted, got):
    """Pairs of a thread's steps, in order; None on one side where the other has none."""
    i = j = 0
    while i < len(wanted) and j < len(got):
        w = wanted[i]
        if w.text == got[j].text:
            yield w, got[j]
            j += 1
        elif w.why or not w.needed:
            yield w, None
        elif got[j].unnamed:
            yield None, got[j]
            j += 1
            continue
        else:
            break
        i += 1
    # From the first difference on, the slow way.
    wanted, got = wanted[i:], got[j:]
    blocks = difflib.SequenceMatcher(None, [w.text for w in wanted], [g.text for g in got], autojunk=False)
    for tag, a, b, c, d in blocks.get_opcodes():
        if tag == "equal":
            yield from zip(wanted[a:b], got[c:d])
        else:
            yield from ((w, None) for w in wanted[a:b])
            yield from ((None, g) for g in got[c:d])


def spans(events, only_with_libc):
    """{tid: [(from, to)]}, by the wall clock: when each thread's process has a trace, or one with what libc does by itself."""
    first, last, threads = {}, {}, collections.defaultdict(set)
    for e in events:
        name = e.get("file", "").replace(".live.", ".")
        if e["ev"] == "process" and (e["libc_calls"] or not only_with_libc):
            first[name] = (e["realtime"][0] + e["realtime"][1] / 1e9, e["t"])
        last[name] = max(last.get(name, 0), e.get("t", 0) + e.get("dt", 0))
        threads[name].add(e["tid"])
    found = collections.defaultdict(list)
    for name, (since, t) in first.items():
        for tid in threads[name]:
            found[tid].append((since, since + (last[name] - t) / 1e9))
    return found


def lies_in(step, found):
    return any(a <= step.when <= b for a, b in found)


def promise(wanted, found):
    for tid, steps in wanted.items():
        for step in steps:
            step.promised = bool(step.by_libc) and lies_in(step, found.get(tid, []))


def take_apart(wanted, found):
    """Take out what programs do that only ask for users, such as one that execs the next as another user. Returns how much."""
    taken = 0
    for tid, steps in wanted.items():
        kept = [s for s in steps if not (s.why and s.why[0] == "nscd") or lies_in(s, found.get(tid, []))]
        taken += sum(s.needed for s in steps) - sum(s.needed for s in kept)
        steps[:] = kept
    return taken


def compare(calls, events, follows_all=True):
    """calls: all that strace saw, with stacks. events: the trace of the same run. follows_all: strace saw all processes."""
    verdict = Verdict()
    wanted = by_thread(calls, lambda c: c.tid, lambda c: c.when, step_of_strace)
    recorded = [e for e in trace.calls(events, via=trace.ANY) if SAME.get(e["call"], e["call"]) in SYSTEM_CALLS]
    got = by_thread(recorded, lambda e: e["tid"], lambda e: e["t"], step_of_trace)
    promise(wanted, spans(events, only_with_libc=True))
    verdict.apart = take_apart(wanted, spans(events, only_with_libc=False))
    tids = {c.tid for c in calls}
    ends = last_words(events)
    for tid in sorted(set(wanted) | set(got)):
        if tid not in tids and not follows_all:
            continue
        for w, g in match(wanted[tid], got[tid]):
            if w and not g and w is wanted[tid][-1] and tid in ends and w.begun == ends[tid].begun:
                g = ends[tid]
            verdict.add(tid, w, g)
    verdict.missing += collections.Counter(("io_uring", c.name) for c in calls if c.name == "io_uring_enter")
    return verdict
