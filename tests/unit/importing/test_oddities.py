"""What a file says that a live command could not is counted by kind, and imported all the same."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.imported_history import ImportedDeed, ImportedOutcome
from services.operator.importer.run.noted import LEFT_OUT
from services.operator.importer.run.oddities import (
    ABOVE_CEILING,
    ANSWERED_BEFORE_REFERRED,
    CLOSED_BEFORE_OPENED,
    CLOSED_UNDATED,
    DONE_AFTER_CLOSED,
    EFFECT_AFTER_CLOSED,
    EFFECT_BEFORE_OPENED,
    EFFECT_TO_COME,
    ENDED_AND_OPEN,
    ODDITIES,
    REFERRED_BEFORE_OPENED,
    oddities_of,
)
from tests.unit.importing.handed_over import handed_over, row_of
from tests.unit.importing.mapping_files import wage_claim
from tests.unit.importing.test_row_commands import NOW, commands, trial
from tests.unit.importing.test_ways import SENT

PAID = {"amount_paid": "5", "case_status": "claimant_won"}


@pytest.mark.parametrize(
    ("cells", "odd"),
    [
        ({"date_opened": "2010-01-04", "date_closed": "2010-07-08"}, set()),
        ({"date_opened": "2010-07-08", "date_closed": "2010-07-08"}, set()),
        (
            {"date_opened": "2010-07-09", "date_closed": "2010-07-08"},
            {CLOSED_BEFORE_OPENED, EFFECT_BEFORE_OPENED},
        ),
        ({"date_closed": "2010-07-08", "date_paid": "2010-07-09"}, {EFFECT_AFTER_CLOSED}),
        ({"amount_paid": "1000000.01"}, {ABOVE_CEILING}),
        ({"amount_paid": "1000000"}, set()),
        ({"amount_claimed": "n/a"}, {LEFT_OUT}),
        ({"amount_claimed": "-549.48"}, {LEFT_OUT}),
        ({"amount_claimed": " "}, set()),
    ],
)
def test_each_kind_is_told_apart_and_none_is_refused(cells: dict[str, str], odd: set[str]) -> None:
    assert oddities_of(wage_claim(**{**PAID, **cells}), NOW) == odd
    row = commands(**{**PAID, **cells})
    assert trial().refusal(row) is None


def test_a_day_of_effect_still_to_come_is_told_of_a_case_that_is_open() -> None:
    case = msgspec.structs.replace(wage_claim(date_opened="2010-01-04"), closed=None)
    to_come = ImportedOutcome("payment", Decimal(5), "USD", date(2030, 7, 8))
    assert oddities_of(msgspec.structs.replace(case, outcomes=(to_come,)), NOW) == {EFFECT_TO_COME}


@pytest.mark.parametrize(
    ("cells", "odd"),
    [
        ({}, set()),
        ({"abierto": "2026-01-10"}, {REFERRED_BEFORE_OPENED}),
        ({"recibido": "2026-01-08"}, {ANSWERED_BEFORE_REFERRED}),
        ({"respondido": "2026-01-08"}, {ANSWERED_BEFORE_REFERRED}),
        ({"contacto": "telephone", "contactado": "2026-03-04"}, {DONE_AFTER_CLOSED}),
        ({"cerrado": "", "estado": "cerrado"}, {CLOSED_UNDATED}),
    ],
)
def test_what_is_odd_of_a_hand_over_or_a_closing_is_told_too(
    cells: dict[str, str], odd: set[str]
) -> None:
    row = row_of(**{**SENT, "cerrado": "2026-03-03", **cells})
    assert oddities_of(read_case(row, handed_over()), NOW) == odd


HANDED_ON = {**SENT, "traspaso": "2026-02-02"}


@pytest.mark.parametrize(
    ("cells", "odd"),
    [
        (HANDED_ON, {ENDED_AND_OPEN}),
        ({**HANDED_ON, "cerrado": "2026-03-03"}, set()),
        ({**HANDED_ON, "juzgado": "Tercero"}, set()),
        (SENT, set()),
    ],
)
def test_an_end_at_one_that_handed_nothing_on_is_not_taken_and_told(
    cells: dict[str, str], odd: set[str]
) -> None:
    case = read_case(row_of(**cells), handed_over())
    assert oddities_of(case, NOW) == odd


def test_what_was_done_before_a_hand_over_is_looked_at_too() -> None:
    case = read_case(row_of(**HANDED_ON, juzgado="Tercero", cerrado="2026-03-03"), handed_over())
    (first, last) = case.all_handovers
    day = datetime(2026, 2, 3, tzinfo=UTC)
    done = msgspec.structs.replace(
        first.work,
        contacts=(ImportedDeed("telephone", day),),
        outcomes=(ImportedOutcome("payment", Decimal(10**9), "MXN", date(2025, 1, 1)),),
    )
    handovers = (msgspec.structs.replace(first, work=done), last)
    found = oddities_of(case.with_handovers(handovers, case.work), NOW)
    assert found == {DONE_AFTER_CLOSED, ABOVE_CEILING, EFFECT_BEFORE_OPENED}


def test_every_kind_has_a_label_in_both_languages() -> None:
    assert all(text.es != text.en for text in ODDITIES.values())
    assert {ABOVE_CEILING, CLOSED_BEFORE_OPENED, EFFECT_TO_COME} <= ODDITIES.keys()
