"""netcat: one listens, one sends, over TCP and over a Unix socket."""

PACKAGES = ["netcat-openbsd"]
DEFECTS = ["ST019"]  # with -l, its listener is closed twice: strace shows the EBADF too


def session(stage):
    port, path = stage.port(), stage.path("nc.sock")
    with stage.serve("nc", "-l", "127.0.0.1", port, on=port, stop=None):
        stage.run("nc", "-N", "127.0.0.1", port, input="to be, or not to be\n")
    with stage.serve("nc", "-lU", path, on=path, stop=None):
        stage.run("nc", "-NU", path, input="to be, or not to be\n")
    stage.run("nc", "-z", "localhost", port)
