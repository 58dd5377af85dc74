#!/usr/bin/python3
"""commands: the command line: help, mistakes, exit statuses, files, `run`."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import xml.dom.minidom

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import VIEWER, free_port, plain_env, program, run, scratch, viewer

CASE = os.path.join(HERE, "cases/two_clients")


def refused(name, *args, says=()):
    shown = viewer(*args)
    good = shown.status == 2 and not shown.out and shown.err.count("\n") == 1 and all(s in shown.err for s in says)
    tap.ok(good, name, f"{shown}")


def without_a_command_the_help():
    shown = viewer()
    tap.equal(shown.status, 0, "status 0")
    for command in ("run", "probe", "timeline", "lesson", "tree", "stats", "sockaddr", "pack", "canon", "diff", "export", "help"):
        tap.contains(shown.out, f"\n  {command} ", f"lists {command}")
        for asked in ((command, "--help"), (command, "-h"), ("help", command)):
            told = viewer(*asked)
            tap.ok(told.status == 0 and told.out.startswith(f"Usage: socktrace {command}"), " ".join(asked), told)
    tap.contains(viewer("timeline", "--help").out, "--conn=c1,c4", "a command's own options are in its help")
    tap.contains(viewer("--version").out, "socktrace ", "--version")


def a_slip_of_the_finger_is_answered_with_the_nearest():
    refused("a command", "timelien", CASE, says=("did you mean `timeline`?",))
    refused("its beginning", "time", CASE, says=("did you mean `timeline`?",))
    refused("an option", "timeline", "--asci", CASE, says=("did you mean `--ascii`?",))
    refused("nothing near", "frobnicate", says=("socktrace help",))
    refused("an option before any command", "--verison", says=("did you mean `--version`?",))
    refused("a letter that is no option", "stats", "-q", CASE, says=("unknown option `-q`", "--help"))
    tap.contains(viewer("--help", "tree").out, "Usage: socktrace tree", "--help before a command is about it")
    refused("no number", "timeline", "--width=wide", CASE, says=("--width=wide", "72"))
    refused("too narrow", "timeline", "--width=71", CASE, says=("72",))
    refused("no choice", "timeline", "--color=pink", CASE, says=("auto|always|never",))
    refused("a value too many", "timeline", "--ascii=yes", CASE, says=("no value",))
    refused("a value missing", "timeline", CASE, "-o", says=("FILE",))
    refused("no such connection", "timeline", "--conn=c9", CASE, says=("c1 to c2",))
    refused("an end of a list", "timeline", "--conn=c1,", CASE, says=("c1 to c2",))
    refused("no such process", "timeline", "--pid=7", CASE, says=("9809, 9811, 9812",))
    refused("no such call", "timeline", "--call=akcept", CASE, says=("did you mean `accept`?",))
    refused("no call at all", "timeline", "--call=", CASE, says=("no call ``",))
    refused("no time", "timeline", "--from=soon", CASE, says=("1.5s", "200ms", "soon"))
    refused("time running backwards", "timeline", "--from=2s", "--to=1s", CASE, says=("before",))
    refused("standard input again and again", "timeline", "--follow", "-", says=("--follow", "`-`"))
    refused("nothing to accept", "lesson", "--accept", os.path.join(HERE, "cases/address_in_use"), says=("no accept",))
    refused("a refused one", "lesson", "--accept", "--conn=c1", os.path.join(HERE, "cases/connect_refused"), says=("refused",))
    refused("no control byte comes through", "time\x1b[31mline", says=("\\x1b",))


def a_choice_leaves_the_rest_out_and_says_so():
    def told(*options):
        return viewer("timeline", *options, CASE, LC_ALL="C.UTF-8").out

    reads = told("--call=read", "--conn=c2,c1")
    tap.contains(reads, "Only c2 c1, calls read: 8 of 40 steps", "what was asked for, and how much that is")
    tap.ok("read 4  6 B" in reads and "write" not in reads and "accept" not in reads, "these calls and no others", reads)
    both = told("--call=read", "--conn=c2", "--pid=9812")
    tap.ok("read 3  7 B" in both and "read 4" not in both, "choices combine", both)
    tap.equal(told("--from=0", "--to=1000s"), told("--from=0s", "--to=1e6ms"), "units are what they say")
    tap.contains(told("--from=5s"), "None of 40 steps in 0.31 s is left: only from 5.000 s was asked for", "nothing is left: it is said")
    tap.contains(told("--errors"), "only what failed and what led to it was", "no failure: it is said")


def what_a_row_is_depends_on_how_much_there_is():
    many = os.path.join(HERE, "cases/fifty_clients_of_nginx")
    whole = viewer("timeline", many, LC_ALL="C.UTF-8").out
    tap.contains(whole, "+46 like c6", "many connections have a line each, those that went alike one")
    tap.contains(whole, "refused", "a failure is never among them")
    tap.contains(whole, "--conn=c28", "and it says how to see that one")
    tap.equal(viewer("timeline", "--rows=connections", many, LC_ALL="C.UTF-8").out, whole, "asked for, it is the same")
    steps = viewer("timeline", "--rows=steps", many, LC_ALL="C.UTF-8").out
    tap.ok(steps.count("call connect") >= 46 and "like c6" not in steps, "--rows=steps draws every one", steps[-500:])
    tap.contains(viewer("timeline", "--conn=c6", many).out, "GET / HTTP", "one of them is drawn step by step")
    part = viewer("timeline", "--from=1.4", "--rows=connections", many, LC_ALL="C.UTF-8").out
    tap.ok("1.400" in part and "\nc6 " not in part, "of a part of the time, what happened in it", part)


def files_are_written_by_their_ending():
    with scratch() as directory:
        for command in ("timeline", "lesson", "tree", "sockaddr"):
            svg, text = (os.path.join(directory, command + ending) for ending in (".svg", ".txt"))
            tap.equal(viewer(command, "-o", svg, CASE).status, 0, f"{command} writes .svg")
            document = xml.dom.minidom.parse(svg)
            tap.contains(document.documentElement.toxml(), "15213", f"{command}.svg is XML and names the server's port")
            tap.equal(viewer(command, "-o", text, CASE).status, 0, f"{command} writes .txt")
            tap.equal(open(text).read(), viewer(command, CASE).out, f"{command}.txt is what a pipe gets")
        svg = os.path.join(directory, "accept.svg")
        viewer("lesson", "--accept", "-o", svg, os.path.join(HERE, "cases/forking_server"))
        tap.contains(xml.dom.minidom.parse(svg).documentElement.toxml(), "connfd(4)", "lesson --accept is drawn as SVG too")
        svg = os.path.join(directory, "many.svg")
        viewer("timeline", "-o", svg, os.path.join(HERE, "cases/fifty_clients_of_nginx"))
        tap.contains(xml.dom.minidom.parse(svg).documentElement.toxml(), "+46 like c6", "many connections are drawn as SVG too")
        refused("an unknown ending", "timeline", "-o", os.path.join(directory, "x.gif"), CASE, says=(".txt", ".svg"))
        refused("no such directory", "timeline", "-o", os.path.join(directory, "none/x.txt"), CASE, says=("none/x.txt",))
        hostile = os.path.join(directory, "hostile.svg")
        viewer("timeline", "-o", hostile, os.path.join(HERE, "cases/hostile_bytes"))
        tap.contains(xml.dom.minidom.parse(hostile).documentElement.toxml(), "&lt;b&gt;&amp;amp;", "payloads are escaped in SVG")


def a_reader_that_goes_away_is_no_error():
    env = plain_env()
    child = subprocess.Popen([VIEWER, "timeline", CASE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    child.stdout.close()
    err = child.stderr.read()
    child.stderr.close()
    tap.ok(child.wait(10) in (0, -signal.SIGPIPE), "the status is quiet", child.returncode)
    tap.equal(err, b"", "and nothing is said")


def traced(*command, **env):
    with scratch() as directory:
        out = os.path.join(directory, "trace")
        result = run(VIEWER, "run", "-o", out, "--", *command, env=plain_env(**env))
        return result, sorted(os.listdir(out)) if os.path.isdir(out) else []


def run_ends_as_the_program_ends():
    for status in (0, 1, 77):
        tap.equal(traced("/bin/sh", "-c", f"exit {status}")[0].status, status, f"exit {status}")
    for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGSEGV"):
        number = getattr(signal, name)
        tap.equal(traced("/bin/sh", "-c", f"kill -{number} $$")[0].status, -number, f"death by {name}")


def run_says_what_it_cannot_start():
    missing, _ = traced("./no-such-program")
    tap.ok(missing.status == 127 and "not found" in missing.err, "127: no such program", missing)
    tap.equal(traced("no-such-program-in-path")[0].status, 127, "127: not in PATH")
    with scratch() as directory:
        data = os.path.join(directory, "data")
        open(data, "w").close()
        denied, _ = traced(data)
        tap.ok(denied.status == 126 and "Permission denied" in denied.err, "126: not executable", denied)
        tap.equal(traced(directory)[0].status, 126, "126: a directory")


def run_says_what_it_cannot_trace():
    with scratch() as directory:
        source, static = os.path.join(directory, "s.c"), os.path.join(directory, "static")
        open(source, "w").write("int main(void) { return 5; }\n")
        if run("cc", "-static", "-o", static, source).status == 0:
            result, _ = traced(static)
            tap.ok(result.status == 5 and "statically linked" in result.err, "a static program is run, and said to be one", result)
        script = os.path.join(directory, "script")
        open(script, "w").write(f"#!{static}\n")
        os.chmod(script, stat.S_IRWXU)
        result, _ = traced(script)
        tap.ok(result.status == 5 and static in result.err, "of a script the interpreter counts", result)
        open(script, "w").write("exit 6\n")
        result, _ = traced(script)
        tap.ok(result.status == 6 and not result.err, "a script without #! is the shell's", result)


def run_records():
    result, files = traced(program("echo_client"), "127.0.0.1", str(free_port()), "hello")
    tap.ok(result.status == 1 and "refused" in result.err, "the program's own words and status", result)
    tap.ok(len(files) == 1 and files[0].endswith(".echo_client.jsonl"), "the trace is in the directory asked for", files)
    with scratch() as directory:
        shown = run(VIEWER, "run", "-o", os.path.join(directory, "t"), "--show", "--", program("echo_client"), "127.0.0.1",
                    str(free_port()), "hello", env=plain_env(LC_ALL="C.UTF-8"))
        tap.ok(shown.status == 1 and "ECONNREFUSED: nobody listens there" in shown.out, "--show draws it", shown)
        shown = run(VIEWER, "run", "-o", os.path.join(directory, "t"), "--show", "--", "/bin/sh", "-c", "exit 3", env=plain_env())
        tap.ok(shown.status == 3 and not shown.out and "nothing was recorded" in shown.err,
               "a program without sockets: no older trace is drawn for it", shown)


def what_to_look_at_next_is_numbered_as_here():
    """c1 of all sessions is another connection than c1 of the latest."""
    with scratch() as directory:
        for case in "two_clients", "never_accepted":
            for name in os.listdir(os.path.join(HERE, "cases", case)):
                shutil.copy(os.path.join(HERE, "cases", case, name), directory)
        for choice in (), ("--all",):
            shown = viewer("timeline", *choice, "--rows=connections", "--width=120", directory, LC_ALL="C.UTF-8").out
            hints = [line.split("  ")[0].split()[1:] for line in shown.splitlines() if line.startswith("socktrace timeline")]
            tap.equal([[word for word in hint if word == "--all"] for hint in hints], [list(choice)] * 3, f"{choice}: each hint has it")
            number = hints[0][-1].removeprefix("--conn=")
            client = re.search(rf"^{number} +P\d+ (\w+)", shown, re.M)[1]
            drawn = viewer(*hints[0], directory, LC_ALL="C.UTF-8").out
            tap.ok(re.search(rf"^{number}  P\d+ ", drawn, re.M) and client in drawn, f"{choice}: the first draws the connection of {client}", drawn)


def the_kernel_is_named_where_no_address_was_given():
    netlink = "import socket as s; s.socket(s.AF_NETLINK, s.SOCK_RAW, 0).send(bytes([16] + [0] * 15))"
    with scratch() as directory:
        result = run(VIEWER, "run", "-o", directory, "--", "/usr/bin/python3", "-c", netlink, env=plain_env())
        tap.equal((result.status, result.err), (0, ""), "a request to the kernel")
        shown = viewer("timeline", "--rows=connections", "--width=80", directory, LC_ALL="C.UTF-8").out
        tap.ok("\nTo the kernel " in shown, "goes to the kernel", shown)


tap.run(without_a_command_the_help, a_slip_of_the_finger_is_answered_with_the_nearest,
        a_choice_leaves_the_rest_out_and_says_so, what_a_row_is_depends_on_how_much_there_is, files_are_written_by_their_ending,
        a_reader_that_goes_away_is_no_error, run_ends_as_the_program_ends, run_says_what_it_cannot_start,
        run_says_what_it_cannot_trace, run_records, what_to_look_at_next_is_numbered_as_here,
        the_kernel_is_named_where_no_address_was_given)
