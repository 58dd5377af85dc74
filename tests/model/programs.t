#!/usr/bin/python3
"""programs: what the model makes of traces that real programs have left: scenes.py plays them."""

import contextlib
import json
import os
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "../lib"))
import tap
from run import BUILD, plain_env, run, scratch, traced_env

CLIENT, SERVER = 0, 1


def play(scene, *args):
    """The model of a scene's trace, and what the scene printed."""
    with scratch() as here:
        out = os.path.join(here, "trace")
        played = run(sys.executable, os.path.join(HERE, "scenes.py"), scene, *args, env=traced_env(out), cwd=here)
        if played.status:
            raise AssertionError(f"{scene}: {played!r}")
        dumped = run(os.path.join(BUILD, "tests/model/dump"), out)
        if dumped.status or dumped.err:
            raise AssertionError(f"{scene}: dump: {dumped!r}")
        model = json.loads(dumped.out)
        tap.equal(model["warnings"], 0, f"{scene}: all of it could be read")
        return model, played.out


def of_kind(model, kind):
    return [c for c in model["conns"] if c["kind"] == kind]


def whole(conns, kind, count, name):
    """So many connections of which both ends are known, whose every read has its write, with nothing unread."""
    facts = [(c["one_sided"], c["reads"] == c["caused"], [e["unread"] for e in c["ends"]]) for c in conns]
    tap.equal(facts, [("", True, [0, 0])] * count, f"{name}: {count} of {kind}, every byte followed")


def datagrams_over_udp():
    model, _ = play("udp_clients")
    conns = of_kind(model, "datagram")
    whole(conns, "datagram", 3, "udp")
    tap.equal([c["exchanges"] for c in conns], [2, 2, 2], "udp: two questions and answers each")
    tap.equal(len({c["ends"][SERVER]["sock"] for c in conns}), 1, "udp: one server socket")
    tap.equal(len({c["ends"][CLIENT]["pid"] for c in conns}), 3, "udp: three clients")
    tap.ok(all(c["ends"][CLIENT]["port"] for c in conns), "udp: the clients' ports are known", conns)


def datagrams_that_are_lost():
    model, out = play("udp_loss")
    (conn,) = of_kind(model, "datagram")
    sent = conn["ends"][CLIENT]
    tap.equal(sent["pieces"] - sent["pieces_unread"], int(out), "loss: who was received is known")
    tap.ok(sent["pieces_unread"] > 0, "loss: something was lost", sent)
    tap.equal((conn["reads"], conn["caused"]), (int(out), int(out)), "loss: every receive has its send")


def datagrams_over_unix():
    model, _ = play("unix_datagrams")
    conns = of_kind(model, "datagram")
    whole(conns, "datagram", 2, "unix datagrams")
    tap.equal([c["ends"][CLIENT]["written"] for c in conns], [8, 5], "unix datagrams: who sent what")


def datagrams_to_a_group():
    model, _ = play("multicast")
    conns = of_kind(model, "datagram")
    whole(conns, "datagram", 3, "multicast")
    tap.equal([[c["ends"][side]["written"] for side in (CLIENT, SERVER)] for c in conns], [[11, 10]] * 3,
              "multicast: each member heard both, and answered")


def a_write_that_connects():
    model, _ = play("fast_open")
    reached, refused = of_kind(model, "stream")
    whole([reached], "stream", 1, "fast open")
    tap.equal([e["written"] for e in reached["ends"]], [5, 3], "fast open: what was written")
    tap.equal(refused["outcome"], "refused", "fast open: nobody listens")


def a_proxy_that_splices():
    model, _ = play("spliced")
    conns = of_kind(model, "stream")
    whole(conns, "stream", 2, "splice")
    tap.equal([[e["written"] for e in c["ends"]] for c in conns], [[11, 11]] * 2, "splice: bytes there and back, twice")


def connections_of_every_kind():
    for scene, kind in (("mapped", "stream"), ("pair_across_fork", "pair"), ("killed", "stream")):
        model, _ = play(scene)
        whole(of_kind(model, kind), kind, 1, scene)
    model, _ = play("seqpacket")
    (conn,) = of_kind(model, "seqpacket")
    tap.equal((conn["one_sided"], conn["reads"], conn["caused"]), ("", 2, 2), "seqpacket: both records were followed")


def the_kernel_at_the_other_end():
    model, _ = play("netlink")
    (conn,) = of_kind(model, "kernel")
    tap.equal(conn["one_sided"], "the other end is the kernel", "netlink: the kernel answers")
    tap.equal(conn["exchanges"], 1, "netlink: one question")


def descriptors_in_messages():
    model, _ = play("passed")
    (conn,) = of_kind(model, "stream")
    whole([conn], "stream", 1, "passed")
    received = [d for d in model["descriptors"] if d["born"] == "recvmsg"]
    tap.equal(len(received), 1, "passed: one descriptor came in a message")
    accepted = [d for d in model["descriptors"] if d["born"] in ("accept", "accept4")]
    tap.equal(received[0]["from"], accepted[0]["pid"], "passed: from whom")
    tap.equal(accepted[0]["held_by"], received[0]["pid"], "passed: the sender's close sends no end")
    tap.equal(conn["ends"][SERVER]["pid"], received[0]["pid"], "passed: the worker is the connection's end")


