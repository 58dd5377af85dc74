#!/usr/bin/python3
"""http_server: python3 -m http.server with curl."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import real
import tap
import trace
from run import Process, listens, poll, run

PAGE = "<p>page</p>\n" * 20000  # more than one write


def session(env, here):
    site = os.path.join(here, "site")
    os.mkdir(site)
    with open(os.path.join(site, "page.html"), "w", encoding="utf-8") as f:
        f.write(PAGE)
    # Port 0: the kernel chooses, the server says which.
    with Process(
        "/usr/bin/python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", site, "0", env=env
    ) as server:
        port = server.wait_for(r"port (\d+)")
        poll(lambda: listens(server.pid), "http.server to listen")
        found = run(
            "curl", "-sS", "-w", "%{http_code} %{size_download}\n", f"http://127.0.0.1:{port}/page.html", env=env
        )
        missing = run(
            "curl", "-sS", "-o", f"{here}/answer", "-w", "%{http_code}\n", f"http://127.0.0.1:{port}/none", env=env
        )
    return [(r.status, r.out, r.err) for r in (found, missing)]


def examine(events):
    real.one_tcp_connection("http.server", events)
    sent = sum(e["ret"] for e in trace.calls(events) if e["call"] in ("send", "sendto", "write") and e["ret"] > 0)
    tap.ok(sent > len(PAGE), "http.server: the bytes that were sent are all accounted for", f"{sent} of {len(PAGE)}")
    requests = [e for e in trace.calls(events) if e.get("data", "").startswith("GET /page.html HTTP/1.1")]
    tap.equal(len({e["pid"] for e in requests}), 2, "http.server: the request stands at both ends")


def http_server():
    real.both_ways("http.server", session, examine)


tap.run(http_server)
