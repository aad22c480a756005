"""What the checker counts of a case, and that it sees a number that was counted otherwise."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.faults.checker.projections import Row, Rows, differences
from tests.faults.checker.tallies import tallies

OPENED = datetime(2026, 5, 4, 21, 30)  # noqa: DTZ001 - the wall clock's own time
CLOSED = OPENED + timedelta(days=40)
CASE: Row = {
    "case_id": "c",
    "registered_at": OPENED,
    "in_error": False,
    "programme": "mecal",
    "subdivision": "MX-CHH",
    "custodian": "office",
    "opened_local": OPENED,
    "closed_at": CLOSED,
    "closed_local": CLOSED,
    "closing_class": "favourable",
    "closed_undated": False,
}


def rows_of(case: Row, *amounts: tuple[str, str, str], outcome: str = "payment") -> Rows:
    """All tallies of one case. amounts: what each outcome measures, its amount and currency."""
    followed = {"referral_id": "r", "case_id": "c", "status": "open", "closing_class": None}
    outcomes: dict[Any, Row] = {
        (n,): {
            "case_id": "c",
            "referral_id": "r",
            "outcome": outcome,
            "outcome_class": "favourable",
            "measures": measures,
            "amount": Decimal(amount),
            "currency": currency,
            "replaced": None,
        }
        for n, (measures, amount, currency) in enumerate(amounts)
    }
    return tallies(
        {("c",): case}, {}, {("r",): {**followed, "referral_status": None}}, outcomes, {}
    )


def counted(case: Row, *amounts: tuple[str, str, str], outcome: str = "payment") -> dict[str, int]:
    """How many were counted of each measure, over everything."""
    return {
        row["measure"]: row["n"]
        for row in rows_of(case, *amounts, outcome=outcome).values()
        if row["programme"] == row["subdivision"] == "*"
    }


def test_a_closing_on_an_unknown_day_has_no_length_and_is_counted_apart() -> None:
    assert counted(CASE)["days"] == 1
    undated = counted({**CASE, "closed_undated": True})
    assert undated["closed-undated"] == 1
    assert not {"days", "open", "closed-before-opened"} & {*undated}


@pytest.mark.parametrize(
    ("amounts", "measures"),
    [
        ([("owed", "9", "USD"), ("recovered", "9", "USD")], {"paid-in-full"}),
        ([("owed", "9", "USD"), ("recovered", "10", "USD")], {"paid-in-full", "paid-more"}),
        ([("owed", "9", "USD"), ("recovered", "8.99", "USD")], set()),
        ([("owed", "9", "USD"), ("recovered", "9", "MXN")], set()),
        ([("owed", "0", "USD"), ("recovered", "9", "USD")], set()),
        ([("recovered", "9", "USD")], set()),
    ],
)
def test_a_case_is_paid_in_full_if_in_each_currency_all_that_is_owed_was_paid(
    amounts: list[tuple[str, str, str]], measures: set[str]
) -> None:
    assert {*counted(CASE, *amounts)} & {"paid-in-full", "paid-more"} == measures


@pytest.mark.parametrize(
    ("outcome", "amount", "counts"),
    [("payment-as-claimed", "9", 1), ("payment-as-claimed", "0", 0), ("payment", "9", 0)],
)
def test_a_payment_of_something_is_as_claimed_if_its_outcome_says_so(
    outcome: str, amount: str, counts: int
) -> None:
    told = counted(CASE, ("recovered", amount, "USD"), outcome=outcome)
    assert told.get("paid-as-claimed", 0) == counts


def test_the_first_day_is_counted_from_1970_and_by_whether_the_case_was_decided() -> None:
    opened = [row for row in rows_of(CASE).values() if row["measure"] == "opened"]
    assert {(row["label"], row["key"]) for row in opened} == {("decided", Decimal(20577))}
    other = rows_of({**CASE, "closing_class": "unfavourable"}).values()
    assert {row["label"] for row in other if row["measure"] == "opened"} == {""}


@pytest.mark.parametrize("as_if", [{"closed_undated": False}, {"opened_local": CLOSED}])
def test_a_figure_that_was_counted_otherwise_is_seen(as_if: Row) -> None:
    case = {**CASE, "closed_undated": True}
    wanted, found = rows_of(case), rows_of({**case, **as_if})
    assert list(differences("tallies", wanted, list(wanted.values()))) == []
    assert list(differences("tallies", wanted, list(found.values())))
