"""browser: run a script that drives headless Chromium, and report the results that it prints, a line of JSON each."""

import json
import os
import tempfile

import node
import tap
from run import plain_env, run, scratch

SECONDS = 600  # on a machine with much else to do

# Fonts that everybody has, so that a picture is the same everywhere.
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{cache}</cachedir>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
<match target="pattern"><edit name="family" mode="append" binding="weak"><string>DejaVu Sans</string></edit></match></fontconfig>"""


def told(line):
    """A result that the script printed; anything else is its own complaint."""
    try:
        result = json.loads(line)
        return tap.ok(result["ok"], result["name"], result["why"])
    except (ValueError, KeyError, TypeError):
        return tap.diag(line)


def drive(script, given):
    """Run the script with what it is given, as JSON; what it prints is reported."""
    modules = os.path.join(node.installed(), "node_modules")
    with scratch() as here, tempfile.NamedTemporaryFile("w", suffix=".conf") as fonts:
        fonts.write(FONTS.format(cache=os.path.join(here, "fonts")))
        fonts.flush()
        env = plain_env(NODE_PATH=modules, FONTCONFIG_FILE=fonts.name, HOME=here)
        result = run("node", script, json.dumps(given), env=env, timeout=SECONDS)
        for line in result.out.splitlines():
            told(line)
        tap.ok(result.status == 0 and result.out, "the script came to its end", result.err)
