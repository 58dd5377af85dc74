"""perl: IO::Socket::INET, a server that forks for each client."""

PACKAGES = ["perl"]


def session(stage):
    stage.run("perl", stage.input("perl.pl"))
