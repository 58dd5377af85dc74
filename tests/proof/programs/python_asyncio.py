"""python3 asyncio: streams, server and clients in one program."""

PACKAGES = ["python3"]


def session(stage):
    stage.run("/usr/bin/python3", stage.input("streams.py"))


def load(stage):
    stage.run("/usr/bin/python3", stage.input("streams.py"), 300)
