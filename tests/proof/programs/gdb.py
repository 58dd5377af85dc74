"""gdb: a remote session with gdbserver over TCP, on a program that uses sockets."""

import run

PACKAGES = ["gdb", "gdbserver"]


def session(stage):
    port = stage.port()
    # gdbserver's program can have one tracer: it is not followed by strace.
    server = ["gdbserver", "--once", f"127.0.0.1:{port}", run.program("pair")]
    steps = ["set sysroot /", f"target remote 127.0.0.1:{port}", "break main", "continue", "p 6 * 7"]
    steps += ["info args", "delete", "continue"]
    with stage.serve(*server, on=port, stop=None, follow=False):
        stage.run("gdb", "-q", "-nx", "-batch", *[f"-ex={step}" for step in steps], run.program("pair"))
