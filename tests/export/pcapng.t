#!/usr/bin/python3
"""pcapng: `socktrace export --format=pcapng` is a capture in which tshark finds nothing wrong, and the bytes that were sent."""

import collections
import glob
import json
import os
import re
import struct
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "../lib"), HERE]
import tap
import traces
from run import ROOT, run, scratch, viewer

CHECKSUMS = [word for layer in ("ip", "tcp", "udp") for word in ("-o", f"{layer}.check_checksum:TRUE")]
# What Wireshark remarks on each connection that ends, or is reset.
USUAL = ("This frame initiates the connection closing", "This frame undergoes the connection closing", "Connection reset (RST)")
# With packets of every kind. Between two cases addresses may be the same: each of these is looked at alone.
ALONE = (*traces.SHOWN, "forking_server", "datagrams", "unix_socket", "stdio_server")


def tshark(file, *options):
    result = run("tshark", "-n", "-r", file, *CHECKSUMS, *options)
    assert result.status == 0, result
    return result.out


def capture(directory, here, *options):
    file = os.path.join(here, "capture.pcapng")
    with open(file, "wb") as f:
        f.write(traces.exported("pcapng", directory, *options))
    return file


def remarks(file, level):
    """Wireshark's expert information of that level and above: {summary: times}."""
    rows = re.findall(r"^ +(\d+) +(\w+) +[\w.]+ +(.+)$", tshark(file, "-q", "-z", f"expert,{level}"), re.M)
    return {words: int(times) for times, group, words in rows if words not in USUAL}


def rows(file, *fields, which=""):
    """A tuple for each packet."""
    told = tshark(file, *(["-Y", which] if which else []), "-T", "fields", *(w for f in fields for w in ("-e", f)))
    return [tuple(line.split("\t")) for line in told.splitlines()]


def tshark_finds_nothing_wrong():
    with scratch() as here:
        for name in ALONE:
            file = capture(traces.case(name), here)
            tap.equal(remarks(file, "note"), {}, f"{name}: no malformed packet, no wrong checksum, no gap, no repetition")
        together = os.path.join(here, "all.pcapng")
        with open(together, "wb") as f:
            for name in traces.NAMES:
                f.write(traces.exported("pcapng", traces.case(name), "--all"))
        tap.equal(remarks(together, "error"), {}, "all cases one behind the other: no malformed packet, no error")


def blocks(file):
    """(type, body) of each block, whose length stands at both its ends."""
    with open(file, "rb") as f:
        content = f.read()
    at = 0
    while at < len(content):
        kind, length = struct.unpack_from("<II", content, at)
        assert length % 4 == 0 and struct.unpack_from("<I", content, at + length - 4)[0] == length, f"a block at {at}"
        yield kind, content[at + 8 : at + length - 4]
        at += length


def names_are_in_the_file():
    with scratch() as here:
        file = capture(traces.case("two_clients"), here)
        kinds = collections.Counter(kind for kind, _ in blocks(file))
        tap.equal(kinds[1], 4, "an interface for each process, and one for who is not traced")
        told = rows(file, "frame.interface_name", "frame.interface_description", "frame.comment", which="tcp.len > 0")
        tap.equal(told[0], ("P2 echo_client 9811", "Client, exited 0: echo_client localhost 15213 hello 안녕하세요",
                            "c1  P2 echo_client 9811: write 3 = 6"), "interface and comment name process and descriptor")
        acks = rows(file, "frame.comment", which="tcp.flags == 0x10")
        tap.equal(set(acks), {("",)}, "what no call did has no comment")


