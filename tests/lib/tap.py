"""tap: report results in the Test Anything Protocol."""

import os
import sys
import traceback

LINES_SHOWN, COLUMNS_SHOWN = 80, 400

_count = 0
_failed = 0


def ok(claim, name, why=""):
    """One result; `why` (text) explains a failure. Returns whether it holds."""
    global _count, _failed
    _count += 1
    print(f"{'ok' if claim else 'not ok'} {_count} - {name}", flush=True)
    if not claim:
        _failed += 1
        diag(f"{os.path.basename(sys.argv[0])}, {name}:\n{why}", sys.stderr)
    return bool(claim)


def equal(got, wanted, name):
    return ok(got == wanted, name, f"got    {got!r}\nwanted {wanted!r}")


def contains(text, part, name):
    return ok(part in text, name, f"not found: {part!r}\nin:\n{text}")


def skip(name, why):
    """Something this machine cannot show. Say what is missing. On CI (CI=true) nothing may be missing: there it is a failure."""
    global _count
    if os.environ.get("CI"):
        ok(False, name, f"skipped on CI: {why}")
        return
    _count += 1
    print(f"ok {_count} - {name} # SKIP {why}", flush=True)


def diag(text, to=sys.stdout):
    """Comment lines; of something long its beginning, in lines that a terminal can take. prove shows what goes to standard error."""
    lines = str(text).splitlines()
    for line in lines[:LINES_SHOWN]:
        print("# " + (line if len(line) <= COLUMNS_SHOWN else line[:COLUMNS_SHOWN] + " ..."), file=to, flush=True)
    if len(lines) > LINES_SHOWN:
        print(f"# ... {len(lines) - LINES_SHOWN} more lines", file=to, flush=True)


def run(*cases):
    """Run functions, each a case that calls ok() at least once; an exception fails its case. Prints the plan, exits."""
    for case in cases:
        before = _count
        name = case.__name__.replace("_", " ")
        try:
            case()
        except AssertionError as e:
            ok(False, name, e)
        except Exception:
            ok(False, name, traceback.format_exc())
        if _count == before:
            ok(False, name, "the case checked nothing")
    print(f"1..{_count}")
    sys.exit(1 if _failed else 0)
