#!/usr/bin/python3
"""bad: what cannot be read is named with its line, with status 2; no input makes the viewer crash (ASan, UBSan)."""

import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import BUILD, plain_env, program, run, scratch, traced_env

CHECKED = os.path.join(BUILD, "sanitized", "socktrace")
CRASH = re.compile(r"Sanitizer|runtime error|Segmentation")
COMMANDS = ("timeline", "lesson", "tree", "canon")
NOBODY = 65534


def socktrace(*args, cwd=None, before=()):
    """The viewer with sanitizers. Leaks are none of a short program's concern, all else ends it with status 99."""
    env = plain_env(
        ASAN_OPTIONS="detect_leaks=0:exitcode=99", UBSAN_OPTIONS="halt_on_error=1:exitcode=99:print_stacktrace=1"
    )
    return run(*before, CHECKED, *args, cwd=cwd, env=env)


def refused(name, result, *said):
    """Status 2, one message that names these parts, nothing on standard output."""
    good = (
        result.status == 2 and result.out == "" and result.err.count("\n") == 1 and all(s in result.err for s in said)
    )
    tap.ok(good and not CRASH.search(result.err), name, f"wanted status 2 and one line with {said}\n{result}")


def write(path, content):
    with open(path, "wb") as f:
        f.write(content)
    return path


def recorded(here, *command):
    """A good trace to spoil: {name: bytes}."""
    out = os.path.join(here, "good")
    result = run(*(command or (program("pair"),)), env=traced_env(out))
    if result.status:
        raise AssertionError(repr(result))
    traces = {}
    for name in os.listdir(out):
        with open(os.path.join(out, name), "rb") as f:
            traces[name] = f.read()
    return traces


def nothing_to_read():
    with scratch() as here:
        for command in COMMANDS:
            refused(f"{command}: no trace here", socktrace(command, cwd=here), "socktrace.out")
            refused(f"{command}: a directory that is not there", socktrace(command, f"{here}/none"), f"{here}/none")
        os.mkdir(f"{here}/empty")
        refused("an empty directory", socktrace("timeline", f"{here}/empty"), f"{here}/empty")
        refused("an empty file", socktrace("timeline", write(f"{here}/a.jsonl", b"")), "a.jsonl")


def not_a_trace():
    with scratch() as here:
        refused("a file of zeros", socktrace("timeline", write(f"{here}/zeros.jsonl", bytes(8192))), "zeros.jsonl")
        foreign = b'{"time":"2026-01-01","level":"info"}\n{"time":"2026-01-02","level":"warn"}\n'
        refused("JSON of another program", socktrace("timeline", write(f"{here}/log.jsonl", foreign)), "log.jsonl:1")
        refused("no JSON at all", socktrace("timeline", write(f"{here}/text.jsonl", b"hello\nworld\n")), "text.jsonl:1")
        refused("an ELF file", socktrace("timeline", program("pair")), program("pair"))


def newer_version():
    with scratch() as here:
        name, good = next(iter(recorded(here).items()))
        path = write(f"{here}/{name}", good.replace(b'"v":1', b'"v":99', 1))
        refused("a newer version of the format", socktrace("timeline", path), name, "99")


def torn_last_line():
    with scratch() as here:
        name, good = max(recorded(here).items(), key=lambda item: len(item[1]))
        lines = [l for l in good.split(b"\n") if l and not l.startswith(trace.PAD)]
        whole = socktrace("timeline", write(f"{here}/{name}", b"\n".join(lines[:-1]) + b"\n"))
        torn = socktrace("timeline", write(f"{here}/{name}", b"\n".join(lines[:-1]) + b"\n" + lines[-1][:40]))
        tap.equal((torn.status, torn.out), (0, whole.out), "a torn last line is left out")
        tap.equal(whole.status, 0, "what stands before it is read")


def a_bad_line_in_the_middle():
    with scratch() as here:
        name, good = max(recorded(here).items(), key=lambda item: len(item[1]))
        lines = [l for l in good.split(b"\n") if l and not l.startswith(trace.PAD)]
        lines[2] = lines[2][:60]
        result = socktrace("timeline", write(f"{here}/{name}", b"\n".join(lines) + b"\n"))
        tap.ok(
            result.status == 0 and f"{name}:3" in result.out + result.err,
            "a bad line is named, the others are shown",
            repr(result),
        )


