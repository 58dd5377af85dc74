"""ruby: TCPServer and a UNIXServer, a thread for each client."""

PACKAGES = ["ruby"]


def session(stage):
    stage.run("ruby", stage.input("ruby.rb"))
