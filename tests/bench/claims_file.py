"""Wage claims as a CSV: the published ones of Kansas where they are at hand, else made-up ones.

The project carries none of those files. The made-up ones have their columns and their mix.
"""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from shared.kernel.ids import derived_id
from tests.bench.stage import REPOSITORY

PUBLISHED = REPOSITORY.parent / "shared/data/wage-claims/kansas.csv"
COLUMNS = (
    *("case_uuid", "violation_uuid", "state_name", "employer_name", "employer_dba_name"),
    *("employer_city", "violation_category", "case_status", "date_opened", "date_paid"),
    *("date_closed", "amount_claimed", "amount_assessed", "amount_paid"),
)
_FIRST_DAY = date(2010, 1, 4)
_STATUSES = ("", "dismissed", "withdrawn", "affirmed", "claimant_won", "pending enforcement")


def write(file: Path, count: int) -> str:
    """Write so many claims; says which."""
    published = PUBLISHED.exists()
    rows = _published() if published else made_up()
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(islice(rows, count))
    return "of those published for Kansas" if published else "made up"


def _published() -> Iterator[dict[str, str]]:
    """Each claim once: a claim over several violations has several rows."""
    seen = set()
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as source:
        for row in csv.DictReader(source):
            if row["case_uuid"] not in seen:
                seen.add(row["case_uuid"])
                yield row


def made_up(seed: int = 7) -> Iterator[dict[str, str]]:
    """Claims without end; the same seed makes the same ones."""
    choose = random.Random(seed)  # noqa: S311 - made-up claims, not secrets
    number = 0
    while True:
        number += 1
        opened = _FIRST_DAY + timedelta(days=choose.randrange(3_000))
        closed = opened + timedelta(days=choose.randrange(400))
        claimed = choose.randrange(5_000, 900_000) / 100
        won = choose.random() < 0.5
        assessed = round(claimed * choose.random(), 2) if won else None
        yield {
            "case_uuid": str(derived_id("bench claim", str(seed), str(number))),
            "violation_uuid": str(derived_id("bench violation", str(seed), str(number))),
            "state_name": "Kansas",
            "case_status": choose.choice(_STATUSES[3:]) if won else choose.choice(_STATUSES[:3]),
            "date_opened": opened.isoformat(),
            "date_paid": closed.isoformat() if won and choose.random() < 0.6 else "",
            "date_closed": closed.isoformat(),
            "amount_claimed": str(claimed),
            "amount_assessed": "" if assessed is None else str(assessed),
            "amount_paid": "" if assessed is None else str(round(assessed / 2, 2)),
        }
