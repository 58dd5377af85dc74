"""play: what scenes are made of: a server's socket, a child that does something."""

import os
import socket

HOME = ("127.0.0.1", 0)


def listener(family=socket.AF_INET, at=HOME, backlog=16):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.bind(at)
    s.listen(backlog)
    return s


def child(run, *args):
    pid = os.fork()
    if pid:
        return pid
    run(*args)
    os._exit(0)
