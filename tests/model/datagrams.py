"""datagrams: scenes without connections: see scenes.py."""

import os
import socket
import struct

from play import HOME, child


def udp_clients():
    """Three clients of a server on one socket; the second has connected its own."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(HOME)
    at = server.getsockname()

    def client(i):
        server.close()
        c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        if i == 1:
            c.connect(at)
        for k in range(2):
            text = b"%d says %d" % (i, k)
            c.send(text) if i == 1 else c.sendto(text, at)
            assert c.recv(100) == text.upper()

    kids = [child(client, i) for i in range(3)]
    for _ in range(6):
        data, sender = server.recvfrom(100)
        server.sendto(data.upper(), sender)
    for pid in kids:
        os.waitpid(pid, 0)


def multicast():
    """Three members of a group hear what is sent to it once, and answer, all from the same address."""
    group = ("239.7.7.7", 0)
    first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    first.bind(("", 0))
    group = (group[0], first.getsockname()[1])
    joined, joining = os.pipe()

    def member(i):
        m = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        m.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        m.bind(("", group[1]))
        first.close()
        m.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group[0]) + socket.inet_aton(HOME[0]))
        os.write(joining, b"x")
        sender = m.recvfrom(100)[1]
        m.sendto(b"heard by %d" % i, sender)
        assert m.recvfrom(100)[0] == b"bye"

    kids = [child(member, i) for i in range(3)]
    for _ in kids:
        os.read(joined, 1)
    first.close()
    c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    c.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(HOME[0]))
    c.sendto(b"anybody?", group)
    for _ in kids:
        c.recvfrom(100)
    c.sendto(b"bye", group)
    for pid in kids:
        os.waitpid(pid, 0)


def udp_loss():
    """A receiver with little room: most of what is sent to it is lost. The last message says that it is the last."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    receiver.bind(HOME)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for i in range(500):
        sender.sendto(b"%03d" % i, receiver.getsockname())
    got = 0
    receiver.setblocking(False)
    while True:
        try:
            receiver.recv(100)
        except BlockingIOError:
            break
        got += 1
    sender.sendto(b"end", receiver.getsockname())
    assert receiver.recv(100) == b"end"
    print(got + 1)


def unix_datagrams():
    """One sender without a name, one with: both to a name."""
    receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    receiver.bind("in.sock")

    def sender():
        receiver.close()
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"nameless", os.path.abspath("in.sock"))
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind("out.sock")
        s.connect("in.sock")
        s.send(b"named")
        assert s.recv(9) == b"back"

    pid = child(sender)
    assert receiver.recv(100) == b"nameless"
    data, who = receiver.recvfrom(100)
    receiver.sendto(b"back", who)
    os.waitpid(pid, 0)


def netlink():
    """Ask the kernel for its links, as `ip link` does: rtnetlink(7). RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP."""
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.bind((0, 0))
    s.send(struct.pack("IHHIIB3x", 20, 18, 0x301, 1, 0, 0))
    assert len(s.recv(65536)) > 20
