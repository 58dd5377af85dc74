#!/usr/bin/python3
"""inherited: a program's trace lists the sockets that it came with, wherever their numbers lie, and nothing else."""

import contextlib
import json
import os
import resource
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import run, scratch, traced_env

# The shim asks about the lowest eight numbers one by one, and lists /proc/self/fd where there are more: see preload/descriptors.c.
LOW = 8


@contextlib.contextmanager
def numbered(original, numbers):
    """Copies of a descriptor that have these numbers."""
    for number in numbers:
        os.dup2(original, number)
    try:
        yield numbers
    finally:
        for number in numbers:
            os.close(number)


def inherited(sockets=(), files=(), limit=None):
    """The numbers of sockets in the trace of a program that was given these, and these that are none."""

    def lower_limit():
        if limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))

    with contextlib.ExitStack() as stack:
        here = stack.enter_context(scratch())
        nothing = stack.enter_context(open(os.devnull))
        mine = stack.enter_context(socket.socket())
        given = {*stack.enter_context(numbered(mine.fileno(), sockets)), *stack.enter_context(numbered(nothing.fileno(), files))}
        subprocess.run(["/bin/true"], env=traced_env(here), pass_fds=given, preexec_fn=lower_limit, check=True)
        return sorted(e["fd"] for e in trace.read(here) if e["ev"] == "inherit") if os.listdir(here) else []


def listed(what, sockets, **more):
    tap.equal(inherited(sockets, **more), sockets, f"{what}: {sockets or 'none'}")


def wherever_they_lie():
    listed("no socket", [])
    listed("a low one", [LOW - 2])
    listed("the last of the low ones", [LOW - 1])
    for number in (LOW, 64, 100, 255, 256, 700):
        listed("one above", [number])
    listed("several", [LOW - 1, LOW, 64, 128, 1000])


def beside_files():
    listed("between files", [101, 103], files=[100, 102, 104])
    listed("behind files", [LOW + 42], files=list(range(40, LOW + 42)))
    listed("before files", [LOW - 2], files=[LOW - 1, LOW, 5000])
    tap.equal(inherited(files=[5000 - 1]), [], "a file alone leaves no trace")


def under_a_limit():
    listed("few allowed", [40], limit=64)
    listed("above what is allowed now", [70, 300], limit=64)
    listed("more allowed than anybody needs", [100, 900], limit=resource.getrlimit(resource.RLIMIT_NOFILE)[1])


def without_proc():
    command = ["unshare", "-m", "sh", "-c", "umount -l /proc && exec /bin/true"]
    if run("unshare", "-m", "umount", "-l", "/proc").status:
        tap.skip("without /proc", "no mount namespace to be had")
        return
    with scratch() as here, socket.socket() as mine, numbered(mine.fileno(), [70, 300]) as given:
        subprocess.run(command, env=traced_env(here), pass_fds=given, check=True)
        ended = [e["open"] for e in trace.read(here) if e["ev"] == "exit" and e["file"].split(".")[1] == "true"]
    tap.equal([[entry["fd"] for entry in opened] for opened in ended], [given], "without /proc: the same")


# A list of mounts tells once that it has changed, to whoever asks first, also where several processes have it open.
WATCHER = """
import os, select, subprocess, sys
mounts = os.open("/proc/self/mountinfo", os.O_RDONLY)
watch = select.poll()
watch.register(mounts, select.POLLPRI)
changes = watch.poll(0)
subprocess.run(["mount", "-t", "tmpfs", "none", sys.argv[1]], check=True)
subprocess.run(["/bin/true"], pass_fds=[mounts], check=True)
print(len(changes), len(watch.poll(0)))
"""


def news_are_left_to_the_program():
    with scratch() as here:
        os.mkdir(f"{here}/mnt")
        result = run("unshare", "-m", sys.executable, "-c", WATCHER, f"{here}/mnt", env=traced_env(f"{here}/out"))
        if "unshare:" in result.err:
            tap.skip("news of mounts", "no mount namespace to be had")
            return
    tap.equal(result.out, "0 1\n", "a program that was given a list of mounts leaves its parent the news")


# Its other thread has nothing to do with sockets: it cannot have been making one, nor have a file of ours open.
FORKER = """
import os, socket, threading
kept = [open(os.devnull) for _ in range(1000)]
pair = socket.socketpair()
threading.Thread(target=threading.Event().wait, daemon=True).start()
child = os.fork()
if child:
    os.waitpid(child, 0)
os._exit(0)
"""


def a_fork_asks_of_sockets_only():
    with scratch() as here:
        command = ["strace", "-f", "-qq", "-o", f"{here}/log", "-e", "trace=readlink,getsockopt,fstat,newfstatat", sys.executable, "-c", FORKER]
        subprocess.run(command, env=traced_env(f"{here}/out"), check=True)
        with open(f"{here}/log", encoding="utf-8", errors="replace") as f:
            calls = [line.split(None, 1) for line in f]
        childs = [call for pid, call in calls if pid != calls[0][0]]
        inherits = [e["fd"] for e in trace.read(f"{here}/out") if e["ev"] == "inherit" and e["via"] == "fork"]
    tap.equal(len(inherits), 2, "a child of a process with 1,000 files and a thread knows both its sockets")
    tap.ok(len(childs) < 100, "for which it asks few questions", childs[:5])


# By what dlsym finds in libc's own handle, which nobody sees here.
PAST = """
import ctypes, socket
made = ctypes.CDLL("libc.so.6").socket(socket.AF_INET, socket.SOCK_STREAM, 0)
socket.socket().listen()
"""


def what_was_there_before_stands_before():
    """The lines of a thread are in the file in the order in which its calls return."""
    with scratch() as here:
        subprocess.run([sys.executable, "-c", PAST], env=traced_env(here, SOCKTRACE_LIBC="off"), check=True)
        [name] = [name for name in os.listdir(here) if name.endswith(".jsonl")]
        with open(f"{here}/{name}", encoding="utf-8") as f:
            events = [json.loads(line) for line in f]
    lines = [e.get("call", e["ev"]) for e in events if e["ev"] not in ("pad", "module")]
    tap.equal(lines[:4], ["process", "inherit", "socket", "listen"], "a socket from past the shim comes before the first call that is seen")
    tap.equal(lines[-1], "exit", "and nothing behind the end")


tap.run(a_fork_asks_of_sockets_only, what_was_there_before_stands_before, wherever_they_lie, beside_files, under_a_limit, without_proc, news_are_left_to_the_program)
