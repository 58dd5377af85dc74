"""wget: pages by address and by name, one that is not there."""

PACKAGES = ["wget", "python3"]


def session(stage):
    stage.file("site/page.html", "<p>page</p>\n" * 20000)
    port = stage.port()
    http = ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", stage.path("site"), port]
    with stage.serve(*http, on=port, how=stage.NATIVELY):
        stage.run("wget", "-q", "-O", "-", f"http://127.0.0.1:{port}/page.html")
        stage.run("wget", "-q", "-O", "-", f"http://localhost:{port}/page.html")
        stage.run("wget", "-q", "-O", "-", f"http://127.0.0.1:{port}/none")
