"""stage: where a session takes place: it starts programs natively, traced, or traced under strace, and keeps what they say."""

import contextlib
import glob
import os
import re
import signal

from run import SHIM, Process, free_port, plain_env, poll, scratch

# Every system call that can act on a socket, and those that tell of io_uring.
SYSTEM_CALLS = (
    "socket socketpair bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt shutdown "
    "sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg read write readv writev preadv2 pwritev2 sendfile splice "
    "close close_range dup dup2 dup3 fcntl ioctl poll ppoll select pselect6 epoll_ctl epoll_wait epoll_pwait "
    "epoll_pwait2 restart_syscall io_uring_setup io_uring_enter"
).split()
PATIENCE_S = 600  # under strace -k, which takes node minutes on a busy machine


class Stage:
    """One session in a directory of its own. `answers` and `statuses` are what a user would notice."""

    NATIVELY, TRACED, UNDER_STRACE = range(3)

    def __init__(self, here, how):
        self.here, self.how = here, how
        self.out = os.path.join(here, "out")
        self.answers, self.statuses = [], []
        self.logs = []  # of strace: (path, pid of the program it began with)
        self.follows_all = True
        self._ports = []

    def port(self):
        self._ports.append(free_port())
        return self._ports[-1]

    def path(self, name):
        return os.path.join(self.here, name)

    def file(self, name, text="", mode=0o644):
        """Make a file; its path."""
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def directory(self, path):
        os.makedirs(path, exist_ok=True)

    def input(self, name):
        """A program of tests/proof/inputs."""
        return os.path.join(os.path.dirname(__file__), "inputs", name)

    def run(self, *command, how=None, patience=PATIENCE_S, **options):
        """Run a client to its end. What it says and its exit status are compared."""
        with self._process(command, how, **options) as client:
            result = client.wait(patience)
        self.answers.append((self._plain(result.out), self._plain(result.err)))
        self.statuses.append(result.status)
        return result

    def natively(self, *command, **options):
        """A client that is not the program in question: untraced always."""
        return self.run(*command, how=self.NATIVELY, **options)

    @contextlib.contextmanager
    def serve(self, *command, on, says="", stop=signal.SIGTERM, how=None, **options):
        """A server for the length of a `with`: it listens on a port or a path, says that it is ready, and is stopped by
        a signal (None: it ends by itself). Its exit status is compared."""
        with self._process(command, how, **options) as server:
            poll(lambda: ended_or_listens(server, on), f"{command[0]} to listen on {on}", PATIENCE_S)
            server.wait_for(says)
            yield server
            if stop is not None:
                server.kill(stop)
            self.statuses.append(server.wait(PATIENCE_S).status)

    def _process(self, command, how, follow=True, user=None, input="", **env):
        how = self.how if how is None else how
        env, log = plain_env(**env), self.path(f"strace.{len(self.logs)}")
        if how != self.NATIVELY:
            shim = ["env", f"LD_PRELOAD={SHIM}", f"SOCKTRACE_OUT={self.out}"]
            command = [*shim, *command]
        if user:
            command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
        if how == self.UNDER_STRACE:
            command = [*self._strace(log, follow), *command]
        process = Process(*command, env=env, cwd=self.here, input=input)
        if how == self.UNDER_STRACE:
            self.logs.append((log, process.pid))
            self.follows_all &= follow
        return process

    def _strace(self, log, follow):
        """strace steps aside (-DD): the pid, what signals do and the exit status are the program's."""
        form = "--absolute-timestamps=format:unix,precision:ns"
        followed = ["-f", "--seccomp-bpf"] if follow else []
        return ["strace", "-DD", *followed, "-k", "-y", form, "-e", f"trace={','.join(SYSTEM_CALLS)}", "-o", log]

    def strace_is_done(self):
        """Once no strace writes into our logs any more."""
        ours = f"\0{self.path('strace.')}".encode()
        for name in glob.glob("/proc/[0-9]*/cmdline"):
            with contextlib.suppress(OSError), open(name, "rb") as f:
                command = f.read()
                if command.startswith(b"strace\0") and ours in command:
                    return False
        return True

    def _plain(self, text):
        """Without what differs from run to run: our directory, ports, numbers of processes."""
        text = re.sub(r"\bprocess \d+", "process PID", text.replace(self.here, "HERE"))
        for number, port in enumerate(self._ports):
            text = re.sub(rf"\b{port}\b", f"PORT{number}", text)
        return text


def ended_or_listens(server, on):
    if server.child.poll() is not None:
        raise AssertionError(f"{server.child.args} ended at once\n{server.out}\n{server.err}")
    return listens_at(on) if isinstance(on, str) else listens_on(on)


def listens_on(port):
    """Whether anybody listens on this TCP port: state 0A in proc(5)'s tables."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError), open(table, encoding="ascii") as f:
            for row in [line.split() for line in f][1:]:
                if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port:
                    return True
    return False


def listens_at(path):
    """The same for a Unix socket: flag 00010000, SO_ACCEPTCON."""
    with open("/proc/net/unix", encoding="utf-8", errors="replace") as f:
        return any(line.rstrip().endswith(" " + path) and line.split()[3] == "00010000" for line in f)


@contextlib.contextmanager
def stage(how):
    with scratch() as here:
        os.chmod(here, 0o1777)  # for servers that become another user
        yield Stage(here, how)
