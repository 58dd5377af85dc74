"""strace: read the output of `strace -f -y` (and -k) with time stamps, as an oracle for what a trace must hold."""

import re

# Signal and exit lines have no call; a call may be cut in two by another thread.
LINE = re.compile(r"(?:(\d+) +)?(\d+\.\d+) (.*)")
RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)", re.S)
CALL = re.compile(r"(\w+)\((.*)\) += (0x[0-9a-f]+|-?\d+|\?)(?:<[^>]*>)?(?: (E[A-Z0-9]+))?.*", re.S)
DESCRIPTOR = re.compile(r"(-?\d+)<((?:[^<>]|->|<->)*)>")


class Call:
    """A system call. fd is None where its first argument is no socket; stack has its lines if strace was told -k."""

    def __init__(self, tid, when, name, args, ret, err):
        self.tid, self.when, self.name, self.args, self.err = tid, when, name, args, err
        self.ret = None if ret == "?" else int(ret, 0)
        self.stack = []
        first = DESCRIPTOR.match(args)
        self.fd = int(first[1]) if first and first[2].startswith("socket:[") else None

    def __repr__(self):
        return f"{self.name}({self.args}) = {self.ret} {self.err or ''}"


def read(path, tid_of_all=0):
    """The calls that returned, by thread, in order. Without -f strace does not say which thread: it is the one given."""
    begun, calls, stack, last = {}, [], [], {}
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        for line in f:
            if line.startswith(" > "):
                stack.append(line.rstrip("\n"))
                continue
            match = LINE.fullmatch(line.rstrip("\n"))
            if not match:
                raise AssertionError(f"strace wrote {line!r}")
            tid, when, text = int(match[1] or tid_of_all), float(match[2]), match[3]
            if text.endswith("<unfinished ...>"):
                begun[tid] = (when, text[: -len("<unfinished ...>")].rstrip())
                stack = []
                continue
            resumed = RESUMED.match(text)
            if resumed and tid in begun:
                when, head = begun.pop(tid)
                text = head + resumed[1]
            call = CALL.fullmatch(text)
            if not call:
                stack = []
                continue
            made = Call(tid, when, *call.groups())
            stack = made.stack
            if made.name == "restart_syscall" and tid in last:
                last[tid].ret, last[tid].err = made.ret, made.err  # the program has called once
            else:
                calls.append(made)
                last[tid] = made
    return calls
