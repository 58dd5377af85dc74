#!/usr/bin/python3
"""hostile: traces that lie, and traces out of all proportion, never crash, hang or paint the terminal; long reading shows itself."""

import json
import os
import pty
import re
import resource
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import BUILD, VIEWER, plain_env, run, scratch

CHECKED = os.path.join(BUILD, "sanitized", "socktrace")
COMMANDS = [(command, "--color=never", "--all") for command in ("timeline", "lesson", "tree", "stats", "sockaddr", "check")]
COMMANDS += [("export", f"--format={what}", "--all") for what in ("perfetto", "mermaid")]
COMMANDS += [("export", "-o", "PATH.pcapng", "--all"), ("canon", "--payload=text"), ("diff", "--strict", "PATH")]
FEW = 50_000
PROCESSES = int(os.environ.get("PROCESSES", FEW))  # `make proof` has a million
LONG = 90 * max(1, PROCESSES // FEW)  # seconds that none of this needs, under the sanitizers on a busy machine
BOOT = "00000000-0000-0000-0000-000000000001"
ESCAPE = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m\x7f"
SERVER = {"family": "AF_INET", "addr": "127.0.0.1", "port": 80, "len": 16, "raw": "020000507f0000010000000000000000"}
CLIENT = {"family": "AF_INET", "addr": "127.0.0.1", "port": 81, "len": 16, "raw": "020000517f0000010000000000000000"}


def process(t, pid, ppid, **more):
    fields = {"v": 1, "pid": pid, "ppid": ppid, "started": pid, "realtime": [1700000000, 0], "start": "fork"}
    fields |= {"exe": "/bin/p", "argv": ["p"], "cwd": "/", "host": "h", "boot": BOOT, "netns": 1, "pidns": 1}
    return {"ev": "process", "t": t, "tid": pid, **fields, **more}


def call(t, tid, name, **more):
    return {"ev": "call", "t": t, "dt": 5, "tid": tid, "call": name, "args": {}, "ret": 0, **more}


def talk(t, tid, times=3):
    """A connection to and fro within one process."""
    yield call(t, tid, "accept", fd=3, sock=1, ret=4, newsock=2, local=SERVER, peer=CLIENT)
    yield call(t, tid, "connect", fd=5, sock=3, args={"addr": SERVER}, local=CLIENT, peer=SERVER)
    for _ in range(times):
        yield call(t, tid, "write", fd=5, sock=3, args={"count": 4}, ret=4, data="abcd")
        yield call(t, tid, "read", fd=4, sock=2, args={"count": 9}, ret=4, data="abcd")
    yield call(t, tid, "close", fd=4, sock=2)


def with_a_socket(pid):
    return process(2 * pid, pid, 0), call(2 * pid + 1, pid, "socket", ret=3, newsock=pid)


def equal_times():
    yield process(7, 1, 0)
    yield process(7, 2, 1)
    for tid in (1, 2, 3):
        yield from talk(7, tid)


def negative_times():
    yield process(5, 1, 0)
    yield call(-1, 1, "socket", ret=3, newsock=1)
    yield {**call(1, 1, "socket", ret=3, newsock=1), "dt": -1}
    yield from talk(9, 1)


def far_times():
    yield process(0, 1, 0)
    yield from talk(0, 1)
    yield from talk(2**62 - 1, 1)
    yield call(2**64 - 1, 1, "socket", ret=3, newsock=1)


def a_clock_that_steps():
    yield process(10**12, 1, 0, realtime=[1700000000, 0])
    yield from talk(10**12, 1)
    yield from talk(10**9, 1)
    yield process(10**11, 2, 1, realtime=[1, 999999999])
    yield from talk(10**12, 2)


def huge_descriptors():
    yield process(1, 1, 0)
    yield call(2, 1, "dup2", fd=2**31 - 1, sock=1, args={"newfd": 2**31 - 1}, ret=2**31 - 1, newsock=1)
    yield call(3, 1, "close", fd=2**31, sock=1)
    yield call(4, 1, "close", fd=-(2**31), sock=2**64 - 1)
    yield call(5, 1, "socket", ret=2**62, newsock=2**63)


def huge_counts():
    """Bytes beyond what a number holds, with a port among them that something longer stands for."""
    yield process(1, 1, 0)
    yield call(2, 1, "accept", fd=3, sock=1, ret=4, newsock=2, local=SERVER, peer=CLIENT)
    yield call(2, 1, "connect", fd=5, sock=3, args={"addr": SERVER}, local=CLIENT, peer=SERVER)
    for count in (2**63 - 1, 6, 2**63 - 1):
        for name, fd, sock in (("write", 5, 3), ("write", 5, 3), ("read", 4, 2), ("read", 4, 2)):
            yield call(3, 1, name, fd=fd, sock=sock, args={"count": count}, ret=count, data="h:81:80:81")


def circles_of_kinship():
    yield process(1, 1, 2)
    yield process(1, 2, 1)
    yield process(1, 3, 3)
    for pid in (1, 2, 3):
        yield call(2, pid, "fork", ret=pid % 3 + 1)
        yield call(3, pid, "fork", ret=pid)
        yield from talk(4, pid)
    yield process(2, 1, 2, start="exec", started=1)
    yield process(2, 1, 1, start="exec", started=1)


def escapes_everywhere():
    yield process(1, 1, 0, exe=f"/bin/{ESCAPE}", argv=[ESCAPE, ESCAPE], cwd=ESCAPE, host=ESCAPE, boot=ESCAPE)
    yield {"ev": "module", "t": 1, "tid": 1, "base": "0x1", "end": "0x9", "path": f"/{ESCAPE}", "build_id": ESCAPE}
    for family in ("AF_UNIX", ESCAPE):
        address = {"family": family, "path": ESCAPE, "len": 9, "raw": "0100"}
        yield call(2, 1, "connect", fd=3, sock=1, args={"addr": address}, ret=-1, err=ESCAPE, via=ESCAPE, pc="0x5")
        yield call(3, 1, "bind", fd=4, sock=2, args={"addr": {**address, "abstract": ESCAPE}}, local=address)
    yield call(4, 1, "socket", args={"domain": ESCAPE, "type": ESCAPE, "protocol": ESCAPE}, ret=3, newsock=1)
    yield call(5, 1, "write", fd=3, sock=1, ret=9, data="\x1b[31m\x9b\x07")
    yield call(6, 1, "getaddrinfo", args={"node": ESCAPE, "service": ESCAPE})
    yield call(7, 1, ESCAPE, fd=3, sock=1)
    yield call(7, 1, ESCAPE, ret=7, newsock=9)
    inherit = {"ev": "inherit", "t": 7, "tid": 1, "fd": 8, "sock": 10, "family": ESCAPE, "type": ESCAPE}
    yield {**inherit, "protocol": ESCAPE, "state": ESCAPE, "local": address, "via": ESCAPE}
    yield {"ev": "lost", "t": 8, "tid": 1, "count": 2, "why": ESCAPE}


LIES = (equal_times, negative_times, far_times, a_clock_that_steps, huge_descriptors, huge_counts, circles_of_kinship)


def write(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return path


def unharmed(what, path):
    """Each command ends by itself, with nothing in its output that a terminal would obey."""
    env = plain_env(ASAN_OPTIONS="detect_leaks=0:exitcode=99", UBSAN_OPTIONS="halt_on_error=1:exitcode=99")
    for command, *options in COMMANDS:
        options = [o.replace("PATH", path) for o in options]
        result = run(CHECKED, command, *options, path, env=env, timeout=LONG)
        painted = re.search(r"[^\n\x20-\x7e\u00a0-\uffff]|[\u202a-\u202e]", result.out + result.err)
        tap.ok(result.status in (0, 1, 2, 3) and not painted, f"{what}: {command} {options[0]}", f"{painted}\n{result}")


def lies_do_no_harm():
    with scratch() as here:
        for lie in (*LIES, escapes_everywhere):
            unharmed(lie.__name__, write(f"{here}/{lie.__name__}.jsonl", lie()))


def bounded(what, path, seconds, megabytes, statuses=(0, 1)):
    """stats and tree stay within processor time and memory beyond the file."""
    for command in ("stats", "tree"):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code = f"import resource; resource.setrlimit(resource.RLIMIT_DATA, ({megabytes << 20},) * 2)"
        limited = [sys.executable, "-c", f"{code}\nimport os, sys; os.execv(sys.argv[1], sys.argv[1:])"]
        result = run(*limited, VIEWER, command, path, timeout=LONG)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        good = result.status in statuses and took < seconds
        tap.ok(good, f"{what}: {command} in {took:.1f} s, {megabytes} MB", repr(result)[:2000])


def proportions_are_kept():
    with scratch() as here:
        with open(f"{here}/zeros.jsonl", "wb") as f:
            f.truncate(1 << 30)
        bounded("a gigabyte of zeros", f.name, 1, 64, statuses=(2,))
        path = write(f"{here}/head.jsonl", [process(1, 1, 0), *talk(2, 1)])
        os.truncate(path, 1 << 30)
        bounded("a gigabyte of zeros behind a trace", path, 5, 64)
        limits = 5 * PROCESSES // FEW, 256 * PROCESSES // FEW
        path = write(f"{here}/chain.jsonl", (process(i, i, i - 1) for i in range(1, PROCESSES + 1)))
        bounded(f"{PROCESSES:,} processes, each the child of the one before", path, *limits)
        path = write(f"{here}/crowd.jsonl", (line for pid in range(1, PROCESSES + 1) for line in with_a_socket(pid)))
        bounded(f"{PROCESSES:,} processes, each with a socket", path, *limits)


def a_directory_may_hold_more_files_than_a_process_mappings():
    with scratch() as here:
        for pid in range(1, 70001):
            write(f"{here}/{pid}.p.jsonl", [process(1, pid, 0), call(2, pid, "socket", ret=3, newsock=pid)])
        bounded("seventy thousand files", here, 40, 768)


def watched(*command):
    """What a command says on standard error where that is a terminal."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=plain_env())
    os.close(theirs)
    said = b""
    try:
        while more := os.read(ours, 4096):
            said += more
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return child.wait(LONG), said.decode()


def reading_shows_itself():
    with scratch() as here:
        # what takes long enough to be worth a word is the machine's to say
        for calls in (400_000, 1_200_000, 3_600_000):
            run(f"{BUILD}/tests/bench/big_trace", here, str(calls))
            status, said = watched(CHECKED, "stats", here)
            if said:
                break
        tap.ok(status == 0 and "% of" in said, "on a terminal long reading says how far it is", said)
        tap.ok(re.search(r"\r +\r$", said), "and leaves nothing of it behind", said[-200:])
        result = run(VIEWER, "stats", here, timeout=LONG)
        tap.ok(result.status == 0 and result.err == "", "elsewhere it says nothing", repr(result)[:500])


def a_reader_may_go_away():
    with scratch() as here:
        run(f"{BUILD}/tests/bench/big_trace", here, "20000")
        line = f"{VIEWER} tree --every {here} | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
        result = run("bash", "-c", line, timeout=LONG)
        tap.ok(result.out.strip() in ("0", "141") and result.err == "", "head -1 ends it quietly", repr(result))


tap.run(
    lies_do_no_harm,
    proportions_are_kept,
    a_directory_may_hold_more_files_than_a_process_mappings,
    reading_shows_itself,
    a_reader_may_go_away,
)
