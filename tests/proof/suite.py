"""suite: the tests of CPython's own that concern sockets and processes, natively and traced: the same results one by one."""

import trace
from stage import Stage, stage

PACKAGES = ["python3", "libpython3.11-testsuite"]
PYTHON = "/usr/bin/python3"
MODULES = """
    test_socket test_socketserver test_select test_selectors test_poll test_epoll test_subprocess test_httplib
    test_httpservers test_ssl test_ftplib test_poplib test_smtplib test_signal test_fork1 test_os test_posix test_threading
    test_asyncio.test_base_events test_asyncio.test_events test_asyncio.test_selector_events
    test_asyncio.test_server test_asyncio.test_sock_lowlevel test_asyncio.test_sslproto test_asyncio.test_streams
    test_asyncio.test_subprocess test_asyncio.test_unix_events
""".split()
PATIENCE_S = 600
TRIES = 3  # some of these tests fail now and then by themselves


def results(how, module, *tests):
    """{test: result}, of the tests named or of all; and the lines of the trace that say that something was lost."""
    with stage(how) as here:
        found = here.path("results")
        # Its standard error is compared by nobody: times, numbers of processes, the order of threads.
        script = f'exec "$0" "$@" 3>{found} >/dev/null 2>&1'
        names = tests or [f"test.{module}"]
        here.run("sh", "-c", script, PYTHON, here.input("run_tests.py"), *names, patience=PATIENCE_S)
        with open(found, encoding="utf-8") as f:
            pairs = [line.rstrip("\n").partition(" ") for line in f]
        lost = [e for e in trace.read(here.out) if e["ev"] == "lost"]
        return {name: result for result, _, name in pairs}, here.statuses[-1], lost


class Module:
    """Its tests natively and traced; what differs is run alone again, both ways."""

    def __init__(self, name):
        self.name = name
        plain, plain_status, _ = results(Stage.NATIVELY, name)
        traced, traced_status, lost = results(Stage.TRACED, name)
        self.count = len(plain)
        self.passed = sum(result == "ok" for result in plain.values())
        differ = sorted(t for t in plain.keys() | traced.keys() if plain.get(t) != traced.get(t))
        self.again = len(differ)
        self.differing = [f"{t}: {plain.get(t)}, traced {traced.get(t)}" for t in differ if not self._agrees(t)]
        if plain_status != traced_status:
            self.differing.append(f"exit status {plain_status}, traced {traced_status}")
        self.faults = self.differing + [f"lost: {e}" for e in lost]

    def _agrees(self, test):
        """Whether a test gives the same result both ways when it is run alone."""
        if not test.startswith("test."):
            return False  # setUpClass (...)
        for _ in range(TRIES):
            if results(Stage.NATIVELY, self.name, test)[0] == results(Stage.TRACED, self.name, test)[0]:
                return True
        return False
