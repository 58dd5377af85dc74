"""memcached: four worker threads, as another user, asked by plain text."""

PACKAGES = ["memcached", "netcat-openbsd"]


def server(port):
    return ["memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", port, "-U", 0]


def session(stage):
    port = stage.port()
    with stage.serve(*server(port), on=port):
        for text in ("set a 0 0 7\r\nsockets\r\n", "get a\r\n", "incr a 1\r\n", "delete a\r\n", "get a\r\n"):
            stage.natively("nc", "127.0.0.1", port, input=text + "quit\r\n")


def load(stage):
    port = stage.port()
    with stage.serve(*server(port), on=port):
        stage.run("/usr/bin/python3", stage.input("crowd.py"), "text", port, r"get a\r\n", r"END\r\n", 120)
