#!/usr/bin/python3
"""follow: timeline --follow draws a trace that does not exist yet, while it grows, and ends when its processes have."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import VIEWER, plain_env, program, run, scratch, traced_env

LIMIT = 20


class Screen:
    """socktrace timeline --follow on a terminal of its own."""

    def __init__(self, trace):
        self.seen = ""
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            os.execve(VIEWER, [VIEWER, "timeline", "--follow", trace], plain_env(TERM="xterm", LC_ALL="C.UTF-8"))

    def read(self, seconds):
        if select.select([self.terminal], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
            except OSError:
                return False
        return True

    def shows(self, words):
        end = time.monotonic() + LIMIT
        while words not in self.seen and time.monotonic() < end:
            if not self.read(0.1):
                break
        return words in self.seen

    def ends(self):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and self.read(0.1):
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def listening(server):
    return re.search(r"listening on (\d+)", server.stdout.readline()).group(1)


def start_server(trace):
    return subprocess.Popen([program("echo_server"), "--once", "1", "0"], env=traced_env(trace), stdout=subprocess.PIPE, text=True)


def a_terminal_sees_it_grow():
    with scratch() as directory:
        trace = os.path.join(directory, "trace")
        screen = Screen(trace)
        tap.ok(screen.shows("waiting"), "it waits for what does not exist yet", screen.seen)
        server = start_server(trace)
        port = listening(server)
        tap.ok(screen.shows("call accept 3"), "a call that has begun is shown", screen.seen[-2000:])
        tap.ok("exit 0" not in screen.seen, "before the server has ended")
        client = run(program("echo_client"), "127.0.0.1", port, "hello", env=traced_env(trace))
        tap.ok(client.status == 0, "a client comes", client)
        server.wait(LIMIT)
        server.stdout.close()
        tap.equal(screen.ends(), 0, "it ends with the traced processes")
        left = screen.seen.split("\x1b[?1049l")[-1]
        tap.ok("hello" in left and "exit 0" in left and "ret accept" in left, "and leaves the whole picture", left)


def a_pipe_gets_the_end():
    with scratch() as directory:
        trace = os.path.join(directory, "trace")
        follower = subprocess.Popen([VIEWER, "timeline", "--follow", trace], env=plain_env(), stdout=subprocess.PIPE, text=True)
        server = start_server(trace)
        run(program("echo_client"), "127.0.0.1", listening(server), "hello", env=traced_env(trace))
        server.wait(LIMIT)
        server.stdout.close()
        out, _ = follower.communicate(timeout=LIMIT)
        tap.ok(out.count("ret accept") == 1, "one picture, when all is over", out)


def an_interrupt_ends_it():
    with scratch() as directory:
        trace = os.path.join(directory, "trace")
        server = start_server(trace)
        port = listening(server)
        screen = Screen(trace)
        tap.ok(screen.shows("call accept 3"), "it draws", screen.seen)
        os.kill(screen.pid, signal.SIGINT)
        tap.equal(screen.ends(), 0, "^C is an end like any other")
        tap.contains(screen.seen, "\x1b[?25h", "the cursor is there again")
        run(program("echo_client"), "127.0.0.1", port, "bye", env=plain_env())
        server.wait(LIMIT)
        server.stdout.close()


tap.run(a_terminal_sees_it_grow, a_pipe_gets_the_end, an_interrupt_ends_it)
