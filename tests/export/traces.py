"""traces: what the exports are tried on: the cases of tests/view, and runs that are recorded for the purpose."""

import contextlib
import os
import subprocess
import tempfile

from run import ROOT, Process, plain_env, program, run, scratch, traced_env

CASES = os.path.join(ROOT, "tests/view/cases")
NAMES = sorted(os.listdir(CASES))

# The echo demo, a forked server with 50 clients, a chain of proxies, nginx, and failures of every kind.
SHOWN = ("two_clients", "fifty_clients_of_a_forking_server", "chain_of_proxies", "fifty_clients_of_nginx", "address_in_use", "connect_refused",
         "connect_times_out", "killed_by_sigpipe", "never_accepted", "reset_by_linger", "reset_by_unread_bytes", "write_after_close")

# A client and a server that say all that bytes can say, in calls of 2048: so many of a call can be recorded at most.
SAYS = bytes(range(256)) * 400
ANSWERS = bytes(reversed(range(256))) * 24
TALK = f"""
import socket
def send(s, bytes):
    for at in range(0, len(bytes), PIECE): s.sendall(bytes[at:at + PIECE])
with socket.create_server((HOST, 0), family=socket.AF_INET6 if ':' in HOST else socket.AF_INET) as l:
    c = socket.create_connection(l.getsockname()[:2])
    s, _ = l.accept()
    send(c, bytes(range(256)) * 400)
    got = b""
    while len(got) < {len(SAYS)}: got += s.recv(65536)
    send(s, bytes(reversed(range(256))) * 24)
    s.shutdown(socket.SHUT_WR)
    while c.recv(1 << 20): pass
    c.close(); s.close()
"""


def case(name):
    return os.path.join(CASES, name)


@contextlib.contextmanager
def talk(host="127.0.0.1", piece=2048, data=2048):
    """A trace of that talk, in calls that send so many bytes, of which so many are recorded."""
    with scratch() as here:
        out = os.path.join(here, "out")
        result = run("python3", "-c", TALK.replace("HOST", repr(host)).replace("PIECE", str(piece)), env=traced_env(out, SOCKTRACE_DATA=str(data)))
        assert result.status == 0, result
        yield out


@contextlib.contextmanager
def fifty_clients():
    """A trace of a server that forks for each of fifty clients."""
    with scratch() as here:
        out = os.path.join(here, "out")
        env = traced_env(out)
        with Process(program("echo_server_fork"), "50", "0", env=env) as server:
            port = server.port()
            with contextlib.ExitStack() as stack:
                clients = [stack.enter_context(Process(program("echo_client"), "127.0.0.1", port, f"line {i}", env=env))
                           for i in range(50)]
                for client in clients:
                    assert client.wait().status == 0, client.err
            assert server.wait().status == 0, server.err
        yield out


def exported(what, trace, *options):
    """The bytes that an export writes. What is said beside is no error."""
    viewer = os.environ.get("SOCKTRACE_VIEWER", os.path.join(ROOT, "socktrace"))
    with tempfile.TemporaryFile() as err:
        result = subprocess.run([viewer, "export", f"--format={what}", *options, trace], stdout=subprocess.PIPE, stderr=err,
                                env=plain_env(TZ="UTC", LC_ALL="C.UTF-8"), check=False)
        err.seek(0)
        assert result.returncode == 0, err.read()
        return result.stdout
