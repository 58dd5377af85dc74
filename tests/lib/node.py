"""node: run a script for Node.js with the packages of tests/browser/package.json."""

import os
import shutil

from run import ROOT, plain_env, run

INSTALL_SECONDS = 600


def installed():
    """The folder in which scripts find their packages; they are fetched where they are missing."""
    result = run(os.path.join(ROOT, "tests/browser/install"), env={**plain_env(), "BUILD": os.environ.get("BUILD", "build")},
                 timeout=INSTALL_SECONDS)
    if result.status:
        raise AssertionError(f"tests/browser/install: {result}")
    return result.out.strip()


def node(script, *args, timeout=60):
    """The result of a script that stands beside the test: it runs where its packages are."""
    place = installed()
    copy = os.path.join(place, f"{os.getpid()}.{os.path.basename(script)}")
    shutil.copyfile(script, copy)
    try:
        return run("node", copy, *args, cwd=place, timeout=timeout)
    finally:
        os.unlink(copy)
