"""console: run the ```console blocks of a page and compare what they show. The convention: docs/how-to-add.md."""

import os
import re
import time

from run import Process, ROOT, TIMEOUT, free_ports, plain_env

PORTS = ["15213", "15214", "15215"]  # in a document: ports of the reader's choice; when tested, free ones
BLOCK = re.compile(r"^```console( unordered| roughly)?\n(.*?)^```$", re.M | re.S)
CLOCK = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d")
TIME = re.compile(r"[~+]?\d+(?:\.\d+)? ?(?:ns|us|µs|ms|s)\b~?")
NUMBER = re.compile(r"\d+\.\d+|\d{3,}")
LINE = re.compile(r"([─═╌=_-])\1+")
# What a picture says of time and order: calls that take long, lanes where nothing happens, bands that go on.
ORDER = {"call", "ret", "blocked", "waited", "in", "backlog", "sent", "before", "T", "N", "·", "⋮"}


class Command:
    """A command of a block: as it stands on the page (after a backslash it goes on in the next line), and what it showed."""

    def __init__(self, typed, compare):
        self.typed, self.shown, self.compare = [typed], [], compare

    @property
    def text(self):
        return "".join(line[2:].removesuffix("\\") for line in self.typed)


def commands_of(mode, block):
    compare = {" unordered": same_words, " roughly": most_words}.get(mode, matches)
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append(Command(line, compare))
        elif found and found[-1].typed[-1].endswith("\\"):
            found[-1].typed.append(line)
        elif found:
            found[-1].shown.append(line)
    return found


def commands(text):
    """The commands of all blocks."""
    return [c for block in BLOCK.findall(text) for c in commands_of(*block)]


def updated(text, session):
    """The page with what its commands print now, where that is not what it shows."""

    def block(match):
        lines = []
        for c in commands_of(*match.groups()):
            got, good = session.run(c)
            lines += c.typed + (c.shown if good else [session.with_shown_ports(line) for line in got])
        return f"```console{match[1] or ''}\n" + "".join(line + "\n" for line in lines) + "```"

    return BLOCK.sub(block, text)


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


def most_words(shown, got):
    """For pictures of what many processes did at once: four of five words that are shown came."""
    wanted = words(shown)
    return len(wanted & words(got)) >= len(wanted) * 4 / 5


def tree(here):
    """A directory that looks like this one, so that a trace ends up in it and not here."""
    for name in os.listdir(ROOT):
        if name not in (".git", "socktrace.out"):
            os.symlink(os.path.join(ROOT, name), os.path.join(here, name))


class Session:
    """The commands of one file, in one directory, one after the other."""

    def __init__(self, here):
        self.here, self.background = here, []
        self.ports = dict(zip(PORTS, map(str, free_ports(len(PORTS)))))
        tree(here)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.background:
            process.__exit__()

    def run(self, c):
        """The lines that came, and whether they are those shown."""
        shown = [self._with_ports(line) for line in c.shown]
        command = self._with_ports(c.text)
        if command == "wait":  # a shell's own command: it knows what runs in the background
            for process in self.background:
                process.wait()
            return [], not shown
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
        return got, c.compare(shown, got)

    def _with_ports(self, text):
        for port, free in self.ports.items():
            text = text.replace(port, free)
        return text

    def with_shown_ports(self, text):
        for port, free in self.ports.items():
            text = text.replace(free, port)
        return text

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
