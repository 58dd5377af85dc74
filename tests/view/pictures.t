#!/usr/bin/python3
"""pictures: SVG that anybody can read: nothing overlaps or is cut off by the edge, it has words for who does not see it, light and dark.

`tests/view/pictures.t --update` makes the golden thumbnails anew: look at the pictures, in build/browser/pictures, before you keep them.
"""

import os
import re
import sys
import unicodedata
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import browser
import tap
from run import BUILD, VIEWER, plain_env, run, scratch, viewer

CASES = os.path.join(HERE, "cases")
OUT = os.path.join(BUILD, "browser", "pictures")
NAMES = sorted(os.listdir(CASES))
PICTURES = {
    "timeline": ("timeline",),
    "connections": ("timeline", "--rows=connections"),
    "check": ("timeline", "--check"),
    "lesson": ("lesson",),
    "accept": ("lesson", "--accept"),
    "tree": ("tree",),
    "sockaddr": ("sockaddr", "--every"),
    "stats": ("stats",),
}
# What must lie well, whatever the fonts.
WHOLE = [("timeline", "chain_of_proxies"), ("timeline", "write_after_close"), ("connections", "fifty_clients_of_nginx"), ("lesson", "two_clients"),
         ("accept", "forking_server"), ("tree", "forking_server"), ("sockaddr", "two_clients"), ("stats", "two_clients")]
# What must look as somebody has seen it: the echo demo, a forked server with 50 clients, a chain of proxies, nginx, failures of every kind.
FAILURES = ("address_in_use", "connect_refused", "connect_times_out", "killed_by_sigpipe", "never_accepted", "reset_by_unread_bytes")
GOLDEN = [("timeline", case) for case in FAILURES]
GOLDEN += [(picture, "two_clients") for picture in PICTURES if picture != "check"]
GOLDEN += [(picture, case) for case in ("fifty_clients_of_a_forking_server", "chain_of_proxies", "fifty_clients_of_nginx")
           for picture in ("timeline", "lesson", "tree")]
GOLDEN += [("check", "write_after_close"), ("lesson", "killed_in_accept")]
OTHERWISE = [("timeline", "chain_of_proxies"), ("lesson", "two_clients"), ("sockaddr", "two_clients"), ("timeline", "fifty_clients_of_nginx")]
HOW = {"dark": {"scheme": "dark"}, "narrow": {"width": 390}, "print": {"media": "print", "scheme": "dark", "width": 800}}
LESSON = ("#dcf3d8", "#f5d2d1", "#979ae6", "#d9d9d9")
SVG = "{http://www.w3.org/2000/svg}"
CELL, LINE = 7.83, 12.0  # of 13 px DejaVu Sans Mono: a character's width, and what its lines need at least
SLACK = 2.0


def drawn(picture, case, here):
    """The file, None where this case has no such picture."""
    file = os.path.join(here, f"{case}.{picture}.svg")
    result = viewer(*PICTURES[picture], "-o", file, case, cwd=CASES, LC_ALL="C.UTF-8", TZ="UTC")
    nothing = "accept" in PICTURES[picture][-1] or "no call of these met an address" in result.err
    assert result.status == 0 or nothing, result
    return file if result.status == 0 else None


def width_of(text):
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))
    return wide * CELL


def box_of(text):
    """(left, right, baseline, words)"""
    width, x = width_of(text.text or ""), float(text.get("x"))
    left = {"start": x, "middle": x - width / 2, "end": x - width}[text.get("text-anchor")]
    return left, left + width, float(text.get("y")), text.text or ""


def clashes(root):
    """Words over the edge, and words over words."""
    width, height = float(root.get("width")), float(root.get("height"))
    boxes = sorted((box_of(t) for t in root.iter(f"{SVG}text") if t.text), key=lambda b: b[2])
    for i, (left, right, y, words) in enumerate(boxes):
        if left < -SLACK or right > width + SLACK or y < 8 or y > height:
            yield f"over the edge: {words!r}"
        for other in boxes[i + 1 :]:
            if other[2] - y >= LINE:
                break
            if left < other[1] - SLACK and other[0] < right - SLACK:
                yield f"over each other: {words!r} and {other[3]!r}"


def every_picture_has_room_for_its_words():
    with scratch() as here:
        for picture in PICTURES:
            wrong, count = [], 0
            for case in NAMES:
                file = drawn(picture, case, here)
                if file:
                    count += 1
                    wrong += [f"{case}: {what}" for what in clashes(ET.parse(file).getroot())]
            tap.ok(count and not wrong, f"{picture}: in {count} cases no words lie over others, or over the edge", "\n".join(wrong))


def who_does_not_see_it_is_told():
    with scratch() as here:
        for picture in PICTURES:
            root = ET.parse(drawn(picture, "two_clients", here)).getroot()
            tap.ok(root.get("role") == "graphics-document document" and root[0].tag == f"{SVG}title" and root[1].tag == f"{SVG}desc",
                   f"{picture}: a role, a title, a description", ET.tostring(root)[:300])
            tap.ok(len(root[0].text) > 10 and len(root[1].text) > 20, f"{picture}: which say something", (root[0].text, root[1].text))
            things = list(root.iter(f"{SVG}g"))
            named = [t for t in things if t.get("role") == "img" and t[0].tag == f"{SVG}title" and t.get("aria-label") == t[0].text]
            tap.equal(len(named), len(things), f"{picture}: each thing in it has its name")
            bare = [e for e in root if "marker-end" in e.attrib and e.get("class").split()[-1] in ("data", "link", "end")]
            tap.equal(bare, [], f"{picture}: no arrow without words")
        names = [t.get("aria-label") for t in ET.parse(drawn("timeline", "two_clients", here)).getroot().iter(f"{SVG}g")]
        tap.ok("c1: Clients write 3  6 B, to Server: hello\\n" in names, "an arrow's words: who did what to whom", names)
        names = [t.get("aria-label") for t in ET.parse(drawn("lesson", "two_clients", here)).getroot().iter(f"{SVG}g")]
        tap.ok("client connect to server accept: request" in names, "the lesson's too", names)


