"""socat: a forking TCP server whose children are programs, a Unix server, a client each."""

import os

from run import BUILD

PACKAGES = ["socat"]


def session(stage):
    port, path = stage.port(), stage.path("socat.sock")
    with stage.serve("socat", f"TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr", "EXEC:rev", on=port):
        stage.run("socat", "-t5", "-", f"TCP:127.0.0.1:{port}", input="to be\nor not to be\n")
        stage.run("socat", "-t5", "-", f"TCP:127.0.0.1:{port}", input="that is the question\n")
    with stage.serve("socat", f"UNIX-LISTEN:{path}", "EXEC:cat,pipes", on=path, stop=None):
        stage.run("socat", "-t5", "-", f"UNIX-CONNECT:{path}", input="to be\n")


def load(stage):
    port = stage.port()
    with stage.serve("socat", f"TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr,backlog=64", "EXEC:cat", on=port):
        stage.run(os.path.join(BUILD, "tests/check/correct/clients"), port, 40)
