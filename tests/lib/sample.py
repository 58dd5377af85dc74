"""sample: a good line of each kind, to be spoiled by tests of the tests."""

ADDRESS = {"family": "AF_INET", "addr": "127.0.0.1", "port": 8080, "len": 16, "raw": "02001f907f0000010000000000000000"}
CALL = {
    "ev": "call",
    "t": 755053524888,
    "dt": 50123456,
    "tid": 4711,
    "call": "accept",
    "fd": 3,
    "sock": 4097,
    "args": {"addrlen": 16},
    "ret": 4,
    "newsock": 4101,
    "ino": 12,
    "local": ADDRESS,
    "peer": ADDRESS,
    "pc": "0x55d0c0a013f2",
}
PENDING = {
    "ev": "pending",
    "t": 7,
    "tid": 4711,
    "call": "connect",
    "fd": 3,
    "sock": 4097,
    "args": {"addr": ADDRESS, "addrlen": 16},
    "pc": "0x55d0c0a013f2",
}
PROCESS = {
    "ev": "process",
    "t": 1,
    "tid": 5,
    "v": 1,
    "pid": 5,
    "ppid": 1,
    "started": 100,
    "realtime": [1, 2],
    "start": "exec",
    "exe": "/bin/x",
    "argv": ["x"],
    "cwd": "/",
    "host": "h",
    "boot": "01234567-89ab-cdef-0123-456789abcdef",
    "netns": 1,
    "pidns": 1,
    "uid": 0,
    "libc": "glibc 2.36",
    "libc_calls": False,
    "shim": "0.1.0",
}
EXIT = {"ev": "exit", "t": 1, "tid": 5, "how": "exit", "status": 0, "open": [{"fd": 3, "sock": 77}]}
LOST = {"ev": "lost", "t": 1, "tid": 5, "count": 3, "why": "SOCKTRACE_MAX"}
INHERIT = {
    "ev": "inherit",
    "t": 1,
    "tid": 5,
    "fd": 3,
    "sock": 9,
    "family": "AF_INET",
    "type": "SOCK_STREAM",
    "protocol": "IPPROTO_TCP",
    "state": "listening",
    "local": ADDRESS,
    "via": "fork",
}
MODULE = {"ev": "module", "t": 1, "tid": 5, "base": "0x1000", "end": "0x2000", "path": "/bin/x", "build_id": "00ff"}
GOOD = [CALL, PENDING, PROCESS, EXIT, LOST, INHERIT, MODULE, {"ev": "pad"}]
