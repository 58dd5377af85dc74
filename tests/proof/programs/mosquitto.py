"""mosquitto: a broker as another user, on TCP and on a Unix socket, with its own clients."""

import contextlib

PACKAGES = ["mosquitto", "mosquitto-clients"]
SETTINGS = """
listener PORT 127.0.0.1
allow_anonymous true
user nobody
log_type none
listener 0 UNIX
"""
CROWD = """
for i in 1 2 3 4 5 6 7 8; do mosquitto_sub -h 127.0.0.1 -p PORT -t crowd -C 500 -q 1 | cksum & done
sleep 1
for i in 1 2; do seq 250 | mosquitto_pub -h 127.0.0.1 -p PORT -t crowd -l -q 1; done
wait
"""


@contextlib.contextmanager
def serve(stage):
    port, unix = stage.port(), stage.path("unix")
    settings = stage.file("mosquitto.conf", SETTINGS.replace("PORT", str(port)).replace("UNIX", unix))
    with stage.serve("/usr/sbin/mosquitto", "-c", settings, on=port):
        yield port, unix


def session(stage):
    with serve(stage) as (port, unix):
        there = ["-h", "127.0.0.1", "-p", port]
        stage.run("mosquitto_pub", *there, "-t", "x/y", "-m", "hello", "-r", "-q", "1")
        stage.run("mosquitto_sub", *there, "-t", "x/y", "-C", "1", "-q", "2")
        stage.run("mosquitto_sub", "--unix", unix, "-t", "x/y", "-C", "1")
        stage.run("mosquitto_rr", *there, "-t", "q", "-e", "x/y", "-m", "question", "-W", "2")


def load(stage):
    with serve(stage) as (port, _):
        stage.run("sh", "-c", CROWD.replace("PORT", str(port)))
