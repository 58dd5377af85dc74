"""python3 http.server: a page, a directory, a page that is not there."""

import contextlib
import signal

PACKAGES = ["python3", "curl"]


@contextlib.contextmanager
def serve(stage):
    stage.file("site/page.html", "<p>page</p>\n" * 20000)
    port = stage.port()
    http = ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", stage.path("site"), port]
    with stage.serve(*http, on=port, stop=signal.SIGINT):
        yield port


def session(stage):
    with serve(stage) as port:
        for path in ("page.html", "", "none"):
            stage.natively("curl", "-sS", f"http://127.0.0.1:{port}/{path}")


def load(stage):
    with serve(stage) as port:
        stage.run("/usr/bin/python3", stage.input("crowd.py"), "http", port, "/page.html", 60)
