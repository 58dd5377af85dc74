#!/usr/bin/python3
"""view: what the views draw of the traces in cases/, compared with what a person has read and found right.

`tests/view/view.t --update` writes the expected files anew: read the difference before you keep it.
A case is a directory of traces; beside them stand its expected pictures, NAME.txt, one for each of the views below that it has.
A new case starts with `touch cases/NAME/timeline.txt` and --update.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import viewer

CASES = os.path.join(HERE, "cases")
VIEWS = {
    "timeline": ("timeline", "--width=80"),
    "timeline.ascii": ("timeline", "--width=80", "--ascii"),
    "timeline.72": ("timeline", "--width=72"),
    "timeline.120": ("timeline", "--width=120"),
    "timeline.c2": ("timeline", "--width=80", "--conn=c2"),
    "timeline.calls": ("timeline", "--width=80", "--call=accept,connect"),
    "timeline.errors": ("timeline", "--width=80", "--errors"),
    "timeline.p2": ("timeline", "--width=80", "--pid=P2"),
    "timeline.part": ("timeline", "--width=80", "--from=302.3ms", "--to=0.303"),
    "timeline.conns": ("timeline", "--width=80", "--rows=connections"),
    "timeline.conns.120": ("timeline", "--width=120", "--rows=connections"),
    "timeline.conns.ascii": ("timeline", "--width=80", "--rows=connections", "--ascii"),
    "timeline.scale": ("timeline", "--width=80", "--scale=time"),
    "timeline.check": ("timeline", "--width=80", "--check"),
    "timeline.color": ("timeline", "--width=80", "--color=always"),
    "lesson": ("lesson", "--width=80"),
    "lesson.ascii": ("lesson", "--width=72", "--ascii"),
    "lesson.accept": ("lesson", "--width=80", "--accept"),
    "lesson.accept.ascii": ("lesson", "--width=72", "--accept", "--ascii"),
    "lesson.accept.c2": ("lesson", "--width=100", "--accept", "--conn=c2"),
    "lesson.c2": ("lesson", "--width=80", "--conn=c2"),
    "tree": ("tree", "--width=80"),
    "tree.ascii": ("tree", "--width=72", "--ascii"),
    "sockaddr": ("sockaddr", "--every", "--width=80"),
    "sockaddr.ascii": ("sockaddr", "--width=72", "--ascii"),
    "sockaddr.c2": ("sockaddr", "--width=80", "--conn=c2"),
    "stats": ("stats", "--width=80"),
    "stats.ascii": ("stats", "--width=72", "--ascii"),
    "stats.120": ("stats", "--width=120"),
}
UPDATE = "--update" in sys.argv[1:]
FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
SGR = re.compile(r"\x1b\[[0-9;]*m")


def drawn(case, view):
    shown = viewer(*VIEWS[view], case, cwd=CASES, LC_ALL="C.UTF-8", TZ="UTC")
    return shown.out if shown.status == 0 else f"status {shown.status}\n{shown.err}"


def cells(line):
    """Columns that a line takes, by Unicode's own width property."""
    import unicodedata
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def check(case, view, file):
    got = drawn(case, view)
    width = int(next((o[8:] for o in VIEWS[view] if o.startswith("--width=")), 80))
    plain = SGR.sub("", got)
    too_wide = [line for line in plain.splitlines() if cells(line) > width]
    tap.ok(not FORBIDDEN.search(plain), f"{case}: {view} sends no control to a terminal", repr(plain))
    tap.ok(not too_wide, f"{case}: {view} keeps to its width", "\n".join(too_wide))
    if ".ascii" in view:
        tap.ok(got.isascii(), f"{case}: {view} is ASCII", got)
    if UPDATE:
        with open(file, "w") as f:
            f.write(got)
    with open(file) as f:
        wanted = f.read()
    tap.ok(got == wanted, f"{case}: {view}", f"wanted\n{wanted}\ngot\n{got}")


def the_pictures_are_as_they_were_read():
    for case in sorted(os.listdir(CASES)):
        for view in VIEWS:
            file = os.path.join(CASES, case, view + ".txt")
            if os.path.exists(file):
                check(case, view, file)


def every_case_is_drawn_in_every_way():
    """Whether or not somebody has read it: no view fails on a case, and none breaks out of its width."""
    for case in sorted(os.listdir(CASES)):
        for view in ("timeline", "timeline.ascii", "timeline.72", "timeline.120", "lesson", "tree", "stats", "stats.ascii"):
            got = drawn(case, view)
            tap.ok(got and not got.startswith("status"), f"{case}: {view} is drawn", got)
            tap.ok(not FORBIDDEN.search(got), f"{case}: {view} sends no control to a terminal", repr(got))


def colour_only_adds():
    for case in sorted(os.listdir(CASES)):
        tap.equal(SGR.sub("", drawn(case, "timeline.color")), drawn(case, "timeline"), f"{case}: without its colours the same")


tap.run(the_pictures_are_as_they_were_read, every_case_is_drawn_in_every_way,
        colour_only_adds)
