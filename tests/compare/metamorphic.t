#!/usr/bin/python3
"""metamorphic: a program that does the same in another way compares as the same, every time.

    metamorphic.t [RUNS [FIRST SEED]]    24 unless said otherwise; `make proof` takes 200
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import metamorphic
from scenario import diff

import tap
from run import scratch

RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 24
FIRST = int(sys.argv[2]) if len(sys.argv) > 2 else 1


def the_same_in_another_way_is_the_same():
    for seed in range(FIRST, FIRST + RUNS):
        with scratch() as here:
            tried, document, same = metamorphic.try_once(here, seed)
            told = "" if same else diff(f"{here}/{seed}.plain", f"{here}/{seed}.varied").out
            tap.ok(same and document["connections_equal"] == metamorphic.CLIENTS, tried, told)


tap.run(the_same_in_another_way_is_the_same)
