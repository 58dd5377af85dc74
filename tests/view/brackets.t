#!/usr/bin/python3
"""brackets: in a timeline the bracket of a wait stands whole, from the call's row to that of its return: no word covers it."""

import os
import re
import sys
import unicodedata

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import viewer

CASES = os.path.join(HERE, "cases")
FRAME = 9  # the column of its left line
ON, BEGINS, ENDS = "│", "┌┐", "└┘"
ARROW = re.compile("◀[^│▶]*[─╌]|[─╌][^│◀]*▶| *[^─╌│ ]+ ▶|◀ [^─╌│ ]+")


def columns(line):
    """A line's cells: of a wide letter the second is empty."""
    return [cell for c in line for cell in ([c, ""] if unicodedata.east_asian_width(c) in "WF" else [c])]


def rows(picture):
    """The cells within the frame of each row that is no band."""
    lines = [cells for cells in map(columns, picture.splitlines()) if len(cells) > FRAME and cells[FRAME] in "│├"]
    ends = [{x for x, c in enumerate(cells) if x > FRAME and c in "│┤"} for cells in lines]
    end = max(set.intersection(*ends)) if ends else 0
    return [cells[FRAME + 1 : end] for cells in lines if cells[FRAME] == "│"]


def crossed(row):
    """The columns of an arrow with its label: a line may cross a line."""
    return {x for arrow in ARROW.finditer("".join(c or " " for c in row)) for x in range(*arrow.span())}


def broken(picture):
    """Where a bracket goes on that was not there, or does not go on that has begun."""
    found, drawn = [], rows(picture)
    for above, row in zip(drawn, drawn[1:]):
        arrows = crossed(above) | crossed(row)
        for x, (before, now) in enumerate(zip(above, row)):
            goes_on, has_begun = now in ON + ENDS, before in ON + BEGINS
            if x in arrows or not now or not before:
                continue
            if (goes_on and not has_begun) or (before in BEGINS and not goes_on):
                found.append(f"column {x + FRAME + 2}\n{''.join(above)}\n{''.join(row)}")
    return found


def no_word_covers_a_bracket():
    for case in sorted(os.listdir(CASES)):
        for width in (72, 80, 100, 120):
            picture = viewer("timeline", "--rows=steps", f"--width={width}", case, cwd=CASES, LC_ALL="C.UTF-8", TZ="UTC").out
            found = broken(picture)
            tap.ok(picture and not found, f"{case}: {width} columns", "\n".join(found))


def a_covered_bracket_is_seen():
    whole = ["         │ call ┐ │", "         │      │ │", "         │ ret  ┘ │"]
    tap.equal(broken("\n".join(whole)), [], "a whole one is whole")
    for at in range(3):
        covered = [line[:16] + "x" + line[17:] if i == at else line for i, line in enumerate(whole)]
        tap.ok(broken("\n".join(covered)) or at == 2, f"line {at + 1} is covered")


tap.run(no_word_covers_a_bracket, a_covered_bracket_is_seen)