def a_port_used_a_thousand_times():
    model, _ = play("reused")
    conns = of_kind(model, "stream")
    whole(conns, "stream", 1000, "reused")
    tap.equal(len({(c["ends"][0]["sock"], c["ends"][1]["sock"]) for c in conns}), 1000, "reused: no socket twice")
    tap.equal({c["exchanges"] for c in conns}, {1}, "reused: one question each")


def ends_and_states():
    model, _ = play("half_close")
    (conn,) = of_kind(model, "stream")
    tap.equal([e["eof_sent"] for e in conn["ends"]], ["shutdown", "close"], "half close: who ended how")
    states = {s["sock"]: s["states"] for s in model["socks"]}
    tap.equal(states[conn["ends"][CLIENT]["sock"]],
              ["unconnected", "connecting", "connected", "half-closed", "closed"], "half close: the client's states")
    tap.equal(states[conn["ends"][SERVER]["sock"]], ["connected", "half-closed", "closed"], "half close: the server's")
    model, _ = play("kept_copy")
    (conn,) = of_kind(model, "stream")
    held = [d for d in model["descriptors"] if d["sock"] == conn["ends"][SERVER]["sock"] and d["held_by"]]
    tap.equal([d["closed"] for d in held], ["close"], "kept copy: the child's close sends no end")
    accepted = [d for d in model["descriptors"] if d["born"] in ("accept", "accept4")]
    tap.equal(held[0]["held_by"], accepted[0]["pid"], "kept copy: the parent holds it open")


def resets():
    for scene, why in (("reset_unread", "unread"), ("reset_linger", "linger"), ("reset_write_after", "write after")):
        model, _ = play(scene)
        (conn,) = of_kind(model, "stream")
        reset = conn.get("reset", {})
        tap.equal((reset.get("why"), reset.get("by")), (why, "server"), f"{scene}: why, and who")
        tap.ok(reset.get("seen"), f"{scene}: the client was told", reset)


def a_full_backlog():
    model, _ = play("overflow")
    conns = of_kind(model, "stream")
    tap.equal([c["ends"][SERVER]["sock"] for c in conns], [0, 0, 0], "overflow: nobody was accepted")
    tap.ok({c["outcome"] for c in conns} <= {"pending", "not accepted"}, "overflow: they wait", conns)


def many_at_once():
    model, _ = play("threads")
    whole(of_kind(model, "stream"), "stream", 4, "threads")
    tap.equal([c["exchanges"] for c in of_kind(model, "stream")], [5] * 4, "threads: five questions each")
    model, _ = play("event_loop")
    whole(of_kind(model, "stream"), "stream", 3, "event loop")


def proxies():
    model, _ = play("proxies")
    conns = of_kind(model, "stream")
    whole(conns, "stream", 3, "proxies")
    tap.equal([c["on_behalf_of"] for c in conns], [0, 1, 2], "proxies: each serves the one before")


@contextlib.contextmanager
def two_namespaces():
    """The names of two network namespaces with a veth between them; None where they cannot be made."""
    names = [f"socktrace-{os.getpid()}-{i}" for i in range(2)]
    steps = [["netns", "add", n] for n in names]
    steps.append(["link", "add", "veth0", "netns", names[0], "type", "veth", "peer", "veth0", "netns", names[1]])
    for i, n in enumerate(names):
        steps.append(["-n", n, "address", "add", f"10.11.12.{i + 1}/24", "dev", "veth0"])
        steps.append(["-n", n, "link", "set", "veth0", "up"])
    try:
        failed = next((r for r in (run("ip", *s, env=plain_env()) for s in steps) if r.status), None)
        yield None if failed else names, failed
    finally:
        for n in names:
            run("ip", "netns", "delete", n, env=plain_env())


def two_networks():
    if os.geteuid() or not os.path.exists("/usr/sbin/ip"):
        tap.skip("namespaces", "needs root, and iproute2")
        return
    with two_namespaces() as (names, failed):
        if not names:
            tap.skip("namespaces", f"this machine makes none: {failed!r}")
            return
        model, _ = play("namespaces", *names)
        whole(of_kind(model, "stream"), "stream", 1, "namespaces")


tap.run(
    datagrams_over_udp,
    datagrams_that_are_lost,
    datagrams_over_unix,
    datagrams_to_a_group,
    a_write_that_connects,
    a_proxy_that_splices,
    connections_of_every_kind,
    the_kernel_at_the_other_end,
    descriptors_in_messages,
    a_port_used_a_thousand_times,
    ends_and_states,
    resets,
    a_full_backlog,
    many_at_once,
    proxies,
    two_networks,
)
