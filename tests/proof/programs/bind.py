"""bind: named with two threads, asked by dig over UDP and TCP, also for a whole zone."""

import contextlib

PACKAGES = ["bind9", "bind9-dnsutils"]
SETTINGS = """
options {
	directory "HERE";
	listen-on port PORT { 127.0.0.1; };
	listen-on-v6 { none; };
	pid-file "HERE/pid";
	session-keyfile "HERE/session.key";
	recursion no;
	dnssec-validation no;
	empty-zones-enable no;
};
zone "example.test" { type master; file "HERE/zone"; allow-transfer { any; }; };
controls { };
"""
LONG = '" "'.join(["x" * 200] * 10)
ZONE = f"""$TTL 60
@ IN SOA ns.example.test. root.example.test. (1 60 60 60 60)
 IN NS ns
ns IN A 127.0.0.1
a IN A 10.0.0.1
big IN TXT "{LONG}"
"""


@contextlib.contextmanager
def serve(stage):
    port = stage.port()
    stage.file("zone", ZONE)
    settings = stage.file("named.conf", SETTINGS.replace("HERE", stage.here).replace("PORT", str(port)))
    with stage.serve("/usr/sbin/named", "-g", "-n", "2", "-c", settings, on=port, says="running"):
        yield port


def session(stage):
    asked = (["a.example.test"], ["big.example.test", "TXT"], ["+tcp", "a.example.test"], ["none.example.test"], ["example.test", "AXFR"])
    with serve(stage) as port:
        for words in asked:
            stage.run("dig", "@127.0.0.1", "-p", port, "+noall", "+answer", "+nostats", *words)


def load(stage):
    names = stage.file("names", "\n".join(["a.example.test", "big.example.test TXT", "none.example.test"] * 150))
    with serve(stage) as port:
        for by in ("+notcp", "+tcp"):
            stage.run("dig", "@127.0.0.1", "-p", port, "+short", by, "-f", names)
