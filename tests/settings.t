#!/usr/bin/python3
"""settings: where traces go, what they are called, how much they hold."""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
import trace
from run import BUILD, SHIM, plain_env, program, run, scratch, traced_env

HERE_AND_AWAY = """
import os, socket
a, b = socket.socketpair()
os.chdir('/')
a.send(b'x')
os.execv('/usr/bin/python3', ['python3', '-c', 'import socket; socket.socketpair()'])
"""


def traces(out):
    """Their names; an image that ended by exec has a live file still."""
    return sorted({re.sub(r"^\d+", "PID", n).replace(".live.", ".") for n in os.listdir(out)})


def a_relative_shim_and_directory_survive_chdir():
    with scratch() as here:
        os.symlink(SHIM, f"{here}/libsocktrace.so")
        os.symlink("/usr/bin/python3", f"{here}/my python:3")
        result = run("./my python:3", "-c", HERE_AND_AWAY, cwd=here, env=plain_env(LD_PRELOAD="./libsocktrace.so"))
        tap.equal((result.status, result.err), (0, ""), "a program that goes to / and execs runs as untraced")
        tap.equal(os.listdir(here).count("socktrace.out"), 1, "the default directory is made where it was started")
        names = traces(f"{here}/socktrace.out")
        tap.equal(len(names), 2, "the image after exec records into the same directory")
        pids = {n.split(".")[0] for n in os.listdir(f"{here}/socktrace.out")}
        tap.equal(len(pids), 1, "under the same pid")
        events = trace.read(f"{here}/socktrace.out")
        tap.equal(
            [e["cwd"] for e in events if e["ev"] == "process"],
            [os.path.realpath(here), "/"],
            "each image says where it was",
        )


def same_name_gets_a_number():
    with scratch() as here:
        run(os.path.join(BUILD, "tests/shim/exec_inherits_sockets"), env=traced_env(f"{here}/out"))
        tap.equal(
            traces(f"{here}/out"),
            ["PID.exec_inherits_sockets.1.jsonl", "PID.exec_inherits_sockets.jsonl"],
            "the second image of a pid and name is .1",
        )


def data_of(count):
    with scratch() as here:
        run(program("pair"), env=traced_env(f"{here}/out", SOCKTRACE_DATA=str(count)))
        return [e.get("data") for e in trace.read(f"{here}/out") if e["ev"] == "call" and e["call"] == "write"]


def data_is_as_long_as_asked():
    tap.equal(data_of(2), ["ov", "ov"], "SOCKTRACE_DATA=2 keeps two bytes")
    tap.equal(data_of(0), [None, None], "SOCKTRACE_DATA=0 keeps none")
    tap.equal(data_of(1000), ["over\n", "over\n"], "a large one keeps what there is")


def only_named_programs_record():
    lists = (("other,pair", 2), ("other,pai,pairs", 0), (" pair , other", 2), ("other,  pair", 2), ("other,\tpair\n", 2))
    with scratch() as here:
        for names, wanted in lists:
            run(program("pair"), env=traced_env(f"{here}/{names}", SOCKTRACE_ONLY=names))
            found = len(glob.glob(f"{here}/{names}/*.pair.jsonl"))
            tap.equal(found, wanted, f"SOCKTRACE_ONLY={names!r}: {wanted} traces of pair and its child")


def a_link_or_a_script_is_named_as_it_is_started():
    with scratch() as here:
        link, script = f"{here}/linked", f"{here}/scripted"
        os.symlink(program("pair"), link)
        with open(script, "w", encoding="ascii") as f:
            f.write(f"#!{program('pair')}\n")
        os.chmod(script, 0o755)
        for name, path, traces in (("linked", link, 2), ("pair", link, 2), ("scripted", script, 2), ("scripted", link, 0)):
            out = f"{here}/{name}.{os.path.basename(path)}"
            run(path, env=traced_env(out, SOCKTRACE_ONLY=name))
            tap.equal(len(glob.glob(f"{out}/*.jsonl")), traces, f"SOCKTRACE_ONLY={name}: started as {os.path.basename(path)}")


def others_are_followed_or_not():
    script = f"{program('pair')}; env -i {program('pair')}"
    with scratch() as here:
        for follow, wanted in (("1", 4), ("0", 0)):
            run("sh", "-c", script, env=traced_env(f"{here}/{follow}", SOCKTRACE_FOLLOW=follow))
            found = len(glob.glob(f"{here}/{follow}/*.pair.jsonl"))
            tap.equal(found, wanted, f"SOCKTRACE_FOLLOW={follow}: {wanted} traces of what a shell runs, env -i included")


