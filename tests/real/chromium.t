#!/usr/bin/python3
"""chromium: a page in headless Chromium, by a user for whom it makes its sandbox of namespaces, a chroot and seccomp."""

import functools
import http.server
import os
import shutil
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
import tap
import trace
from run import SHIM, plain_env, run, scratch

NOBODY = 65534
BROWSER = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "chromium-headless-shell", "--disable-gpu"]
PAGE = "<!doctype html><title>page</title><p id=p>before<script>p.textContent = 'made ' + 6 * 7</script>"


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def site(here):
    os.mkdir(f"{here}/site")
    with open(f"{here}/site/page.html", "w", encoding="utf-8") as f:
        f.write(PAGE)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=f"{here}/site"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def dom(here, port, *flags, **env):
    """The page as the browser has it in the end."""
    os.makedirs(f"{here}/home", exist_ok=True)
    os.chown(f"{here}/home", NOBODY, NOBODY)
    return run(*BROWSER, *flags, "--dump-dom", f"http://127.0.0.1:{port}/page.html", env=plain_env(HOME=f"{here}/home", **env), timeout=60)


def chromium():
    with scratch() as here:
        os.chmod(here, 0o711)
        shim = shutil.copy(SHIM, here)
        with site(here) as server:
            port = server.server_port
            # Where users may make no namespaces, in a container, it has none.
            flags = next((f for f in ([], ["--no-sandbox"]) if "made 42" in dom(here, port, *f).out), None)
            tap.ok(flags is not None, "chromium shows a page", repr(dom(here, port, "--no-sandbox")))
            tap.diag(f"with {' '.join(flags or []) or 'its sandbox'}")
            plain = dom(here, port, *(flags or []))
            traced = dom(here, port, *(flags or []), LD_PRELOAD=shim, SOCKTRACE_OUT=f"{here}/home/out")
            server.shutdown()
        tap.equal((traced.status, traced.out), (plain.status, plain.out), "and the same one traced")
        events = trace.read(f"{here}/home/out")
        fetched = [e for e in trace.calls(events, "connect") if e["args"].get("addr", {}).get("port") == port]
        tap.ok(fetched, "it is seen to connect to the server")
        tap.ok(len({e["file"] for e in events}) > 3, "and its processes have traces")


tap.run(chromium)
