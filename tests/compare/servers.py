#!/usr/bin/python3
"""servers: record servers that nobody here wrote, with three clients each, for `socktrace diff` to compare.

    servers.py nginx WORKERS DIRECTORY
    servers.py python HTTPServer|ThreadingHTTPServer DIRECTORY
"""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from run import Process, free_port, poll, run, scratch, traced_env

SETTINGS = """
daemon off;
worker_processes WORKERS;
pid HERE/nginx.pid;
error_log HERE/nginx.log;
events { }
http {
	access_log off;
	client_body_temp_path HERE/body;
	server { listen 127.0.0.1:PORT; root HERE; }
}
"""
PYTHON = """
import http.server, sys

class Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello\\n")
    def log_message(self, *_):
        pass

server = getattr(http.server, sys.argv[1])(("127.0.0.1", 0), Hello)
server.daemon_threads = False
print("listening on", server.server_port, flush=True)
for _ in range(3):
    server.handle_request()
server.server_close()
"""


# Not curl, of which some releases have sockets beside the one to the server.
CLIENT = """
import http.client, sys

to = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
to.request("GET", "/hello")
print(to.getresponse().read().decode(), end="")
"""


def ask(port, out):
    got = run("/usr/bin/python3", "-c", CLIENT, str(port), env=traced_env(out))
    if got.out != "hello\n":
        raise AssertionError(f"no answer: {got}")


def answers(port):
    """Whether somebody listens there: seen without a connection, which would be in the trace."""
    with open("/proc/net/tcp", encoding="ascii") as f:
        return any(line.split()[1:4:2] == [f"0100007F:{port:04X}", "0A"] for line in f)


def nginx(workers, out):
    with scratch() as here:
        os.chmod(here, 0o755)
        port = free_port()
        values = {"WORKERS": workers, "HERE": here, "PORT": str(port)}
        text = SETTINGS
        for name, value in values.items():
            text = text.replace(name, value)
        for name, content in (("hello", "hello\n"), ("nginx.conf", text)):
            with open(f"{here}/{name}", "w", encoding="utf-8") as f:
                f.write(content)
        log = f"{here}/nginx.log"
        with Process("/usr/sbin/nginx", "-e", log, "-c", f"{here}/nginx.conf", env=traced_env(out)) as server:
            poll(lambda: answers(port), "nginx to listen")
            for _ in range(3):
                ask(port, out)
            server.kill(signal.SIGQUIT)
            server.wait()


def python(kind, out):
    with Process("/usr/bin/python3", "-c", PYTHON, kind, env=traced_env(out)) as server:
        port = server.port()
        for _ in range(3):
            ask(port, out)
        server.wait()


if __name__ == "__main__":
    which, how, directory = sys.argv[1:]
    {"nginx": nginx, "python": python}[which](how, os.path.realpath(directory))
