"""run: start programs, traced or not, in a directory of their own, and leave nothing behind."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
SHIM = os.environ.get("SOCKTRACE_SHIM", os.path.join(ROOT, "libsocktrace.so"))
VIEWER = os.environ.get("SOCKTRACE_VIEWER", os.path.join(ROOT, "socktrace"))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
TIMEOUT = 30  # seconds that nothing here needs

# Whoever starts the tests in the background of a script has it ignored, and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def program(name):
    """A program built from tests/programs."""
    return os.path.join(BUILD, "programs", name)


@contextlib.contextmanager
def scratch():
    """A fresh directory, removed afterwards."""
    path = tempfile.mkdtemp(prefix="socktrace-test.")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def plain_env(**more):
    """The environment without what whoever runs the tests, make included, has put there for himself."""
    own = re.compile(r"SOCKTRACE_.*|LD_PRELOAD|MAKE.*|MFLAGS|BUILD")
    return {**{k: v for k, v in os.environ.items() if not own.fullmatch(k)}, **more}


def traced_env(out, **more):
    """The environment of a traced program."""
    return plain_env(LD_PRELOAD=SHIM, SOCKTRACE_OUT=out, **more)


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return f"status {self.status}\nstdout: {self.out}\nstderr: {self.err}"


def run(*command, env=None, cwd=None, input="", timeout=TIMEOUT):
    """Run to the end. A time-out is a failure of the test; the whole process group goes down with it."""
    with Process(*command, env=env, cwd=cwd, input=input) as process:
        return process.wait(timeout)


def viewer(*args, cwd=None, **env):
    """Run ./socktrace."""
    return run(VIEWER, *args, cwd=cwd, env=plain_env(**env))


class Process:
    """A running program with its output in files; killed with its group when the `with` ends."""

    def __init__(self, *command, env=None, cwd=None, input=None):
        self._files = [tempfile.TemporaryFile("w+", errors="surrogateescape") for _ in range(2)]
        stdin = subprocess.DEVNULL
        if input:
            stdin = tempfile.TemporaryFile("w+")
            stdin.write(input)
            stdin.seek(0)
        self.child = subprocess.Popen(
            [str(c) for c in command],
            env=env or plain_env(),
            cwd=cwd,
            start_new_session=True,
            stdin=stdin,
            stdout=self._files[0],
            stderr=self._files[1],
        )
        self.pid = self.child.pid
        if input:
            stdin.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.child.wait()
        for f in self._files:
            f.close()

    def _read(self, f):
        return os.pread(f.fileno(), os.fstat(f.fileno()).st_size, 0).decode("utf-8", "surrogateescape")

    @property
    def out(self):
        return self._read(self._files[0])

    @property
    def err(self):
        return self._read(self._files[1])

    def wait(self, timeout=TIMEOUT):
        try:
            status = self.child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.child.args} still runs after {timeout} s\n{self.out}\n{self.err}") from None
        return Result(status, self.out, self.err)

    def wait_for(self, pattern):
        """Poll the output until the pattern stands there; its first group, or all of the match."""

        def found():
            match = re.search(pattern, self.out + self.err)
            if not match and self.child.poll() is not None:
                raise AssertionError(f"{self.child.args} ended without {pattern!r}\n{self.out}\n{self.err}")
            return match

        match = poll(found, f"{self.child.args} to print {pattern!r}")
        return match[1] if match.groups() else match[0]

    def port(self):
        """The port that one of our servers says it listens on."""
        return int(self.wait_for(r"listening on (\d+)"))

    def kill(self, number):
        os.kill(self.pid, number)


def poll(condition, what, timeout=TIMEOUT):
    """Wait until condition() is true and return its value."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {timeout} s for {what}")
        time.sleep(0.002)


def listening_inodes(table):
    """Field 10 of the sockets in state 0A, LISTEN (proc(5)); none where the kernel has no such family."""
    if not os.path.exists(table):
        return set()
    with open(table, encoding="ascii") as f:
        rows = [line.split() for line in f][1:]
    return {row[9] for row in rows if row[3] == "0A"}


def listens(pid):
    """Whether the process has a TCP socket that listens: for servers that do not say so."""
    inodes = listening_inodes("/proc/net/tcp") | listening_inodes("/proc/net/tcp6")
    with contextlib.suppress(FileNotFoundError):
        for fd in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                match = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(f"/proc/{pid}/fd/{fd}"))
                if match and match[1] in inodes:
                    return True
    return False


def free_port():
    """A TCP port that nobody listens on now. For programs that cannot choose one themselves."""
    return free_ports(1)[0]


def free_ports(count):
    """Several that differ."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for s in sockets:
            s.bind(("127.0.0.1", 0))
        return [s.getsockname()[1] for s in sockets]
