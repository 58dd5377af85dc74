#!/usr/bin/python3
"""completion: what a shell offers where somebody presses Tab."""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, VIEWER, plain_env, run, scratch, viewer
from terminal import Terminal

BASH = os.path.join(ROOT, "completion/socktrace.bash")
COMMANDS = [line.split("\t")[1] for line in viewer("help", "--complete").out.splitlines()]


def offered(*words, cwd=None):
    """What bash would offer for the last word."""
    script = f'source "{BASH}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _socktrace; printf "%s\\n" "${{COMPREPLY[@]}}"'
    result = run("bash", "-c", script, "bash", VIEWER, *words, cwd=cwd, env=plain_env(LC_ALL="C.UTF-8"))
    if result.err:
        raise AssertionError(result.err)
    return sorted(result.out.split())


def commands_are_offered():
    tap.equal(offered(""), sorted([*COMMANDS, "--help", "--version"]), "all of them")
    tap.equal(offered("ti"), ["timeline"], "those that begin so")
    tap.equal(offered("help", "so"), ["sockaddr"], "and as the operand of help")


def options_are_those_of_the_command():
    tap.ok({"--conn=", "--width=", "--ascii", "-o"} <= set(offered("timeline", "-")), "its own, and those it shares")
    tap.equal(offered("tree", "--ev"), ["--every"], "those that begin so")
    tap.equal(offered("run", "--w"), [], "not those of another")
    for command in COMMANDS:
        told = viewer(command, "--help").out
        missing = [o for o in offered(command, "-") if o not in told]
        tap.equal(missing, [], f"{command}: its help knows all that is offered")


def values_are_offered():
    tap.equal(offered("stats", "--color", "=", "al"), ["always"], "--color=al: a choice")
    tap.equal(offered("stats", "--format", "="), ["json", "pdf", "png", "svg", "text"], "--format=: all choices")
    with scratch() as here:
        for name in ("a.jsonl", "b.svg", "c.txt"):
            open(os.path.join(here, name), "w").close()
        os.mkdir(os.path.join(here, "d"))
        tap.equal(offered("stats", "-o", "", cwd=here), ["a.jsonl", "b.svg", "c.txt", "d"], "-o: files")
        tap.equal(offered("run", "-o", "", cwd=here), ["d"], "run -o: directories")
        tap.equal(offered("stats", "", cwd=here), ["a.jsonl", "d"], "traces: directories and .jsonl")
        tap.equal(offered("stats", "--ascii", "a", cwd=here), ["a.jsonl"], "an option without a value takes none")
    tap.ok("ST012-io-on-listenfd" in offered("explain", "ST012"), "rules")
    tap.ok("true" in offered("probe", "tru"), "programs")


def bash_does_it_on_a_terminal():
    with scratch() as here, Terminal("bash", "--norc", "-i", cwd=here, PATH=f"{os.path.dirname(VIEWER)}:{os.environ['PATH']}",
                                     PS1="READY ", HOME=here) as bash:
        bash.wait_for("READY ")
        bash.type(f"source {BASH}\r")
        bash.wait_for("READY ")
        bash.type("socktrace hel\ttimel\t\r")
        seen = bash.wait_for("Usage: socktrace [a-z]+")
        tap.contains(seen, "Usage: socktrace timeline", "hel<Tab> timel<Tab> is help timeline")
        bash.wait_for("READY ")
        bash.type("socktrace timeline --wid\t1\r")
        tap.contains(bash.wait_for("from 72"), "--width=1", "--wid<Tab>1 is --width=1: no blank comes between")


def zsh_does_it_on_a_terminal():
    if not shutil.which("zsh"):
        tap.skip("zsh completes", "no zsh here")
        return
    with scratch() as here, Terminal("zsh", "-f", "-i", cwd=here, PATH=f"{os.path.dirname(VIEWER)}:{os.environ['PATH']}",
                                     PS1="READY ", HOME=here) as zsh:
        zsh.wait_for("READY ")
        zsh.type(f"fpath=({ROOT}/completion $fpath); autoload -Uz compinit; compinit -u -d {here}/dump; print set\r")
        zsh.wait_for("\nset")
        zsh.wait_for("READY ")
        zsh.type("socktrace hel\ttimel\t\r")
        tap.contains(zsh.wait_for("Usage: socktrace [a-z]+"), "Usage: socktrace timeline", "hel<Tab> timel<Tab> is help timeline")
        zsh.wait_for("READY ")
        zsh.type("socktrace stats --color=alw\t --wid\t1\r")
        tap.contains(zsh.wait_for("from 72"), "--width=1", "options and their choices")


tap.run(commands_are_offered, options_are_those_of_the_command, values_are_offered, bash_does_it_on_a_terminal,
        zsh_does_it_on_a_terminal)