def no_permission():
    """Root may read everything: as nobody."""
    if os.geteuid() != 0:
        tap.skip("a directory without permission", "needs root to become somebody else")
        return
    with scratch() as here:
        os.chmod(here, 0o755)
        os.mkdir(f"{here}/closed", 0o700)
        copy = f"{here}/socktrace"
        with open(CHECKED, "rb") as f:
            write(copy, f.read())
        os.chmod(copy, 0o755)
        env = plain_env(ASAN_OPTIONS="detect_leaks=0:exitcode=99")
        result = run(
            "setpriv",
            f"--reuid={NOBODY}",
            f"--regid={NOBODY}",
            "--clear-groups",
            copy,
            "timeline",
            f"{here}/closed",
            cwd=here,
            env=env,
        )
        refused("a directory without permission", result, f"{here}/closed", "Permission denied")


def spoiled_traces_do_not_crash():
    dice = random.Random(2026)
    with scratch() as here:
        traces = recorded(here, program("unix_pair"), "@socktrace-bad-" + str(os.getpid()))
        crashes = []
        for turn in range(60):
            os.mkdir(f"{here}/{turn}")
            for name, content in traces.items():
                write(f"{here}/{turn}/{name}", spoil(content, dice))
            for command in COMMANDS:
                result = socktrace(command, f"{here}/{turn}")
                if result.status not in (0, 2) or CRASH.search(result.err):
                    crashes.append(f"{command}, spoiled trace {turn}: {result}")
            result = socktrace("diff", f"{here}/good", f"{here}/{turn}")
            if result.status not in (0, 1, 2, 3) or CRASH.search(result.err):
                crashes.append(f"diff, spoiled trace {turn}: {result}")
        tap.ok(not crashes, f"{60 * len(COMMANDS)} runs on spoiled traces end with 0 or 2", "\n".join(crashes[:3]))


WAITS_BEFORE_ITS_PROCESS = b"""\
{"ev":"process","t":50490926047650,"tid":430,"v":1,"pid":430,"ppid":1,"started":5,"realtime":[1796075564,1],"start":"exec","exe":"/x","argv":["x"],\
"cwd":"/","host":"h","boot":"0a3ff0fc-3df1-417f-9172-56ae174deb0d","netns":1,"pidns":1,"uid":0,"libc":"glibc 2.36","libc_calls":true,"shim":"0.1.0"}
{"ev":"pending","t":2147483647,"tid":430,"call":"wait","args":{}}
{"ev":"exit","t":50490928541659,"tid":430,"how":"exit","status":0,"open":[]}
{"ev":"exit","t":50490928034147,"tid":431,"how":"exit","status":0,"open":[]}
"""


def a_wait_that_ends_nowhere():
    with scratch() as here:
        path = write(f"{here}/430.x.jsonl", WAITS_BEFORE_ITS_PROCESS)
        result = socktrace("timeline", path)
        tap.ok("still waiting in wait" in result.out or "was waiting in wait" in result.out, "a wait from before its process is drawn", result)
        tap.ok(not CRASH.search(result.err), "without a crash", result)


def spoil(content, dice):
    """Bytes changed, a piece cut out, or a piece twice."""
    content = bytearray(content)
    for _ in range(dice.randrange(1, 6)):
        at, count = dice.randrange(len(content)), dice.randrange(1, 200)
        what = dice.randrange(4)
        if what == 0:
            content[at] = dice.randrange(256)
        elif what == 1:
            content[at] = dice.choice(b'"{}[],:0-9\\\n\x00')
        elif what == 2:
            del content[at : at + count]
        else:
            content[at:at] = content[at : at + count]
        content = content or bytearray(b"{")
    return bytes(content)


def unwritable_directory():
    """The shim: one line on standard error, and the program runs on."""
    with scratch() as here:
        write(f"{here}/file", b"")
        result = run(program("pair"), env=traced_env(f"{here}/file/out"))
        tap.equal(
            (result.status, result.out, result.err.count("\n")),
            (0, "parent got over\n", 1),
            "no directory can be made: the program runs on, with one line on standard error",
        )
        tap.contains(result.err, f"{here}/file/out", "which names the directory")


tap.run(
    nothing_to_read,
    not_a_trace,
    newer_version,
    torn_last_line,
    a_bad_line_in_the_middle,
    no_permission,
    spoiled_traces_do_not_crash,
    a_wait_that_ends_nowhere,
    unwritable_directory,
)
