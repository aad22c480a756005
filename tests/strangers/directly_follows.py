"""Discover with pm4py which activity directly follows which; run by the Python of .venv-strangers.

Reads events as JSON from standard input, [[case, activity, time], ...], and writes the counts as
JSON to standard output. pm4py greets whoever imports it on standard output: that goes to stderr.
"""

import contextlib
import json
import sys

import pandas as pd

with contextlib.redirect_stdout(sys.stderr):
    import pm4py

CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"  # names of IEEE XES


def discover(events: list[list[str]]) -> dict[str, object]:
    """Return the pairs that follow each other with their counts, and the first and last ones."""
    log = pd.DataFrame(events, columns=[CASE, ACTIVITY, TIME])
    log[TIME] = pd.to_datetime(log[TIME], utc=True)
    pairs, first, last = pm4py.discover_dfg(log)
    return {
        "pairs": [[before, after, count] for (before, after), count in pairs.items()],
        "first": first,
        "last": last,
    }


if __name__ == "__main__":
    json.dump(discover(json.load(sys.stdin)), sys.stdout)
