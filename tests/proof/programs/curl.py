"""curl: pages that are there and not, an upload, a refused connection."""

PACKAGES = ["curl", "python3"]


def session(stage):
    stage.file("site/page.html", "<p>page</p>\n" * 20000)
    port, nobody = stage.port(), stage.port()
    http = ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", stage.path("site"), port]
    with stage.serve(*http, on=port, how=stage.NATIVELY):
        stage.run("curl", "-sS", f"http://127.0.0.1:{port}/page.html", f"http://localhost:{port}/page.html")
        stage.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}\n", f"http://127.0.0.1:{port}/none")
        stage.run("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}\n", "-d", "a=b", f"http://127.0.0.1:{port}/")
    stage.run("curl", "-s", f"http://127.0.0.1:{nobody}/")
