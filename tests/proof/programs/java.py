"""java: an HttpServer and an HttpClient, launched from one source file."""

PACKAGES = ["openjdk-17-jdk-headless"]


def session(stage):
    stage.run("java", stage.input("Http.java"))
