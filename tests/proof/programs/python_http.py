"""python3 http.server: a page, a directory, a page that is not there."""

import signal

PACKAGES = ["python3", "curl"]


def session(stage):
    stage.file("site/page.html", "<p>page</p>\n" * 20000)
    port = stage.port()
    http = ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", stage.path("site"), port]
    with stage.serve(*http, on=port, stop=signal.SIGINT):
        for path in ("page.html", "", "none"):
            stage.natively("curl", "-sS", f"http://127.0.0.1:{port}/{path}")