def a_handshake_then_bytes_then_ends():
    with scratch() as here:
        file = capture(traces.case("two_clients"), here, "--conn=c2")
        told = rows(file, "tcp.srcport", "tcp.flags.str", "tcp.seq_raw", "tcp.ack_raw", "tcp.len")
        client, server = "33082", "15213"
        plain = [(port, flags.replace("·", ""), int(seq), int(ack), int(size)) for port, flags, seq, ack, size in told]
        tap.equal(plain, [
            (client, "S", 0, 0, 0), (server, "AS", 0, 1, 0), (client, "A", 1, 1, 0),
            (client, "AP", 1, 1, 7), (server, "A", 1, 8, 0), (server, "AP", 1, 8, 7), (client, "A", 8, 8, 0),
            (client, "AF", 8, 8, 0), (server, "A", 8, 9, 0), (server, "AF", 8, 9, 0), (client, "A", 9, 9, 0),
        ], "sequence numbers are positions in the stream")
        refused = rows(capture(traces.case("connect_refused"), here), "tcp.flags.str")
        tap.equal([f[0].replace("·", "") for f in refused], ["S", "AR"], "who is refused gets a reset")
        reset = rows(capture(traces.case("reset_by_unread_bytes"), here), "tcp.flags.str")
        tap.ok(reset[-1][0].count("R") == 1 and not any("F" in f[0] for f in reset), "who closes with bytes unread sends a reset, no FIN", reset)


def who_was_killed_ends_when_that_was_found():
    """Its last call began before the client came, and is no close."""
    with scratch() as here:
        told = rows(capture(traces.case("killed_while_it_computes"), here), "tcp.flags.str", "frame.comment")
        flags = [f[0].replace("·", "") for f in told]
        tap.equal(flags[:3] + [f for f in flags[3:] if "F" in f], ["S", "AS", "A", "AF", "AF"], "behind the handshake")
        tap.equal([comment.split(": ")[1] for f, comment in told if "F" in f], ["read 3 = 0", "close 3 = 0"], "it was found by a read")


def times_are_those_of_the_calls():
    with scratch() as here:
        case = traces.case("two_clients")
        told = rows(capture(case, here, "--conn=c2"), "frame.time_epoch", which="tcp.len > 0")
        with open(glob.glob(f"{case}/9812*.jsonl")[0], encoding="utf-8") as f:
            client = f.read()
        with open(glob.glob(f"{case}/9809*.jsonl")[0], encoding="utf-8") as f:
            first = f.readline()
        clock = re.search(r'"t":(\d+).*"realtime":\[(\d+),(\d+)\]', first)
        offset = int(clock[2]) * 10**9 + int(clock[3]) - int(clock[1])
        write = int(re.search(r'"t":(\d+),"dt":\d+,"tid":\d+,"call":"write"', client)[1]) + offset
        tap.equal(told[0][0], f"{write // 10**9}.{write % 10**9:09}", "to the nanosecond")


def followed(file, stream=0):
    """What each side sent, as Wireshark's Follow Stream has it."""
    sides = [b"", b""]
    for line in tshark(file, "-q", "-z", f"follow,tcp,raw,{stream}").splitlines():
        if re.fullmatch(r"\t?[0-9a-f]+", line):
            sides[line.startswith("\t")] += bytes.fromhex(line)
    return sides


def followed_streams_are_what_was_sent():
    for host in ("127.0.0.1", "::1"):
        with scratch() as here, traces.talk(host) as out:
            file = capture(out, here)
            tap.ok(followed(file) == [traces.SAYS, traces.ANSWERS], f"{host}: all {len(traces.SAYS)} bytes, and all of the answer")
            tap.equal(remarks(file, "note"), {}, f"{host}: nothing is remarked")


def written(case):
    """What each TCP socket of a case wrote, as far as it was recorded, in the order of its calls."""
    tcp, said = set(), collections.defaultdict(bytes)
    lines = {line for f in glob.glob(f"{case}/*.jsonl") for line in open(f, encoding="utf-8") if line.startswith('{"ev":"call"')}
    for call in sorted(map(json.loads, lines), key=lambda call: call["t"]):
        if call["call"] in ("connect", "accept", "accept4") and call.get("local", {}).get("family", "").startswith("AF_INET"):
            tcp.add(call.get("newsock", call["sock"]))
        if call["call"] in ("write", "writev", "send", "sendto", "sendmsg") and call["ret"] > 0:
            said[call["sock"]] += call.get("data", "").encode("latin-1")
    return [said[sock] for sock in tcp if said[sock]]


def sides_of_streams(file):
    """{(stream, port): what that side sent}"""
    sides = collections.defaultdict(bytes)
    for stream, port, payload in rows(file, "tcp.stream", "tcp.srcport", "tcp.payload", which="tcp.len > 0"):
        sides[stream, port] += bytes.fromhex(payload)
    return sides


