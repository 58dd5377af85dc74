"""redis: server, client and benchmark."""

PACKAGES = ["redis-server", "redis-tools"]


def server(port):
    return ["redis-server", "--save", "", "--daemonize", "no", "--bind", "127.0.0.1", "--port", port]


def session(stage):
    port = stage.port()
    with stage.serve(*server(port), on=port, stop=None):
        stage.run("redis-cli", "-p", port, "SET", "lesson", "sockets")
        stage.run("redis-cli", "-p", port, input="GET lesson\nINCR lesson\nLRANGE none 0 1\n")
        # Its figures differ from run to run: quiet, and behind them only the exit status counts.
        stage.run("sh", "-c", f"redis-benchmark -q -n 500 -c 5 -t set,get -p {port} >/dev/null")
        stage.run("redis-cli", "-p", port, "SHUTDOWN", "NOSAVE")


def load(stage):
    port = stage.port()
    with stage.serve(*server(port), on=port, stop=None):
        stage.run("sh", "-c", f"redis-benchmark -q -n 10000 -c 50 -P 4 -t set,get,lrange_100 -p {port} >/dev/null")
        stage.run("/usr/bin/python3", stage.input("crowd.py"), "text", port, r"GET lesson\r\n", r"\r\n", 60)
        stage.run("redis-cli", "-p", port, "SHUTDOWN", "NOSAVE")
