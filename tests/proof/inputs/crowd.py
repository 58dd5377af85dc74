"""crowd: clients of a server, many at once, in each of the ways in which clients come and go.

    crowd.py http PORT PATH COUNT
    crowd.py text PORT QUESTION END COUNT    \\r and \\n stand for themselves; an answer ends in END

Most wait for their answers. Of twelve one says nothing, one ends its direction first, one asks several times at once, one is slow, and
one leaves before the answer has come.
"""

import contextlib
import http.client
import socket
import sys
import threading
import time

PATIENCE_S = 60


class Client:
    def __init__(self, port, question, end):
        self.question, self.end = question, end
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)

    def answer(self, count=1):
        got = b""
        while got.count(self.end) < count:
            more = self.socket.recv(4096)
            if not more:
                break
            got += more
        return got

    def asks_once(self):
        self.socket.sendall(self.question)
        self.answer()

    def stays(self):
        for _ in range(5):
            self.asks_once()

    def says_nothing(self):
        pass

    def ends_first(self):
        self.socket.sendall(self.question)
        self.socket.shutdown(socket.SHUT_WR)
        while self.socket.recv(4096):
            pass

    def asks_at_once(self):
        self.socket.sendall(self.question * 3)
        self.answer(3)

    def is_slow(self):
        half = len(self.question) // 2
        self.socket.sendall(self.question[:half])
        time.sleep(0.15)
        self.socket.sendall(self.question[half:])
        time.sleep(0.15)
        self.answer()

    def leaves(self):
        self.socket.sendall(self.question)


def ways(client):
    return [client.asks_once, client.stays, client.says_nothing, client.stays, client.ends_first, client.stays,
            client.asks_at_once, client.stays, client.is_slow, client.stays, client.leaves, client.stays]


def text_client(number, port, question, end):
    client = Client(port, question, end)
    with contextlib.suppress(ConnectionError):
        every = ways(client)
        every[number % len(every)]()
    client.socket.close()


def http_client(number, port, path):
    if number % 12 != 1:
        question = f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode()
        client = Client(port, question, b"\0never\0")
        every = [client.asks_once, client.says_nothing, client.ends_first, client.is_slow, client.leaves]
        with contextlib.suppress(ConnectionError):
            every[number % len(every)]()
        client.socket.close()
        return
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    for _ in range(5):
        connection.request("GET", path)
        connection.getresponse().read()
    connection.close()


def plain(text):
    return text.replace("\\r", "\r").replace("\\n", "\n").encode()


def main():
    kind, port, *words, count = sys.argv[1:]
    if kind == "http":
        target, args = http_client, (int(port), *words)
    else:
        target, args = text_client, (int(port), *map(plain, words))
    threads = [threading.Thread(target=target, args=(n, *args)) for n in range(int(count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


main()