def the_bytes_of_every_kind_of_server_are_there():
    with scratch() as here:
        for name in traces.SHOWN:
            said, file = written(traces.case(name)), capture(traces.case(name), here, "--all")
            sides = sides_of_streams(file)
            lacking = collections.Counter(said) - collections.Counter(sides.values())
            tap.ok(not lacking, f"{name}: all that {len(said)} sockets wrote is in the streams", (lacking, sides))
            if said and not lacking:
                stream = next(stream for (stream, _), side in sides.items() if side == said[0])
                tap.ok(any(said[0] in side for side in followed(file, stream)), f"{name}: Follow Stream shows it", said[0])


def what_was_not_recorded_has_its_length():
    with scratch() as here, traces.talk(piece=102400, data=10) as out:
        file = capture(out, here)
        sizes = rows(file, "tcp.srcport", "tcp.len", "frame.cap_len", "frame.len", which="tcp.len > 0")
        sent = collections.Counter()
        for port, size, _, _ in sizes:
            sent[port] += int(size)
        tap.equal(sorted(sent.values()), sorted((len(traces.SAYS), len(traces.ANSWERS))), "the lengths are the real ones")
        tap.ok(all(int(cap) <= 40 + 10 < int(real) for _, _, cap, real in sizes), "and the first bytes of each call are there", sizes)
        tap.equal(remarks(file, "warn"), {}, "nothing is wrong with that")


def datagrams_and_unix_sockets():
    with scratch() as here:
        told = rows(capture(traces.case("datagrams"), here), "udp.length", "udp.payload", "frame.comment")
        tap.ok(told and all(int(size) - 8 == len(data) // 2 for size, data, _ in told), "datagrams are UDP, whole", told)
        unix = rows(capture(traces.case("unix_socket"), here), "ipv6.src", "ipv6.dst", "frame.comment")
        tap.equal({(src, dst) for src, dst, _ in unix}, {("2001:db8:0:1::1", "2001:db8:0:1::2"), ("2001:db8:0:1::2", "2001:db8:0:1::1")},
                  "Unix sockets stand under addresses of documentation")
        tap.contains(unix[0][2], "No packet: a Unix socket", "and the first packet says so")


def who_wrote_by_stdio_is_known_from_who_read():
    with scratch() as here:
        there, back = followed(capture(traces.case("stdio_server"), here))
        tap.ok(there and back, "bytes that no recorded call wrote are in the stream", (there, back))
        there, back = followed(capture(traces.case("server_only"), here))
        tap.equal(there, back, "an end that is not traced has sent what the other read")


def who_is_not_known_is_no_stranger():
    with scratch() as here:
        file = capture(traces.case("which_is_not_known"), here)
        told = rows(file, "tcp.dstport", "frame.interface_name", which="tcp.flags.syn == 1 and tcp.flags.ack == 1")
        names = {name for _, name in told}
        tap.equal(names, {"P1 srv 501", "not known", "not traced"}, "an interface says that it is not known who it was")


def twice_the_same():
    for name in traces.SHOWN:
        for what in ("pcapng", "mermaid", "perfetto"):
            first, second = (traces.exported(what, traces.case(name)) for _ in range(2))
            tap.ok(first and first == second, f"{name}: {what} is the same each time")


def what_has_no_packets_is_said():
    with scratch() as here:
        netlink = os.path.join(here, "out")
        code = "import socket; s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0); s.bind((0, 0)); s.send(b'\\0' * 16)"
        run("python3", "-c", code, env=traces.traced_env(netlink))
        result = viewer("export", "-o", f"{here}/x.pcapng", netlink)
        tap.ok(result.status == 0 and "1 to the kernel (netlink)" in result.err, "left out", result)


tap.run(tshark_finds_nothing_wrong, names_are_in_the_file, a_handshake_then_bytes_then_ends,
        who_was_killed_ends_when_that_was_found, times_are_those_of_the_calls,
        followed_streams_are_what_was_sent, the_bytes_of_every_kind_of_server_are_there, what_was_not_recorded_has_its_length, datagrams_and_unix_sockets,
        who_wrote_by_stdio_is_known_from_who_read, who_is_not_known_is_no_stranger, twice_the_same, what_has_no_packets_is_said)
