#!/usr/bin/python3
"""duckdb: the queries of docs/large-scale.md, run by DuckDB on traces as they are, answer what is in them."""

import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[:0] = [os.path.join(HERE, "../lib"), HERE]
import tap
import traces
from node import node
from run import ROOT, scratch

PAGE = os.path.join(ROOT, "docs/large-scale.md")


def queries():
    with open(PAGE, encoding="utf-8") as f:
        return dict(re.findall(r"^```sql name=(\w+)\n(.*?)^```$", f.read(), re.M | re.S))


def answers(case):
    """{name of the query: its rows}, numbers as numbers."""
    asked = queries()
    with scratch() as here:
        file = os.path.join(here, "queries.json")
        with open(file, "w", encoding="utf-8") as f:
            parquet = os.path.join(here, "calls.parquet")
            json.dump([sql.replace("TRACES", case).replace("calls.parquet", parquet) for sql in asked.values()], f)
        result = node(os.path.join(HERE, "duckdb.mjs"), file)
    assert result.status == 0, result
    number = lambda v: int(v) if isinstance(v, str) and re.fullmatch(r"-?\d+", v) else v
    return {name: [{k: number(v) for k, v in row.items()} for row in rows] for name, rows in zip(asked, json.loads(result.out))}


def recorded(case):
    """The calls of a case, read by Python."""
    lines = {line for f in glob.glob(f"{case}/*.jsonl") for line in open(f, encoding="utf-8") if line.startswith('{"ev":"call"')}
    return [json.loads(line) for line in lines]


def nginx_and_fifty_clients():
    case = traces.case("fifty_clients_of_nginx")
    told, calls = answers(case), recorded(case)
    tap.equal([(r["call"], r["err"], r["times"]) for r in told["errors"]], [("connect", "ECONNREFUSED", 1), ("waitpid", "ECHILD", 1)], "errors, by program")
    by_call = {r["call"]: r for r in told["latencies"]}
    for name in ("connect", "recv", "close"):
        spans = sorted(c["dt"] for c in calls if c["call"] == name)
        got = by_call[name]
        tap.equal((got["calls"], got["max_ns"]), (len(spans), spans[-1]), f"latencies: all of {name}, the longest")
        tap.ok(got["p50_ns"] in spans[len(spans) // 2 - 1 : len(spans) // 2 + 1], f"latencies: half of {name}", (got, spans))
    slowest = max(c["dt"] for c in calls if c["call"].startswith("accept"))
    tap.equal((len(told["accepts"]), told["accepts"][0]["waited_ms"]), (10, round(slowest / 1e6, 3)), "the slowest accepts first")
    tap.equal([(r["connects"], r["begun"]) for r in told["peers"]], [(49, 49), (1, 0)], "connections by peer")
    tap.equal({r["call"]: r["calls"] for r in told["by_columns"]}, {name: r["calls"] for name, r in by_call.items()}, "the same by columns, from a file")
    tap.equal(len(told["backlog"]), 49, "both ends of each connection find each other")


def the_backlog_is_that_of_the_viewer():
    told = answers(traces.case("waited_in_backlog"))["backlog"]
    waits = [round(r["queued_ns"] / 1e9, 2) for r in told]
    tap.equal(waits, [0.2, 0.0], "who waited in the backlog, how long")


def what_leaks():
    told = answers(traces.case("leaked_descriptor"))
    left = [json.loads(line)["open"] for f in glob.glob(f"{traces.case('leaked_descriptor')}/*.jsonl") for line in open(f, encoding="utf-8") if '"ev":"exit"' in line]
    tap.equal(sum(r["leaked"] for r in told["leaked"]), sum(map(len, left)), "sockets open at the end are counted")
    tap.ok(told["leaked"], "and there are some", told)


def live_files_count_once():
    case = traces.case("killed_by_sigpipe")
    told = answers(case)["latencies"]
    tap.equal(sum(r["calls"] for r in told), len(recorded(case)), "a line of the live file, and room that is not used, counts once or not at all")


tap.run(nginx_and_fifty_clients, the_backlog_is_that_of_the_viewer, what_leaks, live_files_count_once)
