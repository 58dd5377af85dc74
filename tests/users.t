#!/usr/bin/python3
"""users: a process that becomes another user takes that one into the directory of its traces, and shows it nothing there."""

import glob
import os
import shutil
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, Process, plain_env, program, run, scratch, traced_env

NOBODY, DAEMON = 65534, 1
BECOME_AND_EXEC = f"""
import os, socket
a, b = socket.socketpair()
os.setuid({NOBODY})
a.send(b'secret')
os.execv('./pair', ['pair'])
"""
WAIT_AND_TALK = """
import socket
print('waiting', flush=True)
open('go').read()
a, b = socket.socketpair()
for _ in range(200):
    a.send(b'secret'), b.recv(6)
"""


def attempt(here, uid, code):
    """What another user's attempt in the directory comes to."""
    result = run("/usr/bin/python3", "-c", f"import os\nos.chdir('out')\nos.setuid({uid})\n{code}", cwd=here)
    return result.err.strip().split("\n")[-1].split(":")[0]


def started(here):
    os.chmod(here, 0o711)  # a way to it for everybody; not so, perhaps, to where all this was built
    shim, _ = (shutil.copy(path, here) for path in (SHIM, program("pair")))
    env = plain_env(LD_PRELOAD=shim, SOCKTRACE_OUT=f"{here}/out")
    return run("/usr/bin/python3", "-c", BECOME_AND_EXEC, cwd=here, env=env)


def what_another_user_starts_is_traced():
    with scratch() as here:
        result = started(here)
        tap.equal((result.status, result.out, result.err), (0, "parent got over\n", ""), "a program of another user runs")
        events = trace.read(f"{here}/out")
        calls = [e["call"] for e in trace.calls(events) if "pair" in e["file"]]
        tap.equal(sorted(calls), sorted("socketpair fork close close write read read write read close close waitpid".split()),
                  "and has a trace, and its child too")
        nothing_else_is_allowed(here)


def nothing_else_is_allowed(here):
    (own,) = (os.path.basename(p) for p in glob.glob(f"{here}/out/*python*[0-9].jsonl"))
    denied = "PermissionError"
    tap.equal(attempt(here, NOBODY, f"open('{own}')"), denied, "it cannot read what was there before")
    tap.equal(attempt(here, NOBODY, f"os.unlink('{own}')"), denied, "nor remove it")
    tap.equal(attempt(here, NOBODY, f"os.rename('{own}', 'mine')"), denied, "nor give it another name")
    tap.equal(attempt(here, NOBODY, "open('mine', 'w')"), "", "though it can make files")
    tap.equal(attempt(here, DAEMON, "os.listdir()"), denied, "a third user cannot even list the names")
    tap.equal(attempt(here, DAEMON, "open('theirs', 'w')"), denied, "nor make files")


def other_directories_stay_as_they_are():
    with scratch() as here:
        os.mkdir(f"{here}/out", 0o700)
        result = started(here)
        tap.equal((result.status, result.out), (0, "parent got over\n"), "in a directory that the shim has not made: it runs")
        tap.equal(stat.S_IMODE(os.stat(f"{here}/out").st_mode), 0o700, "nobody is let in")
        tap.equal(os.listxattr(f"{here}/out"), [], "in no way")
        tap.ok(result.err.count("\n") == 1 and "EACCES" in result.err, "which is said once", repr(result))


def a_file_put_there_before_is_not_used():
    with scratch() as here:
        os.mkfifo(f"{here}/go")
        env = traced_env(f"{here}/out")
        os.mkdir(f"{here}/out", 0o1700)
        with Process("/usr/bin/python3", "-c", WAIT_AND_TALK, env=env, cwd=here) as process:
            process.wait_for("waiting")
            planted = f"{here}/out/{process.pid}.{os.path.basename(os.path.realpath('/usr/bin/python3'))}.live.jsonl"
            with open(planted, "w+", encoding="utf-8") as mine:
                os.chown(planted, NOBODY, NOBODY)
                with open(f"{here}/go", "w", encoding="utf-8"):
                    pass
                result = process.wait()
                mine.seek(0)
                tap.equal((result.status, result.err, mine.read()), (0, "", ""), "a live file of another user stays empty")
        tap.equal(len(trace.calls(trace.read(f"{here}/out"), "send")), 200, "and no call is missing")


CHANGES = 50
CHANGE_OFTEN = f"""
import os, socket
socket.socketpair()
for _ in range({CHANGES}):
    os.seteuid({NOBODY})
    os.seteuid(0)
"""


def a_server_may_change_its_user_for_each_request():
    """smbd does some twenty times a request: what the shim has to see to then, it sees to once."""
    with scratch() as here:
        env = traced_env(f"{here}/out")
        traced = [f"{name}={env[name]}" for name in ("LD_PRELOAD", "SOCKTRACE_OUT")]
        log = f"{here}/strace"
        result = run("strace", "-o", log, "-E", traced[0], "-E", traced[1], "/usr/bin/python3", "-c", CHANGE_OFTEN, env=plain_env())
        tap.equal((result.status, result.err), (0, ""), f"a process becomes another user and root again, {CHANGES} times")
        with open(log, encoding="utf-8", errors="replace") as f:
            calls = f.readlines()
        first = next(i for i, line in enumerate(calls) if line.startswith(("setresuid(", "seteuid(")))
        opened = [line for line in calls[first:] if line.startswith("openat(")]
        changes = [line for line in calls if line.startswith("setresuid(")]
        tap.equal(len(changes), 2 * CHANGES, "each time by a system call")
        tap.ok(len(opened) < 10, "for which hardly a file is opened", "".join(opened[:20]))


tap.run(
    what_another_user_starts_is_traced,
    other_directories_stay_as_they_are,
    a_file_put_there_before_is_not_used,
    a_server_may_change_its_user_for_each_request,
)
