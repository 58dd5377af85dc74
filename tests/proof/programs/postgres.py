"""postgres: server and psql over a Unix socket, as the user postgres."""

import contextlib
import glob
import signal

PACKAGES = ["postgresql"]
TABLE = "CREATE TABLE lesson (call text); INSERT INTO lesson VALUES ('socket'), ('bind'); SELECT * FROM lesson;"


@contextlib.contextmanager
def serve(stage):
    [programs] = glob.glob("/usr/lib/postgresql/*/bin")
    data, path = stage.path("data"), stage.path(".s.PGSQL.5432")
    stage.natively("sh", "-c", f"{programs}/initdb -A trust -D {data} >/dev/null", user="postgres")
    server = [f"{programs}/postgres", "-D", data, "-k", stage.here, "-c", "listen_addresses="]
    ready = "database system is ready to accept connections"
    with stage.serve(*server, on=path, says=ready, stop=signal.SIGINT, user="postgres"):
        yield programs


def session(stage):
    with serve(stage) as programs:
        client = [f"{programs}/psql", "-X", "-h", stage.here]
        stage.run(*client, "-c", TABLE, user="postgres")
        stage.run(*client, "-c", "SELECT sum(n) FROM generate_series(1, 100000) n", user="postgres")
        stage.run(*client, "-c", "SELECT nothing", user="postgres")


def load(stage):
    with serve(stage) as programs:
        bench = [f"{programs}/pgbench", "-h", stage.here, "postgres"]
        stage.run(*bench, "-q", "-i", user="postgres")
        stage.run(*bench, "-c", 10, "-j", 2, "-t", 10, "-C", user="postgres")
        stage.run(*bench, "-c", 10, "-j", 2, "-t", 100, user="postgres")