BY_VFORK = "import subprocess, sys; subprocess.run(sys.argv[1:], env={}, close_fds=False)"


def a_cleaned_environment_keeps_the_settings():
    """What the user did not want in a trace is in none, and who is none of the named passes on what they need."""
    settings = {"SOCKTRACE_DATA": "0", "SOCKTRACE_STACK": "2", "SOCKTRACE_LIBC": "off", "SOCKTRACE_ONLY": "x,pair"}
    for cleaned in ["env", "-i"], [sys.executable, "-c", BY_VFORK], ["env", "-i", "sh", "-c", '"$0"']:
        with scratch() as here:
            result = run(*cleaned, program("pair"), env=traced_env(f"{here}/out", **settings))
            what = f"{os.path.basename(cleaned[0])} {' '.join(cleaned[1:])[:9]}, an empty environment"
            tap.equal((result.out, result.err), ("parent got over\n", ""), f"{what}: the program runs")
            events = trace.read(f"{here}/out")
            files = {e["file"].split(".")[1] for e in events}
            tap.equal(files, {"pair"}, f"{what}: SOCKTRACE_ONLY holds")
            writes = trace.calls(events, "write")
            tap.equal([("data" in e, len(e["stack"])) for e in writes], [(False, 2)] * 2, f"{what}: SOCKTRACE_DATA and _STACK hold")
            why = {e["libc_why"] for e in events if e["ev"] == "process"}
            tap.equal(why, {"SOCKTRACE_LIBC=off"}, f"{what}: SOCKTRACE_LIBC holds")


def settings_may_be_long():
    """No longer than what the kernel gives a program, that is."""
    zeros = "0" * 8000
    numbers = {"SOCKTRACE_DATA": "5", "SOCKTRACE_STACK": "1", "SOCKTRACE_FOLLOW": "1", "SOCKTRACE_MAX": "1000000"}
    with scratch() as here:
        env = traced_env(f"{here}/out", SOCKTRACE_ONLY="x" * 12000 + ",pair", **{name: zeros + value for name, value in numbers.items()})
        result = run("env", "-i", program("pair"), env=env)
        tap.equal((result.status, result.out, result.err), (0, "parent got over\n", ""), "settings of thousands of characters: the program runs")
        writes = trace.calls(trace.read(f"{here}/out"), "write")
        tap.equal([(e["data"], len(e["stack"])) for e in writes], [("over\n", 1)] * 2, "and they hold")


def a_sandbox_goes_without_us_where_others_record():
    """As it does from a process that records itself: our start makes system calls that a filter may punish."""
    with scratch() as here:
        env = traced_env(f"{here}/out", SOCKTRACE_ONLY="nobody")
        result = run(os.path.join(BUILD, "tests/shim/sandboxed_exec_lives"), env=env)
        tap.equal((result.status, result.err), (0, ""), "a sandboxed program that is not named execs as it does untraced")


def a_daemon_names_its_parent():
    """The parent has ended when the child's trace is made: whom the kernel names then is init."""
    with scratch() as here:
        run(os.path.join(BUILD, "tests/shim/daemon_goes_on_as_a_child"), env=traced_env(f"{here}/out"))
        parent, child = sorted((e for e in trace.read(f"{here}/out") if e["ev"] == "process"), key=lambda e: e["t"])
        tap.equal((child["start"], child["ppid"]), ("fork", parent["pid"]), "a daemon's child names who forked it")


def callers_are_told():
    with scratch() as here:
        run(program("echo_client"), "127.0.0.1", "1", env=traced_env(f"{here}/out", SOCKTRACE_STACK="3"))
        (connect,) = trace.calls(trace.read(f"{here}/out"), "connect")
        tap.ok(2 <= len(connect["stack"]) <= 3, "SOCKTRACE_STACK=3: two or three return addresses", repr(connect))
        tap.equal(connect["stack"][0], connect["pc"], "the call's own comes first")
        found = run("addr2line", "-f", "-e", program("echo_client"), *offsets(f"{here}/out", connect["stack"][:2]))
        tap.equal(found.out.split("\n")[2:3], ["main"], "the second one is in main")


def offsets(out, addresses):
    """In the file of the program, one less: within the call."""
    base = next(int(e["base"], 16) for e in trace.read(out) if e["ev"] == "module")
    return [hex(int(a, 16) - base - 1) for a in addresses]


