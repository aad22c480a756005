"""Reporting's tallies: every number that is published, counted again from the folded rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from tests.faults.checker.contracts import Contracts
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.projections import (
    KEYS,
    Row,
    Rows,
    cases,
    differences,
    follow_ups,
    outcomes,
    referrals,
)
from tests.faults.checker.rows import Broken, Event

Count = tuple[str, str, Decimal, int, Decimal]
"""Measure, label, value, how many, and what they add up to."""
Tally = tuple[str, str, str, str, Decimal]
"""Measure, programme, subdivision, label, value."""
ZERO = Decimal(0)
_DAY = timedelta(days=1)


def tallies_equal_the_rows(evidence: Evidence) -> Iterator[Broken]:
    """Every tally is what counting the folded rows gives, by programme, by subdivision, for all."""
    wanted = tallies_of(evidence.heard("reporting"), evidence.contracts)
    yield from differences("tallies", wanted, evidence.tables["tallies"])


def tallies_of(events: Sequence[Event], contracts: Contracts) -> Rows:
    """Fold the rows, and count them."""
    return tallies(
        cases(events, contracts),
        referrals(events, contracts),
        follow_ups(events, contracts),
        outcomes(events, contracts),
        Counter(event.message.source for event in events),
    )


def tallies(
    of_case: Rows,
    of_referral: Rows,
    of_follow_up: Rows,
    of_outcome: Rows,
    sources: Mapping[str, int],
) -> Rows:
    """Count everything again."""
    totals: dict[Tally, list[Any]] = {}
    for source, n in sources.items():
        _add(totals, ("", ""), ("facts", source, ZERO, n, ZERO))
    by_case = _by_case(of_referral), _by_case(of_follow_up), _by_case(of_outcome)
    for case in of_case.values():
        if case["registered_at"] is not None and not case["in_error"]:
            parts = (rows.get(case["case_id"], []) for rows in by_case)
            for count in _of_case(case, *parts):
                _add(totals, (case["programme"], case["subdivision"]), count)
    return {
        key: {**dict(zip(KEYS["tallies"], key, strict=True)), "n": n, "total": total}
        for key, (n, total) in totals.items()
    }


def _add(totals: dict[Tally, list[Any]], of: tuple[str, str], count: Count) -> None:
    """Count for the programme and the subdivision, for either alone, and for everything.

    Lengths and debts are counted by their first two digits as well.
    """
    measure, label, key, n, total = count
    sizes = [(measure, key)]
    if measure in {"days", "owed"}:
        sizes.append((measure + "~", coarse(key)))
    for (name, value), programme, subdivision in product(sizes, (of[0], "*"), (of[1], "*")):
        tally = totals.setdefault((name, programme, subdivision, label, value), [0, ZERO])
        tally[0] += n
        tally[1] += total


def coarse(value: Decimal) -> Decimal:
    """A value's first two digits."""
    if value < 1:
        return ZERO
    unit = Decimal(10) ** (len(str(int(value))) - 2)
    return (value // unit) * unit


def _of_case(
    case: Row, of_referral: Sequence[Row], of_follow_up: Sequence[Row], of_outcome: Sequence[Row]
) -> Iterator[Count]:
    counted = [row for row in of_follow_up if row["status"] != "entered-in-error"]
    alive = {row["referral_id"] for row in counted}
    good = [
        row
        for row in of_outcome
        if row["referral_id"] in alive
        and row["outcome_class"] == "favourable"
        and not row["replaced"]
    ]
    closed = case["closed_at"] is not None
    decided = bool(good) or any(row["closing_class"] == "favourable" for row in (case, *counted))
    yield "cases", "", ZERO, 1, ZERO
    if case["opened_local"] is not None:
        since = case["opened_local"].date() - date(1970, 1, 1)
        yield "opened", "decided" if decided else "", Decimal(since.days), 1, ZERO
    if not closed:
        yield "open", case["custodian"] or "", ZERO, 1, ZERO
    if decided:
        yield from _of_decided(case, good)
    yield from _amounts(good)
    meanwhile = {row["referral_id"]: row["referral_status"] for row in of_follow_up}
    for referral in of_referral:
        followed = meanwhile.get(referral["referral_id"]) if referral["followed"] else None
        status = followed or referral["status"]
        yield "referrals", status, ZERO, 1, ZERO


def _of_decided(case: Row, good: Sequence[Row]) -> Iterator[Count]:
    """What is counted of a case that was decided in favour."""
    yield "decided", "", ZERO, 1, ZERO
    if case["closed_undated"]:
        yield "closed-undated", "", ZERO, 1, ZERO
    elif case["closed_local"] is not None and case["opened_local"] is not None:
        yield _length(case)
    if any(row["measures"] == "owed" and row["amount"] is not None for row in good):
        yield "with-amount", "", ZERO, 1, ZERO
    if any(row["measures"] == "recovered" and (row["amount"] or 0) > 0 for row in good):
        yield "with-payment", "", ZERO, 1, ZERO
    paid = {row["outcome"] for row in good if row["measures"] == "recovered" and row["amount"]}
    if paid == {"payment-as-claimed"}:
        yield "paid-as-claimed", "", ZERO, 1, ZERO
    for measure in _paid_up(good):
        yield measure, "", ZERO, 1, ZERO


def _length(case: Row) -> Count:
    """Whole days by the wall clock, from the opening to the closing."""
    days = (case["closed_local"] - case["opened_local"]) // _DAY
    if days < 0:
        return "closed-before-opened", "", ZERO, 1, ZERO
    return "days", "", Decimal(days), 1, ZERO


def _paid_up(good: Sequence[Row]) -> Iterator[str]:
    """Whether all that is owed was paid, in each currency; and then, whether more was."""
    debts = {currency: sums["owed"] for currency, sums in _sums(good).items() if sums.get("owed")}
    rests = [debts[c] - _sums(good)[c].get("recovered", ZERO) for c in debts]
    if rests and all(rest <= 0 for rest in rests):
        yield "paid-in-full"
        if any(rest < 0 for rest in rests):
            yield "paid-more"


def _sums(good: Sequence[Row]) -> dict[str, dict[str, Decimal]]:
    """What the amounts of each currency add up to, by what they measure."""
    of_currency: dict[str, dict[str, Decimal]] = {}
    for row in good:
        if row["amount"] is not None:
            sums = of_currency.setdefault(row["currency"] or "", {})
            sums[row["measures"]] = sums.get(row["measures"], ZERO) + row["amount"]
    return of_currency


def _amounts(good: Sequence[Row]) -> Iterator[Count]:
    """What is owed and what was paid in each currency."""
    for currency, sums in _sums(good).items():
        owed, paid = sums.get("owed"), sums.get("recovered")
        if owed is not None and owed > 0:
            yield "owed", currency, owed, 1, owed
            yield "owed-something", currency, ZERO, 1, owed
        elif owed is not None:
            yield "owed-nothing", currency, ZERO, 1, ZERO
        if paid is not None and paid > 0:
            yield "paid", currency, ZERO, 1, paid


def _by_case(rows: Rows) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows.values():
        if case_id := row.get("case_id"):  # without: only a later fact of it came
            found.setdefault(case_id, []).append(row)
    return found
