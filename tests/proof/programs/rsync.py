"""rsync: a daemon in the foreground, files to it and from it."""

PACKAGES = ["rsync"]
SETTINGS = """
use chroot = no
uid = root
gid = root
[lesson]
	path = HERE/there
	read only = no
"""


def session(stage):
    port = stage.port()
    for number in range(20):
        stage.file(f"here/{number}.txt", f"{number}\n" * 5000)
    stage.file("there/first.txt", "to be\n")
    settings = stage.file("rsyncd.conf", SETTINGS.replace("HERE", stage.here))
    server = ["rsync", "--daemon", "--no-detach", "--address=127.0.0.1", f"--port={port}", f"--config={settings}"]
    url = f"rsync://127.0.0.1:{port}/lesson/"
    with stage.serve(*server, on=port):
        stage.run("rsync", url.removesuffix("lesson/"))
        stage.run("rsync", "-r", stage.path("here") + "/", url)
        stage.run("rsync", "-r", url, stage.path("back"))
    stage.natively("sh", "-c", "cat back/*.txt | cksum")