def colours_are_the_lesson_s():
    with scratch() as here:
        text = open(drawn("lesson", "killed_in_accept", here), encoding="utf-8").read()
        light, dark = text.split("@media screen and (prefers-color-scheme:dark)", 1)[0], text
        tap.ok(all(colour in light + dark for colour in LESSON), "boxes, session, you are here, panels")
        tap.ok("var(" not in text, "without variables, which rsvg-convert does not know")
        tap.ok(re.search(r'class="here"', text), "the call that waits is where you are")


def hostile_text_stays_text():
    with scratch() as here:
        for picture in PICTURES:
            file = drawn(picture, "hostile_bytes", here)
            root = ET.parse(file).getroot()
            kinds = {e.tag.removeprefix(SVG) for e in root.iter()}
            tap.ok(kinds <= {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "line", "text", "g"}, f"{picture}: no element but ours", kinds)
            text = open(file, encoding="utf-8").read()
            tap.ok(not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text), f"{picture}: no control, no bidirectional mark")


def a_browser_shows_them():
    """The same question to Chromium, with its fonts: at 1280 and 390 pixels, in light and dark; and that each looks as it did."""
    os.makedirs(OUT, exist_ok=True)
    with scratch() as here:
        whole = [drawn(p, c, here) for p, c in WHOLE]
        pictures = [[f"{p}.{c}", drawn(p, c, here), {}] for p, c in GOLDEN]
        pictures += [[f"{p}.{c}.{how}", drawn(p, c, here), options] for p, c in OTHERWISE for how, options in HOW.items()]
        browser.drive(os.path.join(HERE, "../browser/pictures.js"),
                      {"whole": whole, "pictures": pictures, "golden": os.path.join(HERE, "../browser/golden/pictures"), "out": OUT,
                       "update": "--update" in sys.argv[1:]})


def png_and_pdf():
    case = os.path.join(CASES, "two_clients")
    with scratch() as here:
        for picture in PICTURES:
            for kind, begin in (("png", b"\x89PNG\r\n"), ("pdf", b"%PDF-")):
                file = os.path.join(here, f"{picture}.{kind}")
                result = viewer(*PICTURES[picture], "-o", file, case)
                good = result.status == 0 and open(file, "rb").read(len(begin)) == begin
                tap.ok(good and not result.err, f"{picture}.{kind}", result)
        colours = run("python3", "-c", PIXELS, os.path.join(here, "lesson.png"))
        tap.equal(colours.out.split(), ["#dcf3d8", "#f5d2d1", "#d9d9d9", "#ffffff"], "lesson.png has the lesson's colours, on white")
        os.mkdir(os.path.join(here, "bin"))
        file = os.path.join(here, "x.png")
        none = run(VIEWER, "timeline", "-o", file, case, env=plain_env(PATH=os.path.join(here, "bin")))
        tap.ok(none.status == 2 and "librsvg2-bin" in none.err and none.err.count("\n") == 1, "without rsvg-convert: what to install", none)
        tap.ok(not os.path.exists(file), "and no file")
        with open(os.path.join(here, "bin/rsvg-convert"), "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\necho half\nexit 1\n")
        os.chmod(f.name, 0o755)
        failed = run(VIEWER, "timeline", "-o", file, case, env=plain_env(PATH=os.path.join(here, "bin")))
        tap.ok(failed.status == 2 and "made no png" in failed.err, "where it fails: that it did", failed)
        tap.equal([n for n in os.listdir(here) if n.startswith((".", "x.png"))], [], "and no half file")


# Which of the colours there are, by a decoder of PNG's eight-bit rows.
PIXELS = r'''
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
at, idat = 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + size]
    if kind == b"IHDR":
        width, height, _, colour = struct.unpack(">IIBB", body[:10])
    if kind == b"IDAT":
        idat += body
    at += size + 12
n = {2: 3, 6: 4}[colour]
raw, above, seen = zlib.decompress(idat), bytes(width * n), set()
for y in range(height):
    kind, row = raw[y * (width * n + 1)], bytearray(raw[y * (width * n + 1) + 1:(y + 1) * (width * n + 1)])
    for i in range(len(row)):
        a, b, c = (row[i - n] if i >= n else 0), above[i], (above[i - n] if i >= n else 0)
        if kind == 4:
            p = a + b - c
            near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        row[i] = row[i] + (0, a, b, (a + b) // 2, near if kind == 4 else 0)[kind] & 255
    above = bytes(row)
    if y % 8 == 0:
        seen |= {"#" + above[i:i + 3].hex() for i in range(0, len(above), n)}
for colour in ("#dcf3d8", "#f5d2d1", "#d9d9d9", "#ffffff"):
    if colour in seen:
        print(colour)
'''

tap.run(every_picture_has_room_for_its_words, who_does_not_see_it_is_told, colours_are_the_lesson_s, hostile_text_stays_text,
        a_browser_shows_them, png_and_pdf)
