#!/usr/bin/python3
"""followed: what a traced program starts is traced too, and says nothing, however the shim was named to the dynamic linker."""

import ctypes.util
import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import SHIM, plain_env, program, run, scratch, traced_env


def traces_of(out, name):
    return len([path for path in trace.files(out) if os.path.basename(path).split(".")[1] == name])


def a_name_may_be_searched_for():
    """A bare one, and one in which the dynamic linker replaces something, is no name for what is started from elsewhere."""
    with scratch() as here:
        shutil.copy(SHIM, here)
        shutil.copy("/bin/sh", here)
        for name in ("libsocktrace.so", "$ORIGIN/libsocktrace.so", "$ORIGIN/libsocktrace.so:libsocktrace.so"):
            for follow, wanted in (("1", 2), ("0", 0)):
                out = os.path.join(here, f"out{follow}")
                shutil.rmtree(out, ignore_errors=True)
                env = plain_env(LD_PRELOAD=name, LD_LIBRARY_PATH=here, SOCKTRACE_OUT=out, SOCKTRACE_FOLLOW=follow)
                result = run(f"{here}/sh", "-c", f"unset LD_LIBRARY_PATH; {program('pair')}", env=env)
                what = f"LD_PRELOAD={name}, SOCKTRACE_FOLLOW={follow}: {wanted} traces of what a shell runs"
                tap.equal((traces_of(out, "pair"), result.err), (wanted, ""), what)


def a_list_may_be_long():
    """Longer than two paths: the libraries beside ours are the same a thousand times."""
    with scratch() as here:
        shutil.copy(SHIM, here)
        libraries = ["./libsocktrace.so"] + [ctypes.util.find_library("m")] * 1000
        env = plain_env(LD_PRELOAD=":".join(libraries), SOCKTRACE_OUT=f"{here}/out")
        result = run("sh", "-c", f"cd / && {program('pair')}", cwd=here, env=env)
        tap.equal((result.status, result.err), (0, ""), "a thousand libraries beside it: what is started from elsewhere runs as untraced")
        tap.equal(traces_of(f"{here}/out", "pair"), 2, "and is traced")


# execve, with a variable twice in the environment.
TWICE = """
import ctypes, os, sys
def strings(*s):
    return (ctypes.c_char_p * (len(s) + 1))(*s, None)
ours = b"LD_PRELOAD=" + os.environb[b"LD_PRELOAD"]
ctypes.CDLL(None).execve(os.fsencode(sys.argv[1]), strings(b"pair"), strings(ours, b"LD_PRELOAD=libm.so.6"))
"""


def of_two_lists_the_last_counts():
    with scratch() as here:
        result = run(sys.executable, "-c", TWICE, program("pair"), env=traced_env(f"{here}/out"))
        tap.equal((result.out, result.err), ("parent got over\n", ""), "LD_PRELOAD twice in an environment: the program runs")
        tap.equal(traces_of(f"{here}/out", "pair"), 2, "and is traced, though the dynamic linker goes by the last")


