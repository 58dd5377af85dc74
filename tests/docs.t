#!/usr/bin/python3
"""docs: every console block in README.md and docs/ shows what its commands print; links lead somewhere.

`tests/docs.t --update PAGE...` writes what they print now into pages: read the difference before you keep it.
"""

import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import console
import tap
from run import ROOT, scratch


def pages():
    return [f"{ROOT}/README.md"] + sorted(glob.glob(f"{ROOT}/docs/**/*.md", recursive=True))


def text_of(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def why(shown, got, compare):
    text = "shown:\n" + "\n".join(shown) + "\ncame:\n" + "\n".join(got)
    if compare is not console.matches:
        text = f"only in one of them: {console.words(shown) ^ console.words(got)}\n{text}"
    return text


def console_blocks():
    count = 0
    for path in pages():
        name = os.path.relpath(path, ROOT)
        with scratch() as here, console.Session(here) as session:
            for command in console.commands(text_of(path)):
                count += 1
                got, good = session.run(command)
                tap.ok(good, f"{name}: $ {command.text}", why(command.shown, got, command.compare))
    tap.ok(count > 3, f"{count} commands were run")


def links():
    for path in pages():
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(path))
        broken = [t for t in targets if not os.path.exists(os.path.join(os.path.dirname(path), t))]
        tap.equal(broken, [], f"{os.path.relpath(path, ROOT)}: its {len(targets)} links lead to files")


def files_named_in_the_tour():
    names = re.findall(r"`((?:trace|preload|viewer|tests|scripts|docs)/[\w./-]*\w)`", text_of(f"{ROOT}/docs/tour.md"))
    gone = [n for n in names if not os.path.exists(os.path.join(ROOT, n))]
    tap.ok(names and not gone, "the files that the tour names are there", "\n".join(gone))


def differences_are_seen():
    """The comparison itself."""
    same = [
        (["listening on 15213"], ["listening on 40001"]),
        (["+0.02ms │   x", "..."], ["+1.3s │ x", "y", "z"]),
        ([], []),
        (["a", "...", "b"], ["a", "1", "b", "2", "b"]),
        (["── 12"], ["──────── 12"]),
    ]
    other = [
        (["a"], []),
        ([], ["a"]),
        (["fd 3"], ["fd 4"]),
        (["a", "b"], ["b", "a"]),
        (["...", "b"], ["a", "b", "c"]),
        (["T │ x"], ["│ x"]),
    ]
    for shown, got in same:
        tap.ok(console.matches(shown, got), f"{shown} shows {got}")
    tap.ok(
        console.same_words(["+1 ms │ close 3 ╌ EOF ╌▶ read 4"], ["+2 s │ close 3", "+1 µs │ · EOF read 4"]),
        "unordered: the words count",
    )
    tap.ok(not console.same_words(["close 3", "read 4"], ["close 3"]), "unordered: a word that is missing is seen")
    tap.ok(not console.same_words(["close 3"], ["close 3", "read 4"]), "unordered: and one too many")
    tap.ok(console.most_words(["a b c d e"], ["a b c d x y"]), "roughly: one word of five may differ")
    tap.ok(not console.most_words(["a b c d e"], ["a b c"]), "roughly: not two")
    for shown, got in other:
        tap.ok(not console.matches(shown, got), f"{shown} does not show {got}")


def update(pages):
    for path in pages:
        with scratch() as here, console.Session(here) as session:
            text = console.updated(text_of(path), session)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)


if sys.argv[1:2] == ["--update"]:
    update(sys.argv[2:])
    sys.exit()
tap.run(differences_are_seen, console_blocks, links, files_named_in_the_tour)
