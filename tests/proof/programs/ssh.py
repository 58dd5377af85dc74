"""openssh: a login over loopback with a key, sshd as root in the foreground."""

import contextlib
import shlex

PACKAGES = ["openssh-server", "openssh-client"]
SETTINGS = """
ListenAddress 127.0.0.1
HostKey HERE/host_key
AuthorizedKeysFile HERE/keys/authorized
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
"""


@contextlib.contextmanager
def serve(stage):
    port = stage.port()
    for name in ("host_key", "key"):
        stage.natively("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stage.path(name))
    with open(stage.path("key.pub"), encoding="ascii") as f:
        stage.file("keys/authorized", f.read(), 0o600)
    settings = stage.file("sshd_config", SETTINGS.replace("HERE", stage.here))
    login = ["ssh", "-F", "none", "-i", stage.path("key"), "-o", f"UserKnownHostsFile={stage.path('known')}"]
    login += ["-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR", "-p", port, "root@127.0.0.1"]
    stage.directory("/run/sshd")
    with stage.serve("/usr/sbin/sshd", "-D", "-e", "-f", settings, "-p", port, on=port):
        yield login


def session(stage):
    with serve(stage) as login:
        stage.run(*login, "echo $((6 * 7)); exit 3")
        stage.run(*login, "tr a-z A-Z", input="to be, or not to be\n")


def load(stage):
    """Eight logins at once, each with much to say both ways."""
    with serve(stage) as login:
        one = shlex.join([str(word) for word in login])
        much = f"head -c 2000000 /dev/zero | {one} cat | wc -c"
        stage.run("sh", "-c", f"for i in 1 2 3 4 5 6 7 8; do {much} & done; wait")
