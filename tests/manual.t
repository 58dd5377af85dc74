#!/usr/bin/python3
"""manual: the manual pages are good mdoc, and say all that a command can do."""

import glob
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, run, scratch, viewer

COMMANDS = [line.split("\t")[1] for line in viewer("help", "--complete").out.splitlines()]


def pages():
    yield "socktrace", viewer("help", "--man").out
    for command in COMMANDS:
        yield f"socktrace-{command}", viewer("help", "--man", command).out


def pages_are_good_mdoc():
    with scratch() as here:
        for name, text in pages():
            file = os.path.join(here, f"{name}.1")
            with open(file, "w", encoding="utf-8") as f:
                f.write(text)
            result = run("mandoc", "-T", "lint", "-W", "warning", file)
            tap.ok(result.status == 0, f"{name}: mandoc finds nothing", result.out + result.err)
            result = run("groff", "-ww", "-mdoc", "-Tutf8", file)
            tap.ok(result.status == 0 and not result.err, f"{name}: groff finds nothing", result.err)


def rendered(text):
    with scratch() as here:
        file = os.path.join(here, "page.1")
        with open(file, "w", encoding="utf-8") as f:
            f.write(text)
        return re.sub(r".\x08", "", run("mandoc", "-T", "utf8", "-O", "width=200", file).out)


def a_page_says_what_the_help_says():
    for name, text in pages():
        shown = rendered(text)
        command = name.removeprefix("socktrace-")
        if command == name:
            missing = [c for c in COMMANDS if not re.search(rf"^ +{c}\b", shown, re.M)]
            tap.equal(missing, [], "socktrace(1) has every command")
            continue
        told = viewer(command, "--help").out
        options = re.findall(r"^  (?:(-\w)(?: \w+|, )?)?(--[\w-]+)?", told.split("\nOptions:\n")[1].split("\n\n")[0], re.M)
        missing = [o for pair in options for o in pair if o and o not in shown]
        tap.ok(options and not missing, f"{name}: every option of its help", missing)
        examples = re.findall(r"^  (\S.*)$", told.partition("\nExamples:\n")[2], re.M)
        missing = [e for e in examples if e not in shown]
        tap.ok(examples and not missing, f"{name}: its {len(examples)} examples", missing)


def examples_can_be_typed():
    """Nothing in them that their command would refuse: --help in front of their options keeps them from doing it."""
    for command in COMMANDS:
        for line in re.findall(r"^  (socktrace .*)$", viewer(command, "--help").out.partition("\nExamples:\n")[2], re.M):
            words = line.split(" | ")[0].split()[1:]
            result = viewer(words[0], "--help", *words[1:])
            tap.equal((result.status, result.err), (0, ""), f"$ {line}")


def variables_are_those_of_the_shim():
    page = viewer("help", "--man").out
    asked = set()
    for name in glob.glob(os.path.join(ROOT, "preload/*.*")):
        with open(name, encoding="utf-8") as f:
            asked |= set(re.findall(r'"(SOCKTRACE_[A-Z]+)"', f.read()))
    tap.equal(set(re.findall(r"^\.It Ev (SOCKTRACE_\w+)", page, re.M)), asked, "those that the shim asks for")


def make_installs_them():
    if not shutil.which("man"):
        tap.skip("make install installs the pages", "no man here")
        return
    with scratch() as here:
        result = run("make", "-s", "-C", ROOT, "install", f"DESTDIR={here}", "PREFIX=/usr", timeout=300)
        tap.equal(result.status, 0, "make install")
        share = os.path.join(here, "usr/share")
        tap.equal(sorted(os.listdir(f"{share}/man/man1")), sorted(["socktrace.1", *(f"socktrace-{c}.1" for c in COMMANDS)]),
                  "a page for every command")
        shown = run("man", "-M", f"{share}/man", "socktrace-stats")
        tap.ok(shown.status == 0 and "socktrace-stats" in shown.out, "man finds them", shown)
        for file in ("bash-completion/completions/socktrace", "zsh/site-functions/_socktrace"):
            tap.ok(os.path.exists(f"{share}/{file}"), file)


tap.run(pages_are_good_mdoc, a_page_says_what_the_help_says, examples_can_be_typed, variables_are_those_of_the_shim,
        make_installs_them)
