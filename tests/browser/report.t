#!/usr/bin/python3
"""report: a report in headless Chromium: keyboard, filters, address, clicks, two traces, hostile traces, how it looks.

`tests/browser/report.t --update` makes the golden pictures anew: look at them before you keep them.
"""

import json
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import browser
import tap
from run import BUILD, ROOT, Process, program, run, scratch, traced_env, viewer

CASES = os.path.join(ROOT, "tests/view/cases")
OUT = os.path.join(BUILD, "browser", "shots")
EVIL = "</script><script>window.owned=1</script><!--<svg onload=\"window.owned=2\">'\"><img src=x onerror=window.owned=3>\u2028\u202e\x01\x9b"

# Servers of all kinds, and failures of all kinds; tests/view/report.t reads the pages of all cases.
OPENED = """address_in_use chain_of_proxies connect_refused connect_times_out datagrams fifty_clients_of_a_forking_server
fifty_clients_of_nginx forking_server killed_by_sigpipe never_accepted reset_by_unread_bytes threaded_server unix_socket""".split()
# These must look as somebody has seen them, too.
DRAWN = ("chain_of_proxies", "fifty_clients_of_a_forking_server", "fifty_clients_of_nginx", "killed_by_sigpipe")


def report(here, name, *traces):
    file = os.path.join(here, f"{name}.html")
    result = viewer("report", "-o", file, *traces, LC_ALL="C.UTF-8", TZ="UTC", cwd=CASES)
    if result.status:
        raise AssertionError(result)
    return file


def recorded(here, name, server, clients, client=("echo_client", "127.0.0.1", "PORT", "hello")):
    """The trace of one of our servers, started with port 0, and clients one after the other."""
    out = os.path.join(here, name)
    with Process(*server, env=traced_env(out)) as process:
        port = process.port()
        for _ in range(clients):
            words = [str(port) if word == "PORT" else word for word in client[1:]]
            run(program(client[0]), *words, env=traced_env(out))
        process.child.terminate()
        process.wait()
    return out


def hostile(here, name, size=1):
    process = {"ev": "process", "t": 1, "tid": 7, "v": 1, "pid": 7, "ppid": 1, "started": 7, "realtime": [1700000000, 0],
               "start": "exec", "exe": EVIL, "argv": [EVIL, EVIL * size], "cwd": EVIL, "host": EVIL, "boot": EVIL, "netns": 1, "pidns": 1}
    address = {"family": "AF_UNIX", "path": EVIL, "len": 9, "raw": "01003c2f"}
    call = {"ev": "call", "t": 2, "dt": 5, "tid": 7, "call": "connect", "fd": 3, "sock": 1, "args": {"addr": address, EVIL: EVIL}}
    lines = [process, call | {"ret": -1, "err": EVIL}, call | {"call": EVIL, "ret": 1, EVIL: [EVIL * size]}, call | {"ret": 0, "local": address, "peer": address},
             call | {"call": "write", "args": {"count": 99}, "ret": 99 * size, "data": (EVIL * size).encode().decode("latin-1")},
             {"ev": "lost", "t": 9, "tid": 7, "count": 2, "why": EVIL}]
    file = os.path.join(here, f"{name}.jsonl")
    with open(file, "w", encoding="utf-8") as f:
        f.writelines(json.dumps(line) + "\n" for line in lines)
    return file


def prepared(here):
    echo = recorded(here, "echo", [program("echo_server"), "0"], 1)
    wrong = recorded(here, "wrong", [os.path.join(BUILD, "tests/check/st012_bad"), "0"], 1)
    many = os.path.join(here, "many")
    os.mkdir(many)
    run(f"{BUILD}/tests/bench/big_trace", many, "100000")
    files = {
        "echo": report(here, "echo", echo),
        "failures": report(here, "failures", "write_after_close"),
        "mistake": report(here, "mistake", wrong),
        "two": report(here, "two", "two_clients", "write_after_close"),
        "many": report(here, "many", many),
        "hostile": {"hostile": report(here, "hostile", hostile(here, "hostile")),
                    "hostile, 10 MB": report(here, "huge", hostile(here, "huge", 10_000_000 // len(EVIL))),
                    "hostile, two": report(here, "twice", hostile(here, "one"), hostile(here, "other"))},
    }
    every = {case: report(here, f"case-{case}", case) for case in OPENED}
    files["every"] = every
    files["axe"] = [
        ["echo", files["echo"], {"hash": "call=4"}],
        ["echo", files["echo"], {"hash": "call=4", "scheme": "dark"}],
        ["echo", files["echo"], {"hash": "call=4", "width": 390}],
        ["mistake", files["mistake"], {"before": "document.querySelectorAll('details').forEach(one => { one.open = true; })"}],
        ["two", files["two"], {}],
    ]
    steady = every["forking_server"]
    files["pictures"] = [
        ["light", steady, {"hash": "call=20"}],
        ["dark", steady, {"hash": "call=20", "scheme": "dark"}],
        ["narrow", steady, {"hash": "call=20", "width": 390, "height": 844}],
        ["lesson", steady, {"hash": "call=20", "scroll": "lesson"}],
        ["print", steady, {"media": "print", "scheme": "dark", "width": 800, "full": True}],
        ["two", files["two"], {}],
        *[[case, file, {}] for case, file in every.items() if case in DRAWN],
    ]
    return files


def reports_do_what_they_should():
    os.makedirs(OUT, exist_ok=True)
    with scratch() as here:
        given = prepared(here) | {"golden": os.path.join(HERE, "golden/report"), "out": OUT, "update": "--update" in sys.argv[1:]}
        browser.drive(os.path.join(HERE, "report.js"), given)


tap.run(reports_do_what_they_should)
