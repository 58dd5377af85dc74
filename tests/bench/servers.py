"""servers: nginx and redis under load: requests a second."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import time

from tracers import Failed, last_line, succeed

SECONDS = 1  # that a load lasts

NGINX = """
daemon off; master_process off; pid {here}/pid; error_log {here}/error.log;
events {{ worker_connections 256; }}
http {{
	access_log off; keepalive_requests 1000000;
	client_body_temp_path {here}/body; proxy_temp_path {here}/proxy; fastcgi_temp_path {here}/fastcgi;
	uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
	server {{ listen 127.0.0.1:{port}; location / {{ return 200 "hello\\n"; }} }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until_it_listens(port, server, log):
    for _ in range(1000):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return
        if server.poll() is not None:
            break
        time.sleep(0.01)
    log.seek(0)
    raise Failed(f"the server does not listen: {last_line(log.read())}")


@contextlib.contextmanager
def running(tracer, here, port, *command):
    """The server under a tracer, told to end by its own pid: a tracer's SIGTERM may not reach it."""
    with tracer.started(here) as (head, env), open(f"{here}/log", "w+", encoding="utf-8", errors="replace") as log:
        server = subprocess.Popen([*head, *command], env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            wait_until_it_listens(port, server, log)
            yield
            with open(f"{here}/pid", encoding="ascii") as f:
                os.kill(int(f.read()), signal.SIGTERM)
            server.wait(60)
        except subprocess.TimeoutExpired:
            raise Failed("the server does not end") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        log.seek(0)
        dropped = tracer.complaint(log.read())
    if dropped:
        raise Failed(dropped)


def rate(pattern, printed):
    match = re.search(pattern, printed)
    if not match:
        raise Failed(f"no rate in: {last_line(printed)}")
    return float(match[1])


def nginx(tracer, here, *headers):
    port = free_port()
    with open(f"{here}/nginx.conf", "w", encoding="ascii") as f:
        f.write(NGINX.format(here=here, port=port))
    with running(tracer, here, port, "nginx", "-e", f"{here}/error.log", "-c", f"{here}/nginx.conf"):
        load = succeed("wrk", "-t1", "-c16", f"-d{SECONDS}s", *headers, f"http://127.0.0.1:{port}/")
    return rate(r"Requests/sec: *([\d.]+)", load)


def nginx_closing(tracer, here):
    return nginx(tracer, here, "-H", "Connection: close")


def redis(tracer, here):
    port = free_port()
    options = f"--port {port} --bind 127.0.0.1 --save --dir {here} --pidfile {here}/pid".split()
    options[options.index("--save") + 1 : options.index("--save") + 1] = [""]
    with running(tracer, here, port, "redis-server", *options):
        count = tracer.loops(60000)
        load = succeed("redis-benchmark", "-p", str(port), "-t", "get", "-c", "16", "-n", str(count), "-q")
    return rate(r"GET: ([\d.]+) requests per second", load)
