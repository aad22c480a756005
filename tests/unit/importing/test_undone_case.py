"""A file is taken back: what becomes of the cases that it made, and of those that it changed."""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.followup.decisions import RecordContact, RecordOutcome
from services.intake import case as intake
from services.intake.decisions import CorrectCase
from services.operator.importer.run.case_record import Outcome
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.undone_case import LeftAlone, UndoCommands
from services.referral import custody, custody_states
from shared.kernel.ids import new_id
from tests.unit.importing.offices import Imported, file_of, importing

OPEN = {"date_opened": "2024-01-02"}
CLOSED = {**OPEN, "date_closed": "2024-06-03"}
PAID = {**CLOSED, "amount_assessed": "70", "amount_paid": "60"}
HALF = {**CLOSED, "amount_assessed": "70", "amount_paid": "35"}
AS_CLAIMED = {**CLOSED, "amount_assessed": "70", "amount_paid": "70"}
MOVED = {**PAID, "date_opened": "2024-01-05", "date_closed": "2024-05-06"}


@pytest.fixture
def office() -> Iterator[Imported]:
    with importing() as made:
        yield made


def test_a_case_that_the_file_made_is_entered_in_error_with_all_that_hangs_on_it(
    office: Imported,
) -> None:
    row = office.imports(**PAID)
    before = len(office.names(row))
    found = office.undoes(row, "first")
    assert isinstance(found, UndoCommands)
    assert found.voids
    assert isinstance(office.services["intake"].state(intake.DECIDER, row.case_id), intake.InError)
    held = office.services["referral"].state(custody.DECIDER, row.case_id)
    assert isinstance(held, custody_states.CaseInError)
    entry = office.record(row).registered[-1]
    assert (entry.fact.reason, file_of(entry)) == ("import-error", "first")
    assert entry.meta.subject == "undo:us-wage-claims"
    assert len(office.names(row)) > before
    assert office.undoes(row, "first") is None


def test_a_case_that_somebody_has_worked_on_since_is_left(office: Imported) -> None:
    row = office.imports(**OPEN)
    office.does("followup", RecordContact, row, channel="telephone")
    before = office.names(row)
    found = office.undoes(row, "first")
    assert found == LeftAlone(folio_of(office, row.case_id), "changed")
    assert office.names(row) == before


def test_a_file_is_not_taken_back_from_under_a_newer_one(office: Imported) -> None:
    row = office.imports(**OPEN)
    office.updates(**PAID)
    assert office.undoes(row, "first") == LeftAlone(folio_of(office, row.case_id), "newer-file")
    assert isinstance(office.undoes(row, "second"), UndoCommands)
    found = office.undoes(row, "first")
    assert isinstance(found, UndoCommands)
    assert found.voids


def folio_of(office: Imported, case_id: object) -> str:
    state = office.services["intake"].state(intake.DECIDER, case_id)  # type: ignore[arg-type]
    folio: str = state.folio
    return folio


@pytest.mark.parametrize("before", [OPEN, PAID, HALF, AS_CLAIMED, MOVED, CLOSED])
@pytest.mark.parametrize("after", [OPEN, PAID, HALF, AS_CLAIMED, MOVED, CLOSED])
def test_an_update_that_is_undone_leaves_the_state_before(
    office: Imported, before: dict[str, str], after: dict[str, str]
) -> None:
    row = office.imports(**before)
    stood = office.as_it_stands(row)
    office.updates(**after)
    for _ in range(2):
        office.undoes(row, "second")
        assert office.as_it_stands(row) == stood
        assert office.undoes(row, "second") is None
        office.updates(**after)
        whole = office.imports(case_uuid=f"b-{new_id()}", **after)
        assert office.as_it_stands(row) == office.as_it_stands(whole)


