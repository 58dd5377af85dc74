"""terminal: an interactive program on a terminal of its own, typed into by the test."""

import contextlib
import os
import pty
import re
import select
import signal
import time

from run import TIMEOUT, plain_env

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>()][0B]?|\x1b\][^\a]*\a|\r|\a")


class Terminal:
    """A program between `with` and its end; killed with its group."""

    def __init__(self, *command, cwd=None, **env):
        self.shown = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if cwd:
                os.chdir(cwd)
            os.execvpe(command[0], command, plain_env(TERM="dumb", COLUMNS="200", LC_ALL="C.UTF-8", **env))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self.fd)
        os.waitpid(self.pid, 0)

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait_for(self, pattern):
        """Read until the pattern stands in what came since the last match; returns that."""
        end = time.monotonic() + TIMEOUT
        while True:
            seen = CONTROL.sub("", self.shown)
            match = re.search(pattern, seen)
            if match:
                self.shown = seen[match.end() :]
                return seen[: match.end()]
            if time.monotonic() > end:
                raise AssertionError(f"waited for {pattern!r}, came:\n{self.shown}")
            if select.select([self.fd], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    self.shown += os.read(self.fd, 65536).decode("utf-8", "replace")
