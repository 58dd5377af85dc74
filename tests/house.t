#!/usr/bin/python3
"""house: the layers hold, every file says in its first line what it is for, what is generated is up to date."""

import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
import tap
from run import ROOT, run, scratch

SOURCES = ["*.mk", "trace/*", "preload/*", "viewer/**/*", "tests/**/*", "scripts/*"]
ALLOWED_LINES = 400


def files():
    found = set()
    for pattern in SOURCES:
        found.update(glob.glob(os.path.join(ROOT, pattern), recursive=True))
    return sorted(f for f in found if os.path.isfile(f) and re.search(r"\.([chS]|def|py|t|mk)$|/scripts/\w+$", f))


def text_of(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def layers_hold():
    result = run(f"{ROOT}/scripts/layers")
    tap.ok(result.status == 0, "includes follow the layers", result.out + result.err)


def a_wrong_arrow_is_found():
    for path, include in (
        ("trace/a.c", "preload/b.h"),
        ("preload/a.c", "viewer/base/b.h"),
        ("viewer/base/a.c", "viewer/model/b.h"),
        ("viewer/format/a.c", "viewer/model/b.h"),
        ("viewer/model/a.c", "b.h"),
    ):
        with scratch() as tree:
            for name, text in ((path, f'#include "{include}"\n'), (include, "")):
                os.makedirs(os.path.join(tree, os.path.dirname(name)), exist_ok=True)
                with open(os.path.join(tree, name), "w", encoding="utf-8") as f:
                    f.write(text)
            result = run(f"{ROOT}/scripts/layers", tree)
            tap.ok(result.status == 1 and path in result.out, f"{path} must not include {include}", repr(result))


def line_1_says_what_a_file_is_for():
    comment = {".c": r"/\*", ".h": r"/\*", ".S": r"/\*", ".def": r"/\*", ".py": r'"""', ".mk": "# "}
    mute = []
    for path in files():
        lines = [l for l in text_of(path).splitlines() if not l.startswith("#!")][:2]
        start = comment.get(os.path.splitext(path)[1], r'"""|# ')
        said = re.sub(rf"^({start})\s*", "", " ".join(lines))
        if not re.match(start, lines[0] if lines else "") or not re.search(r"\w+.*: .*\w|\w+ \w+ \w+", said):
            mute.append(os.path.relpath(path, ROOT))
    tap.ok(not mute, "line 1 of a file says what it is for", "\n".join(mute))


def long_files_are_questioned():
    for path in files():
        count = text_of(path).count("\n")
        if count > ALLOWED_LINES:
            tap.diag(f"{os.path.relpath(path, ROOT)} has {count} lines: is it one thing?")
    tap.ok(files(), "files were looked at")


def what_is_generated_is_up_to_date():
    result = run(f"{ROOT}/scripts/docs", "--check")
    tap.ok(result.status == 0, "docs/ is what scripts/docs writes", result.out + result.err)


def the_schema_knows_every_call():
    out = subprocess.run(
        ["gcc", "-E", "-P", "-I", ROOT, "-DCALL(name,...)=:name", "-x", "c", f"{ROOT}/trace/calls.def"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    import trace

    tap.equal(
        trace.SCHEMA["$defs"]["call_name"]["enum"],
        re.findall(r":(\w+)", out),
        "its calls are the rows that the compiler sees",
    )


def scripts_pass_shellcheck():
    if subprocess.run(["which", "shellcheck"], capture_output=True).returncode:
        tap.skip("shell scripts pass shellcheck", "no shellcheck here")
        return
    shell = [f for f in glob.glob(f"{ROOT}/scripts/*") + [f"{ROOT}/.ci/run"] if re.match("#!.*sh", text_of(f))]
    result = run("shellcheck", *shell, f"{ROOT}/completion/socktrace.bash")
    tap.ok(result.status == 0, "shell scripts pass shellcheck", result.out)


tap.run(
    layers_hold,
    a_wrong_arrow_is_found,
    line_1_says_what_a_file_is_for,
    long_files_are_questioned,
    what_is_generated_is_up_to_date,
    the_schema_knows_every_call,
    scripts_pass_shellcheck,
)
