"""php: its own web server, and streams and ext/sockets as the client."""

import signal

PACKAGES = ["php-cli", "curl"]


def session(stage):
    port = stage.port()
    stage.file("site/index.php", "<?php echo strrev($_GET['text']), PHP_EOL;")
    with stage.serve("php", "-n", "-S", f"127.0.0.1:{port}", "-t", stage.path("site"), on=port, stop=signal.SIGINT):
        stage.natively("curl", "-sS", f"http://127.0.0.1:{port}/?text=stressed")
        stage.run("php", "-n", stage.input("client.php"), port)
