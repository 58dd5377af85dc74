"""tracers: how a command is run under each tracer that is compared, and how much work it is given there."""

import contextlib
import os
import re
import shutil
import subprocess

# What each peer is asked to record; socktrace and the LTTng preload know it by themselves.
CALLS = (
    "socket socketpair bind listen accept accept4 connect getsockname setsockopt shutdown "
    "send recv read write writev close epoll_ctl epoll_wait"
).split()
REGEX = f"^({'|'.join(CALLS)})$"


class Failed(Exception):
    """A tracer did not do its work; the text is its own."""


def environment(**more):
    own = re.compile(r"LD_PRELOAD|SOCKTRACE_.*|LTTNG_.*")
    return {**{k: v for k, v in os.environ.items() if not own.fullmatch(k)}, **more}


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"


def succeed(*command, **more):
    """Run to the end, give back what it printed; Failed with its last words if it does not succeed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **more)
    except FileNotFoundError as e:
        raise Failed(f"{command[0]}: {e.strerror}") from None
    except subprocess.TimeoutExpired:
        raise Failed(f"{os.path.basename(command[0])} still ran after 300 s") from None
    if done.returncode:
        raise Failed(f"status {done.returncode}: {last_line(done.stderr + done.stdout)}")
    return done.stdout + done.stderr


class Tracer:
    """A tracer that is a command put before the program's own, or a library preloaded into it."""

    def __init__(self, name, *before, slowness=1, **env):
        self.name, self.before, self.env = name, before, env
        self.slowness = slowness  # it gets this part of the work, or a row would take minutes
        self.inside = slowness == 1  # works in the traced process itself, not by stopping it from another

    def loops(self, count):
        return max(count // self.slowness, 20)

    @contextlib.contextmanager
    def started(self, here):
        """The command's head and the environment, as long as `with` lasts. What is recorded goes to `here`."""
        if self.before and not shutil.which(self.before[0]):
            raise Failed(f"{self.before[0]} is not installed")
        yield [w.format(here=here) for w in self.before], environment(
            **{k: v.format(here=here) for k, v in self.env.items()}
        )

    def complaint(self, printed):
        """What the tracer itself says of events that it dropped; nothing where all is well."""
        lost = re.search(r".*\b(LOST|discarded|dropped)\b.*", printed)
        return lost[0].strip() if lost else ""


class Lttng(Tracer):
    """LTTng-UST, with a session for each run: its buffers and files are as new as everybody's."""

    def __init__(self, preload):
        super().__init__("LTTng-UST", LD_PRELOAD=preload)
        self.preload = preload
        self.session = f"socktrace-bench-{os.getpid()}"

    @contextlib.contextmanager
    def started(self, here):
        self.dropped = ""
        if not os.path.exists(self.preload):  # ld.so would go on without it
            raise Failed(f"{os.path.basename(self.preload)} is not built")
        succeed("lttng", "--no-sessiond", "create", self.session, f"--output={here}/lttng")
        try:
            for command in (
                ("enable-channel", "-u", "-s", self.session, "--num-subbuf=8", "--subbuf-size=8M", "bench"),
                ("enable-event", "-u", "-s", self.session, "-c", "bench", "peer:call"),
                ("start", self.session),
            ):
                succeed("lttng", *command)
            with super().started(here) as head_env:
                yield head_env
            self.dropped = self.complaint(succeed("lttng", "stop", self.session))
        finally:
            succeed("lttng", "destroy", self.session)
        if self.dropped:
            raise Failed(self.dropped)


@contextlib.contextmanager
def lttng_daemon():
    """The daemon that LTTng's programs register with: whoever's is running, else one of our own while `with` lasts."""
    if not shutil.which("lttng-sessiond") or not subprocess.run(
        ["lttng", "--no-sessiond", "list"], capture_output=True, check=False
    ).returncode:
        yield
        return
    daemon = subprocess.Popen(["lttng-sessiond", "--no-kernel"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(Failed):
                succeed("lttng", "--no-sessiond", "list")
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                daemon.wait(0.1)
        yield
    finally:
        daemon.terminate()
        daemon.wait()


def all_tracers(shim, peer, forward):
    """The untraced program first, then us, then the others."""
    strace = ("strace", "-f", "-o", "/dev/null")
    uftrace = ("uftrace", "record", "--force", "--no-event", "-d", "{here}/uftrace", "-F", REGEX)
    return [
        Tracer("untraced"),
        Tracer("socktrace", LD_PRELOAD=shim, SOCKTRACE_OUT="{here}/socktrace"),
        Tracer("socktrace, LIBC=off", LD_PRELOAD=shim, SOCKTRACE_OUT="{here}/socktrace", SOCKTRACE_LIBC="off"),
        Tracer("only forwards", LD_PRELOAD=forward),
        Tracer("strace", *strace, slowness=40),
        Tracer("strace --seccomp-bpf", *strace, "--seccomp-bpf", "-e", "trace=%network,%desc", slowness=40),
        Tracer("ltrace", "ltrace", "-f", "-o", "{here}/ltrace", "-e", "+".join(CALLS), slowness=400),
        Tracer("uftrace", *uftrace, "-A", f"{REGEX}@arg1,arg2/x,arg3/x", "-R", f"{REGEX}@retval"),
        Lttng(peer),
    ]
