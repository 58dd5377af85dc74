"""console: run the ```console blocks of a page and compare what they show. The convention: docs/how-to-add.md."""

import os
import re
import time

from run import Process, ROOT, TIMEOUT, free_port, plain_env

PORT = "15213"  # in a document: a port of the reader's choice; when tested, a free one
BLOCK = re.compile(r"^```console( unordered)?\n(.*?)^```$", re.M | re.S)
CLOCK = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d")
TIME = re.compile(r"[~+]?\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s)\b~?")
NUMBER = re.compile(r"\d+\.\d+|\d{3,}")
LINE = re.compile(r"([─═╌=_-])\1+")
# What a picture says of the order of things: calls that take time, lanes where nothing happens, bands that go on.
ORDER = {"call", "ret", "blocked", "T", "N", "·", "⋮"}


def commands(text):
    """[(command, [shown line], compare)] of all blocks. A command goes on in the next line after a backslash."""
    found = []
    for unordered, block in BLOCK.findall(text):
        lines = iter(block.splitlines())
        for line in lines:
            if line.startswith("$ "):
                command = line[2:]
                while command.endswith("\\"):
                    command = command[:-1] + next(lines).lstrip("> ")
                found.append((command, [], same_words if unordered else matches))
            elif found:
                found[-1][1].append(line)
    return found


def normal(line):
    """Without what differs from run to run: times, long numbers (pids, ports), and the width that they need."""
    line = NUMBER.sub("N", TIME.sub("T", CLOCK.sub("CLOCK", line.rstrip())))
    return re.sub(r" +", " ", LINE.sub(r"\1", line))


def matches(shown, got):
    """Whether the lines are those shown; a shown `...` stands for any."""
    if not shown:
        return not got
    if shown[0].strip() == "...":
        return any(matches(shown[1:], got[i:]) for i in range(len(got) + 1))
    return bool(got) and normal(shown[0]) == normal(got[0]) and matches(shown[1:], got[1:])


def words(lines):
    """What is said, in any order: the words of a picture without its lines, and without what says when."""
    text = " ".join(normal(line) for line in lines)
    return set(re.sub(r"[\u2190-\u21ff\u2500-\u25ff]", " ", text).split()) - ORDER


def same_words(shown, got):
    return words(shown) == words(got)


def tree(here):
    """A directory that looks like this one, so that a trace ends up in it and not here."""
    for name in os.listdir(ROOT):
        if name not in (".git", "socktrace.out"):
            os.symlink(os.path.join(ROOT, name), os.path.join(here, name))


class Session:
    """The commands of one file, in one directory, one after the other."""

    def __init__(self, here):
        self.here, self.port, self.background = here, str(free_port()), []
        tree(here)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.background:
            process.__exit__()

    def run(self, command, shown, compare):
        """The lines that came, and whether they are those shown."""
        shown = [line.replace(PORT, self.port) for line in shown]
        command = command.replace(PORT, self.port)
        in_background = command.rstrip().endswith("&")
        process = Process(
            "bash",
            "-c",
            "exec 2>&1; " + command.rstrip().rstrip("&"),
            cwd=self.here,
            env=plain_env(COLUMNS="80", LC_ALL="C.UTF-8"),
        )
        self.background.append(process)
        if in_background:
            return self._watch(process, shown)
        got = process.wait(120).out.splitlines()
        return got, compare(shown, got)

    @staticmethod
    def _watch(process, shown):
        """Give a background program time to say what it should."""
        end = time.monotonic() + TIMEOUT
        while True:
            got = process.out.splitlines()
            if matches(shown, got) and (shown or process.child.poll() is None):
                return got, True
            if time.monotonic() > end or process.child.poll() is not None:
                return got, matches(shown, got)
            time.sleep(0.005)
