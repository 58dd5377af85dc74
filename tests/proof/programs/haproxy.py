"""haproxy: before an HTTP server, in the foreground."""

import contextlib
import signal

PACKAGES = ["haproxy", "curl", "python3"]
SETTINGS = """
global
	nbthread 2
defaults
	mode http
	timeout connect 5s
	timeout client 5s
	timeout server 5s
listen here
	bind 127.0.0.1:FRONT
	server there 127.0.0.1:BACK
"""


@contextlib.contextmanager
def serve(stage, http):
    stage.file("site/page.html", "<p>page</p>\n" * 20000)
    front, back = stage.port(), stage.port()
    settings = stage.file("haproxy.cfg", SETTINGS.replace("FRONT", str(front)).replace("BACK", str(back)))
    server = ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", stage.path("site"), back]
    with stage.serve(*server, on=back, how=http):
        with stage.serve("/usr/sbin/haproxy", "-f", settings, "-db", on=front, stop=signal.SIGUSR1):
            yield front


def session(stage):
    with serve(stage, http=stage.NATIVELY) as front:
        stage.natively("curl", "-sS", f"http://127.0.0.1:{front}/page.html")
        stage.natively("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}\n", f"http://127.0.0.1:{front}/none")


def load(stage):
    with serve(stage, http=stage.TRACED) as front:
        stage.run("/usr/bin/python3", stage.input("crowd.py"), "http", front, "/page.html", 60)
