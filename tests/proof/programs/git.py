"""git daemon: a repository is cloned over it, and changed, and fetched again."""

PACKAGES = ["git"]
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", "2000-01-01T00:00:00Z"))
}


def session(stage):
    port, home = stage.port(), stage.path("repositories/lesson")
    url, clone = f"git://127.0.0.1:{port}/lesson", stage.path("clone")
    stage.file("repositories/lesson/a.txt", "to be\n")
    stage.natively("git", "init", "-q", "-b", "main", home)
    stage.natively("git", "-C", home, "add", ".")
    stage.natively("git", "-C", home, "commit", "-q", "-m", "first", **IDENTITY)
    base = stage.path("repositories")
    # Its own children serve; without --reuseaddr a second run in a minute would find the port taken.
    server = [
        "git",
        "daemon",
        "--export-all",
        "--reuseaddr",
        "--listen=127.0.0.1",
        f"--port={port}",
        f"--base-path={base}",
        base,
    ]
    with stage.serve(*server, on=port):
        stage.run("git", "ls-remote", url)
        stage.run("git", "clone", "-q", url, clone)
        stage.natively("git", "-C", home, "commit", "-q", "--allow-empty", "-m", "second", **IDENTITY)
        stage.run("git", "-C", clone, "pull", "-q")
    stage.natively("git", "-C", clone, "log", "--format=%H %s")
