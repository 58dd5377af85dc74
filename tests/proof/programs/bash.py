"""bash: /dev/tcp, to an HTTP server and to nobody."""

PACKAGES = ["bash", "python3"]
TALK = r"""
exec 3<>/dev/tcp/$1/$2
printf 'GET /page.html HTTP/1.0\r\n\r\n' >&3
while IFS= read -r line <&3; do case $line in Date:* | Last-Modified:*) ;; *) echo "$line" ;; esac; done
exec 3>&-
(echo nobody >/dev/tcp/127.0.0.1/$3) 2>/dev/null || echo refused
"""


def session(stage):
    stage.file("site/page.html", "<p>page</p>\n" * 20)
    port, nobody = stage.port(), stage.port()
    http = ["/usr/bin/python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", stage.path("site"), port]
    with stage.serve(*http, on=port, how=stage.NATIVELY):
        stage.run("bash", "-c", TALK, "talk", "127.0.0.1", port, nobody)
        stage.run("bash", "-c", TALK, "talk", "localhost", port, nobody)
