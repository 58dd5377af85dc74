"""scenes: programs whose traces programs.t has built into a model: `scenes.py NAME` plays one."""

import ctypes
import os
import signal
import socket
import struct
import sys
import threading

from datagrams import multicast, netlink, udp_clients, udp_loss, unix_datagrams  # noqa: F401, played by name
from play import HOME, child, listener


def mapped():
    """A server of both protocols and a client of IPv4."""
    server = socket.socket(socket.AF_INET6)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.bind(("::", 0))
    server.listen(1)
    pid = child(lambda: socket.create_connection(("127.0.0.1", server.getsockname()[1])).sendall(b"four"))
    assert server.accept()[0].recv(9) == b"four"
    os.waitpid(pid, 0)


def seqpacket():
    """Records over an abstract name: what has no room is cut off."""
    server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server.bind("\0socktrace-test-%d" % os.getpid())
    server.listen(1)

    def client():
        c = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        c.connect(server.getsockname())
        c.send(b"first record")
        c.send(b"second")

    pid = child(client)
    conn = server.accept()[0]
    assert (conn.recv(5), conn.recv(100), conn.recv(100)) == (b"first", b"second", b"")
    os.waitpid(pid, 0)


def pair_across_fork():
    a, b = socket.socketpair()

    def other():
        a.close()
        assert b.recv(100) == b"ping"
        b.sendall(b"pong")

    pid = child(other)
    b.close()
    a.sendall(b"ping")
    assert (a.recv(100), a.recv(100)) == (b"pong", b"")
    os.waitpid(pid, 0)


def passed():
    """A listener hands what it accepts to a worker, and closes its own copy before that does anything."""
    server = listener()
    a, b = socket.socketpair()

    def worker():
        a.close()
        server.close()
        conn = socket.socket(fileno=socket.recv_fds(b, 1, 1)[1][0])
        assert b.recv(1) == b"!"
        conn.sendall(conn.recv(100).upper())

    def client():
        a.close()
        b.close()
        c = socket.create_connection(server.getsockname())
        server.close()
        c.sendall(b"hello")
        assert c.recv(100) == b"HELLO" and c.recv(100) == b""

    kids = [child(worker), child(client)]
    conn = server.accept()[0]
    socket.send_fds(a, [b"x"], [conn.fileno()])
    conn.close()
    a.send(b"!")
    for pid in kids:
        os.waitpid(pid, 0)


def reused():
    """A thousand connections from one port: every pair of addresses is the same."""
    server = listener()
    at, conns = server.getsockname(), 1000
    port = socket.socket()
    port.bind(HOME)
    own = port.getsockname()
    port.close()

    def client():
        server.close()
        for i in range(conns):
            c = socket.socket()
            c.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            c.bind(own)
            c.connect(at)
            c.sendall(b"%d\n" % i)
            assert c.recv(100) == b"%d\n" % i
            c.close()

    pid = child(client)
    for _ in range(conns):
        c = server.accept()[0]
        c.sendall(c.recv(100))
        c.close()
    os.waitpid(pid, 0)


def half_close():
    server = listener()

    def client():
        c = socket.create_connection(server.getsockname())
        c.sendall(b"all of it")
        c.shutdown(socket.SHUT_WR)
        assert c.recv(100) == b"answer" and c.recv(100) == b""

    pid = child(client)
    c = server.accept()[0]
    while c.recv(4):
        pass
    c.sendall(b"answer")
    c.close()
    os.waitpid(pid, 0)


def fast_open():
    """The first write opens the connection: once to a server, once to nobody."""
    server = listener()
    free = socket.socket()
    free.bind(HOME)

    def client():
        c = socket.socket()
        c.sendto(b"GET /", socket.MSG_FASTOPEN, server.getsockname())
        server.close()
        assert c.recv(100) == b"200" and c.recv(100) == b""
        try:
            socket.socket().sendto(b"GET /", socket.MSG_FASTOPEN, free.getsockname())
        except ConnectionRefusedError:
            return
        raise AssertionError("somebody listens there")

    pid = child(client)
    c = server.accept()[0]
    assert c.recv(100) == b"GET /"
    c.sendall(b"200")
    c.close()
    os.waitpid(pid, 0)


def spliced():
    """A proxy that no byte passes through: splice moves them from a socket into a pipe, and from there to a socket."""
    outside, inside = listener(), listener()

    def server():
        outside.close()
        c = inside.accept()[0]
        inside.close()
        while data := c.recv(4):
            c.sendall(data.upper())

    def client():
        inside.close()
        c = socket.create_connection(outside.getsockname())
        outside.close()
        c.sendall(b"hello ")
        c.sendall(b"world")
        c.shutdown(socket.SHUT_WR)
        while c.recv(100):
            pass

    def pour(a, b):
        out, into = os.pipe()
        while count := os.splice(a.fileno(), into, 65536):
            while count:
                count -= os.splice(out, b.fileno(), count)
        b.shutdown(socket.SHUT_WR)

    kids = [child(server), child(client)]
    a = outside.accept()[0]
    b = socket.create_connection(inside.getsockname())
    pour(a, b)
    pour(b, a)
    for pid in kids:
        os.waitpid(pid, 0)


