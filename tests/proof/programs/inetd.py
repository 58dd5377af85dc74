"""openbsd-inetd: a program for each client, whose standard input and output are the connection: one that uses stdio, and a shell's."""

PACKAGES = ["openbsd-inetd", "netcat-openbsd"]
SERVICES = """
127.0.0.1:{0} stream tcp nowait root /usr/bin/rev rev
127.0.0.1:{1} stream tcp nowait root /bin/sh sh {2}
"""
GREETING = """
read name
printf 'Good morrow, %s\\n' "$name"
echo "that is the question" | rev
"""


def session(stage):
    ports = stage.port(), stage.port()
    greeting = stage.file("greeting.sh", GREETING)
    settings = stage.file("inetd.conf", SERVICES.format(*ports, greeting))
    with stage.serve("/usr/sbin/inetd", "-i", settings, on=ports[0]):
        stage.run("nc", "-N", "127.0.0.1", ports[0], input="to be\nor not to be\n")
        stage.run("nc", "-N", "127.0.0.1", ports[1], input="Ophelia\n")
        stage.run("nc", "-N", "127.0.0.1", ports[0], input="that is the question\n")


def load(stage):
    port = stage.port()
    settings = stage.file("inetd.conf", f"127.0.0.1:{port} stream tcp nowait.1000 root /bin/cat cat\n")
    with stage.serve("/usr/sbin/inetd", "-i", settings, on=port):
        for _ in range(40):
            stage.run("nc", "-N", "127.0.0.1", port, input="to be\n" * 1000)