@settings(max_examples=30, deadline=None)
@given(some.lists(some.sampled_from([OPEN, PAID, HALF, MOVED, CLOSED]), min_size=2, max_size=5))
def test_updates_undone_from_the_last_to_the_first_lead_back_to_the_first_file(
    steps: list[dict[str, str]],
) -> None:
    with importing() as office:
        row = office.imports(**steps[0])
        stood = [office.as_it_stands(row)]
        for number, step in enumerate(steps[1:]):
            office.file = f"update-{number}"
            office.updates(**step)
            stood.append(office.as_it_stands(row))
        for number in reversed(range(len(steps) - 1)):
            assert office.as_it_stands(row) == stood.pop()
            office.undoes(row, f"update-{number}")
        assert office.as_it_stands(row) == stood.pop()
        assert isinstance(office.undoes(row, "first"), UndoCommands)


@settings(max_examples=30, deadline=None)
@given(
    some.lists(some.sampled_from([OPEN, PAID, HALF, MOVED, CLOSED]), min_size=2, max_size=5),
    some.randoms(use_true_random=False),
)
def test_in_whatever_order_files_are_undone_nothing_stands_twice(
    steps: list[dict[str, str]], order: Random
) -> None:
    with importing() as office:
        row = office.imports(**steps[0])
        first = office.as_it_stands(row)
        files = [f"update-{number}" for number in range(1, len(steps))]
        for office.file, step in zip(files, steps[1:], strict=True):
            office.updates(**step)
        order.shuffle(files)
        for file in files * len(files):
            office.undoes(row, file)
            kinds = [one.outcome for one in outcomes_now(office, row)]
            assert len(kinds) == len(set(kinds))
        assert office.as_it_stands(row) == first


def outcomes_now(office: Imported, row: RowCommands) -> list[Outcome]:
    items = office.record(row).work(row.referral_id).items.values()
    return [each.now for each in items if isinstance(each.now, Outcome)]


def test_what_somebody_changed_after_an_update_is_not_undone(office: Imported) -> None:
    row = office.imports(**OPEN)
    office.updates(**MOVED)
    office.does("intake", CorrectCase, row, correction_id=new_id(), subdivision="US-KS",
                municipality=None, channel="published-record", opened_at=None)  # fmt: skip
    before = office.names(row)
    assert office.undoes(row, "second") == LeftAlone(folio_of(office, row.case_id), "changed")
    assert office.names(row) == before


def test_what_the_update_did_not_touch_may_have_been_changed_since(office: Imported) -> None:
    row = office.imports(**PAID)
    office.updates(**HALF)
    office.does("intake", CorrectCase, row, correction_id=new_id(), subdivision="US-KS",
                municipality=None, channel="published-record", opened_at=None)  # fmt: skip
    found = office.undoes(row, "second")
    assert isinstance(found, UndoCommands)
    assert dict(found.changes) == {"mended": 1}


def test_what_a_newer_file_recorded_again_does_not_stand_twice_after_an_undo(
    office: Imported,
) -> None:
    row = office.imports(**PAID)
    office.updates(**CLOSED)
    office.file = "third"
    office.updates(**PAID)
    stood = office.as_it_stands(row)
    assert office.undoes(row, "second") == LeftAlone(folio_of(office, row.case_id), "newer-file")
    assert office.as_it_stands(row) == stood
    office.undoes(row, "third")
    assert isinstance(office.undoes(row, "second"), UndoCommands)
    assert office.as_it_stands(row) == stood


def test_what_somebody_recorded_again_does_not_stand_twice_after_an_undo(office: Imported) -> None:
    row = office.imports(**PAID)
    office.updates(**OPEN)
    office.does("followup", RecordOutcome, row, outcome="payment", amount=Decimal(70),
                currency="USD")  # fmt: skip
    before = office.names(row)
    assert office.undoes(row, "second") == LeftAlone(folio_of(office, row.case_id), "changed")
    assert office.names(row) == before


def test_a_value_that_a_newer_file_changed_is_left_to_that_file(office: Imported) -> None:
    row = office.imports(**PAID)
    office.updates(**HALF)
    office.file = "third"
    office.updates(**{**PAID, "amount_paid": "12"})
    assert office.undoes(row, "second") == LeftAlone(folio_of(office, row.case_id), "newer-file")


def test_a_file_that_says_nothing_of_a_case_takes_nothing_back(office: Imported) -> None:
    row = office.imports(**PAID)
    office.updates(**PAID)
    assert office.undoes(row, "second") is None