def meet(server_does, client_does):
    """A connection within this process, and what each does in turn."""
    server = listener()
    c = socket.create_connection(server.getsockname())
    s = server.accept()[0]
    server_does(s)
    client_does(c)


def notice(c):
    try:
        c.recv(100)
    except ConnectionResetError:
        return
    raise AssertionError("no reset")


def reset_unread():
    server = listener()
    c = socket.create_connection(server.getsockname())
    s = server.accept()[0]
    c.sendall(b"never read")
    s.close()
    notice(c)


def reset_linger():
    def abort(s):
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()

    meet(abort, notice)


def reset_write_after():
    def insist(c):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        c.sendall(b"into the void")
        try:
            while True:
                c.sendall(b"again")
        except (BrokenPipeError, ConnectionResetError):
            pass

    meet(lambda s: s.close(), insist)


def overflow():
    """A backlog of 0 holds one connection; two more wait for room that never comes."""
    server = listener(backlog=0)
    waiting = []
    for _ in range(3):
        c = socket.socket()
        c.setblocking(False)
        c.connect_ex(server.getsockname())
        waiting.append(c)


def kept_copy():
    """The parent keeps what its child serves: the client waits for an end that the child's close does not send."""
    server = listener()
    greeted = socket.socketpair()

    def client():
        c = socket.create_connection(server.getsockname())
        assert c.recv(100) == b"bye"
        greeted[1].send(b"x")
        assert c.recv(100) == b""

    def serve():
        conn.sendall(b"bye")
        conn.close()

    pid = child(client)
    conn = server.accept()[0]
    os.waitpid(child(serve), 0)
    greeted[0].recv(1)
    conn.close()
    os.waitpid(pid, 0)


def threads():
    """Four clients and four threads that serve them, all in one process each."""
    server = listener()
    at = server.getsockname()

    def talk(i):
        c = socket.create_connection(at)
        for k in range(5):
            text = b"%d.%d" % (i, k)
            c.sendall(text)
            assert c.recv(100) == text
        c.close()

    def clients():
        server.close()
        talkers = [threading.Thread(target=talk, args=(i,)) for i in range(4)]
        for t in talkers:
            t.start()
        for t in talkers:
            t.join()

    def serve(conn):
        while text := conn.recv(100):
            conn.sendall(text)
        conn.close()

    pid = child(clients)
    workers = [threading.Thread(target=serve, args=(server.accept()[0],)) for _ in range(4)]
    for t in workers:
        t.start()
    for t in workers:
        t.join()
    os.waitpid(pid, 0)


def event_loop():
    """Three clients, and a server that waits for all of them with epoll."""
    import selectors

    server = listener()
    at = server.getsockname()

    def client(i):
        server.close()
        c = socket.create_connection(at)
        c.sendall(b"%d" % i)
        assert c.recv(9) == b"%d" % i

    kids = [child(client, i) for i in range(3)]
    loop, gone = selectors.EpollSelector(), 0
    loop.register(server, selectors.EVENT_READ)
    while gone < 3:
        for key, _ in loop.select():
            if key.fileobj is server:
                loop.register(server.accept()[0], selectors.EVENT_READ)
                continue
            data = key.fileobj.recv(100)
            if data:
                key.fileobj.sendall(data)
                continue
            loop.unregister(key.fileobj)
            key.fileobj.close()
            gone += 1
    for pid in kids:
        os.waitpid(pid, 0)


def proxies():
    """A client, two proxies one behind the other, a server: each connection is opened to serve the one before."""
    last = listener()
    middle = [listener() for _ in range(2)]

    def forward(own, to):
        conn = own.accept()[0]
        data = conn.recv(100)
        onward = socket.create_connection(to.getsockname())
        onward.sendall(data)
        conn.sendall(onward.recv(100))

    def client():
        c = socket.create_connection(middle[0].getsockname())
        c.sendall(b"through")
        assert c.recv(100) == b"THROUGH"

    kids = [child(forward, middle[0], middle[1]), child(forward, middle[1], last), child(client)]
    conn = last.accept()[0]
    conn.sendall(conn.recv(100).upper())
    for pid in kids:
        os.waitpid(pid, 0)


def killed():
    """A server that is killed while it waits for a request."""
    server = listener()
    r, w = os.pipe()

    def serve():
        conn = server.accept()[0]
        conn.sendall(b"welcome")
        conn.recv(100)

    pid = child(serve)
    c = socket.create_connection(server.getsockname())
    assert c.recv(100) == b"welcome"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert c.recv(100) == b""


def namespaces():
    """A server in one network namespace, a client in another, between them the two ends of a veth: veth(4)."""
    names = sys.argv[2:4]

    def enter(name):
        with open(f"/run/netns/{name}", encoding="ascii") as f:
            if ctypes.CDLL(None, use_errno=True).setns(f.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), "setns")

    ready = socket.socketpair()

    def client():
        enter(names[1])
        ready[1].recv(1)
        socket.create_connection(("10.11.12.1", 8080)).sendall(b"across")

    pid = child(client)
    enter(names[0])
    server = listener(at=("10.11.12.1", 8080))
    ready[0].send(b"x")
    assert server.accept()[0].recv(100) == b"across"
    os.waitpid(pid, 0)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
