"""memcached: four worker threads, as another user, asked by plain text."""

PACKAGES = ["memcached", "netcat-openbsd"]


def session(stage):
    port = stage.port()
    with stage.serve("memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", port, "-U", 0, on=port):
        for text in ("set a 0 0 7\r\nsockets\r\n", "get a\r\n", "incr a 1\r\n", "delete a\r\n", "get a\r\n"):
            stage.natively("nc", "127.0.0.1", port, input=text + "quit\r\n")
