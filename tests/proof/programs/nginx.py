"""nginx: a master as root, two workers as another user, files by sendfile, a proxied page."""

import contextlib
import signal

PACKAGES = ["nginx-light", "curl"]
SETTINGS = """
daemon off;
worker_processes 2;
pid HERE/nginx.pid;
error_log HERE/error.log;
events { }
http {
	access_log off;
	sendfile on;
	server { listen 127.0.0.1:PORT; root HERE/site; location /again/ { proxy_pass http://127.0.0.1:PORT/; } }
}
"""


@contextlib.contextmanager
def serve(stage):
    port = stage.port()
    stage.file("site/page.html", "<p>page</p>\n" * 20000)
    settings = stage.file("nginx.conf", SETTINGS.replace("HERE", stage.here).replace("PORT", str(port)))
    with stage.serve("/usr/sbin/nginx", "-c", settings, "-p", stage.here, on=port, stop=signal.SIGQUIT):
        yield port


def session(stage):
    with serve(stage) as port:
        for path in ("page.html", "again/page.html", "none"):
            stage.natively("curl", "-sS", f"http://127.0.0.1:{port}/{path}")
        stage.natively("curl", "-sS", *[f"http://127.0.0.1:{port}/page.html"] * 20)


def load(stage):
    with serve(stage) as port:
        for path in ("/page.html", "/again/page.html"):
            stage.run("/usr/bin/python3", stage.input("crowd.py"), "http", port, path, 60)
