"""node: an HTTP server and its clients in one program."""

PACKAGES = ["nodejs"]


def session(stage):
    stage.run("node", stage.input("node.js"))


def load(stage):
    stage.run("node", stage.input("node.js"), 300)