def nonsense_is_said_once():
    """By the first program of a tree: the others find it corrected."""
    for name, value in (("DATA", "many"), ("DATA", "2049"), ("STACK", "-1"), ("MAX", "1G"), ("FOLLOW", "no")):
        with scratch() as here:
            env = traced_env(f"{here}/out", **{f"SOCKTRACE_{name}": value})
            result = run("bash", "-c", f"{program('pair')}; ls /dev/null; {program('pair')}", env=env)
            tap.ok(
                result.status == 0 and re.fullmatch(f"socktrace: SOCKTRACE_{name} must be a number[^\n]*\n", result.err),
                f"SOCKTRACE_{name}={value} is named on standard error, once in a tree of programs",
                repr(result),
            )
            tap.equal(len(glob.glob(f"{here}/out/*.pair.jsonl")), 4, "and all of them record")


def long_arguments_are_cut():
    for what, arguments, cut in (("short", ["a"] * 4, False), ("many", ["a"] * 20, True), ("long", ["a" * 9000, "b"], True)):
        with scratch() as here:
            run(program("pair"), *arguments, env=traced_env(f"{here}/out"))
            process = trace.read(f"{here}/out")[0]
            tap.equal("argv_cut" in process, cut, f"{what} arguments: argv_cut says whether there is more")


def so_are_lists_without_a_name():
    for value in (",", " , ,", "\t"):
        with scratch() as here:
            env = traced_env(f"{here}/out", SOCKTRACE_ONLY=value)
            result = run("bash", "-c", f"{program('pair')}; {program('pair')}", env=env)
            tap.ok(re.fullmatch("socktrace: SOCKTRACE_ONLY must be [^\n]*\n", result.err), f"SOCKTRACE_ONLY={value!r}", repr(result))
            tap.equal(len(glob.glob(f"{here}/out/*.pair.jsonl")), 4, "and all record")


def less_room_than_a_slot_is_refused():
    with scratch() as here:
        result = run(program("pair"), env=traced_env(f"{here}/out", SOCKTRACE_MAX="131071"))
        tap.ok("SOCKTRACE_MAX must be" in result.err, "SOCKTRACE_MAX=131071: too little to count what is lost in", repr(result))
        tap.ok(trace.calls(trace.read(f"{here}/out"), "write"), "and is not used")


def a_full_file_counts_the_rest():
    for limit in (131072, 200000):
        fill(limit)


def fill(limit):
    with scratch() as here:
        many = os.path.join(BUILD, "tests/shim/descriptor_numbers_stay")
        result = run(many, env=traced_env(f"{here}/out", SOCKTRACE_MAX=str(limit)))
        tap.equal((result.status, result.err), (0, ""), "SOCKTRACE_MAX: the program runs to its end")
        events = trace.read(f"{here}/out")
        lost = [e for e in events if e["ev"] == "lost"]
        kept = len(trace.calls(events))
        expected = len([l for l in result.out.splitlines() if " exit " not in l])
        tap.equal(
            sum(e["count"] for e in lost) - (0 if any(e["ev"] == "exit" for e in events) else 1) + kept,
            expected,
            "SOCKTRACE_MAX: what is lost is counted to the line",
        )
        sizes = sum(
            os.path.getsize(os.path.join(here, "out", n)) for n in os.listdir(f"{here}/out") if ".live." not in n
        )
        tap.ok(0.5 * limit < sizes <= limit, f"SOCKTRACE_MAX={limit}: the file has {sizes} bytes")


def file_size_limit_is_no_signal():
    """In KiB: from one block of the file to more than a slot."""
    for limit in (4, 12, 20, 24, 68, 100):
        with scratch() as here:
            many = os.path.join(BUILD, "tests/shim/descriptor_numbers_stay")
            result = run("bash", "-c", f"ulimit -f {limit}; exec {many} > /dev/null", env=traced_env(f"{here}/out"))
            tap.equal((result.status, result.err), (0, ""), f"RLIMIT_FSIZE={limit}k: the program is not killed by SIGXFSZ")
            all_told(f"RLIMIT_FSIZE={limit}k", trace.read(f"{here}/out"), len(expected_lines(many)))


def nor_among_threads():
    """All of them append to the same two files: often enough two of them do so at once."""
    with scratch() as here:
        crowd = [f"ulimit -f {limit}; exec {program('crowd')} threads 200" for limit in (60, 104, 200) * 4]
        ends = {run("bash", "-c", command, env=traced_env(f"{here}/out")).status for command in crowd}
        tap.equal(ends, {0}, "RLIMIT_FSIZE among 200 threads: none is killed by SIGXFSZ")


def expected_lines(many):
    return run(many).out.splitlines()


def all_told(what, events, expected):
    """Every line of the program is there, or counted; with it are counted at most two of objects."""
    told = sum(e["count"] for e in events if e["ev"] == "lost")
    kept = sum(e["ev"] in ("call", "exit") for e in events)
    tap.ok(told and 0 <= kept + told - expected <= 2, f"{what}: what is lost is counted", f"{kept}, {told} of {expected}")