# How many bytes of arguments fit, with an empty environment: execve, fexecve, posix_spawn.
LIMIT = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_STACK, (512 << 10, 512 << 10))
program = os.open("/bin/true", os.O_RDONLY)
def fits(way, size):
    arguments = ["true"] + ["x" * 99] * (size // 100) + ["x" * (size % 100)]
    if way == "spawn":
        try:
            pid = os.posix_spawn("/bin/true", arguments, {})
        except OSError:
            return False
    else:
        pid = os.fork()
        if pid == 0:
            try:
                os.execve("/bin/true" if way == "path" else program, arguments, {})
            except OSError:
                os._exit(1)
    return os.waitpid(pid, 0)[1] == 0
for way in "path", "file", "spawn":
    low, high = 1000, 1 << 20
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(way, middle) else (low, middle)
    print(way, low)
"""


def what_just_fits_fits_traced():
    """The program goes untraced then: with what it needs to be traced it is too long."""
    with scratch() as here:
        plain = run(sys.executable, "-c", LIMIT)
        traced = run(sys.executable, "-c", LIMIT, env=traced_env(f"{here}/out"))
        tap.equal((traced.out, traced.err), (plain.out, plain.err), "as many bytes of arguments can be passed as untraced")
        tap.ok(len(plain.out.split()) == 6, "which has been found out", plain)


NO_ENVIRONMENT = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
arguments = (ctypes.c_char_p * 2)(b"true", None)
print(libc.fexecve(os.open("/bin/true", os.O_RDONLY), arguments, None), os.strerror(ctypes.get_errno()))
"""


def what_libc_refuses_is_refused():
    with scratch() as here:
        result = run(sys.executable, "-c", NO_ENVIRONMENT, env=traced_env(f"{here}/out"))
        tap.equal((result.status, result.out, result.err), (0, "-1 Invalid argument\n", ""), "fexecve without an environment is refused as untraced")


def paths_are_found_without_proc():
    with scratch() as here:
        shutil.copy(SHIM, here)
        os.mkdir(f"{here}/elsewhere")
        traced = f"LD_PRELOAD=./libsocktrace.so SOCKTRACE_OUT=out sh -c 'cd elsewhere && {program('pair')}'"
        within = run("unshare", "-m", "sh", "-c", f"umount -l /proc && {traced}", cwd=here)
        if "unshare:" in within.err:
            tap.skip("relative names without /proc", "no mount namespace to be had")
            return
        tap.equal((within.status, within.err), (0, ""), "relative names without /proc: what is started from elsewhere runs as untraced")
        tap.equal(traces_of(f"{here}/out", "pair"), 2, "and is traced, in the directory that was meant")


def threads_may_start_shells_at_once():
    """`environ` is lent to each of them for that long, and is afterwards, and in a child, what it was."""
    for only in "shells,pair", "pair":
        with scratch() as here:
            env = traced_env(f"{here}/out", SOCKTRACE_ONLY=only)
            result = run(program("shells"), f"{program('pair')} >/dev/null", env=env)
            what = f"SOCKTRACE_ONLY={only}: four threads run shells"
            tap.equal((result.status, result.out, result.err), (0, "", ""), f"{what}: nothing is left in the environment")
            tap.equal(traces_of(f"{here}/out", "pair"), 2 * 100, f"{what}: all that they start is traced")


def libc_has(name):
    try:
        return bool(getattr(ctypes.CDLL("libc.so.6"), name))
    except AttributeError:
        return False


def a_child_may_be_known_by_a_descriptor():
    """By glibc's pidfd_spawn, from 2.39 on; where it has none, nobody finds one."""
    with scratch() as here:
        env = traced_env(f"{here}/out")
        if not libc_has("pidfd_spawn"):
            look = "import ctypes; print(hasattr(ctypes.CDLL(None), 'pidfd_spawn'))"
            tap.equal(run(sys.executable, "-c", look, env=env).out, "False\n", "a function that this libc has not is not found")
            return
        result = run(program("pidfd_spawns"), env=env)
        tap.equal((result.status, result.err), (0, ""), "pidfd_spawn: the program runs as untraced")
        err, child = map(int, result.out.split())
        events = trace.read(f"{here}/out")
        made, failed = trace.calls(events, "pidfd_spawn")[::-1]
        tap.equal((failed["ret"], failed["err"], "child" in failed), (err, "ENOENT", False), "one that finds no program is told")
        tap.equal((made["ret"], made["args"]["argv"][1], made["child"]), (0, "7", child), "one that does, too, with the child's pid")
        mine = [e for e in events if e["pid"] == made["pid"]]
        sockets = trace.calls(mine, "socketpair")[0]["newsocks"]
        tap.equal([e["sock"] for e in mine[-1]["open"]], sockets, "what its file actions close is closed in the child alone")
        theirs = [e for e in events if e["pid"] == child and e["ev"] in ("inherit", "call") and e.get("via") != "libc"]
        tap.equal([(e["fd"], e["sock"]) for e in theirs], [(7, sockets[1])] * 2, "and the child has, and uses, what they gave it")


tap.run(
    a_name_may_be_searched_for,
    a_list_may_be_long,
    of_two_lists_the_last_counts,
    what_just_fits_fits_traced,
    what_libc_refuses_is_refused,
    paths_are_found_without_proc,
    threads_may_start_shells_at_once,
    a_child_may_be_known_by_a_descriptor,
)
