"""redis: server, client and benchmark."""

PACKAGES = ["redis-server", "redis-tools"]


def session(stage):
    port = stage.port()
    server = ["redis-server", "--save", "", "--daemonize", "no", "--bind", "127.0.0.1", "--port", port]
    with stage.serve(*server, on=port, stop=None):
        stage.run("redis-cli", "-p", port, "SET", "lesson", "sockets")
        stage.run("redis-cli", "-p", port, input="GET lesson\nINCR lesson\nLRANGE none 0 1\n")
        # Its figures differ from run to run: quiet, and behind them only the exit status counts.
        stage.run("sh", "-c", f"redis-benchmark -q -n 500 -c 5 -t set,get -p {port} >/dev/null")
        stage.run("redis-cli", "-p", port, "SHUTDOWN", "NOSAVE")