def full_disk_stops_recording():
    """File systems of 4 to 128 KiB; only root can make one. The directory takes none of that."""
    many = os.path.join(BUILD, "tests/shim/descriptor_numbers_stay")
    expected = len(expected_lines(many))
    for size in (4, 8, 16, 40, 128):
        with scratch() as here, scratch() as kept:
            script = (
                f"mount -t tmpfs -o size={size}k none {here} && {many} >/dev/null; echo status $?; cp -r {here}/out {kept}"
            )
            result = run("unshare", "-m", "bash", "-c", script, env=traced_env(f"{here}/out"))
            if "status" not in result.out or "mount:" in result.err:
                tap.skip("a full disk", "no mount namespace to be had")
                return
            what = f"a full disk of {size} KiB"
            tap.equal(result.out.split("\n")[0], "status 0", f"{what}: the program runs to its end")
            if size == 4:
                tap.ok(re.fullmatch("socktrace: .*ENOSPC.*\n", result.err), f"{what}: what is lost is said once", repr(result))
            else:
                tap.equal(result.err, "", f"{what}: nothing is said")
                all_told(what, trace.read(f"{kept}/out"), expected)


SENDS = """
import socket
a, b = socket.socketpair()
for _ in range(2000):
    a.send(b'x'), b.recv(1)
a.close(), b.close()
"""


def under_faults(out, *faults):
    """2000 sends and receives by a program that writes nothing itself, strace answering for the kernel."""
    strace = ["strace", "-fqo/dev/null", "-etrace=write,fallocate", *(f"-einject={fault}" for fault in faults)]
    return run(*strace, "-E", f"LD_PRELOAD={SHIM}", "-E", f"SOCKTRACE_OUT={out}", "/usr/bin/python3", "-c", SENDS)


def used_up_quota_stops_recording():
    with scratch() as here:
        under_faults(f"{here}/out")
        wanted = len(trace.calls(trace.read(f"{here}/out")))
    with scratch() as here:
        result = under_faults(f"{here}/out", "write:error=EDQUOT:when=3+")
        tap.equal((result.status, result.err), (0, ""), "a quota that is used up: the program runs to its end")
        all_told("a quota that is used up", trace.read(f"{here}/out"), wanted + 1)
    with scratch() as here:
        result = under_faults(f"{here}/out", "fallocate:error=EDQUOT")
        events = trace.read(f"{here}/out")
        tap.equal(
            (result.status, len(trace.calls(events)), [e for e in events if e["ev"] == "lost"]),
            (0, wanted, []),
            "a quota with no room for a slot: line by line all is recorded",
        )


def a_full_line_leaves_out_what_it_has_no_room_for():
    """Not half of an address, which would be what is known of it from then on."""
    cut, short, marked = [], [], []
    for size in range(380, 440, 3):
        with scratch() as here:
            run(program("many_in_a_line"), str(size), env=traced_env(f"{here}/out", SOCKTRACE_DATA="2048"))
            (several,), (one,) = (trace.calls(trace.read(f"{here}/out"), name) for name in ("recvmmsg", "recvfrom"))
            peers = [m["peer"] for m in several["msgs"] if "peer" in m]
            cut += [size for peer in (*peers, one["peer"]) if len(peer["raw"]) != 2 * peer["len"]]
            short += [size] if len(peers) < 3 else []
            marked += [size] if several.get("msgs_cut", False) != (len(several["msgs"]) < 3) else []
    tap.equal(cut, [], "each address of datagrams that fill a line is there whole or not at all")
    tap.ok(short, "there are some that it has no room for")
    tap.equal(marked, [], "and it is said where there were more messages, nowhere else")


tap.run(
    a_relative_shim_and_directory_survive_chdir,
    same_name_gets_a_number,
    data_is_as_long_as_asked,
    a_full_line_leaves_out_what_it_has_no_room_for,
    only_named_programs_record,
    a_link_or_a_script_is_named_as_it_is_started,
    others_are_followed_or_not,
    a_cleaned_environment_keeps_the_settings,
    settings_may_be_long,
    a_sandbox_goes_without_us_where_others_record,
    a_daemon_names_its_parent,
    callers_are_told,
    nonsense_is_said_once,
    so_are_lists_without_a_name,
    long_arguments_are_cut,
    less_room_than_a_slot_is_refused,
    a_full_file_counts_the_rest,
    file_size_limit_is_no_signal,
    nor_among_threads,
    full_disk_stops_recording,
    used_up_quota_stops_recording,
)
