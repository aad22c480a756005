"""What a claim asks of the services: under which names, and at which moments."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.followup.amounts import AmountTooFine
from services.intake.case import RegisterCase
from services.operator.importer.errors import FileNotUsable
from services.operator.importer.run.imported_case import ImportedCase, claim_of
from services.operator.importer.run.source import Row, Source
from services.operator.importer.run.steps import Step, Steps, institutions, refused_in_directory
from services.operator.importer.run.troubles import trouble_with
from shared.kernel.refusals import InTheFuture
from tests.unit.importing.mapping_files import quejas, wage_claim, wage_row, wages

NOW = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


def steps_of(claim: ImportedCase, now: datetime = NOW) -> Steps:
    return Steps(2, claim, wages(), now)


def all_of(steps: Steps) -> list[Step]:
    return [*steps.registering, *steps.referring, *steps.following]


def moments(**cells: str) -> list[str]:
    return [step.command.at.isoformat() for step in all_of(steps_of(wage_claim(**cells)))]


def test_a_claim_travels_through_three_services_in_order() -> None:
    claim = wage_claim(amount_paid="5", date_opened="2010-01-04", date_closed="2010-07-08")
    steps = all_of(steps_of(claim))
    assert [type(step.command).__name__ for step in steps] == [
        "RegisterCase", "ReferCase", "AcceptReferral",
        "RecordOutcome", "RecordOutcome", "CloseFollowUp",
    ]  # fmt: skip
    assert {step.command.by.subject for step in steps} == {"import:us-wage-claims"}
    assert len({step.correlation for step in steps}) == 1
    assert steps_of(claim).last.id == steps[-1].id


def test_each_step_happens_at_the_date_of_the_file() -> None:
    opened, closed = "2010-01-04T00:00:00-06:00", "2010-07-08T00:00:00-05:00"
    assert moments(date_opened="2010-01-04", date_closed="2010-07-08", amount_paid="5") == [
        opened, opened, opened, closed, closed, closed,
    ]  # fmt: skip


def test_without_an_opening_date_nothing_comes_after_the_closing() -> None:
    assert set(moments(date_closed="2010-07-08")) == {"2010-07-08T00:00:00-05:00"}
    claim = wage_claim(date_closed="2010-07-08")
    command = steps_of(claim).registering[0].command
    assert isinstance(command, RegisterCase)
    assert command.opened_at is None


def test_without_any_date_it_happened_when_it_was_imported_by_the_clock_there() -> None:
    assert set(moments(amount_paid="5")) == {"2026-05-04T13:00:00-05:00"}


def test_an_open_claim_has_its_outcome_recorded_and_stays_open() -> None:
    steps = steps_of(wage_claim(amount_paid="5", date_opened="2010-01-04"))
    assert [type(step.command).__name__ for step in steps.following] == ["RecordOutcome"] * 2


def test_the_same_row_asks_for_the_same_at_any_time() -> None:
    claim = wage_claim(amount_paid="5")
    later = steps_of(claim, NOW + timedelta(days=9))
    assert [step.id for step in all_of(steps_of(claim))] == [step.id for step in all_of(later)]


def test_a_row_that_tells_something_else_is_the_same_case_under_other_keys() -> None:
    before, after = steps_of(wage_claim(amount_paid="5")), steps_of(wage_claim(amount_paid="6"))
    assert before.case == after.case
    assert not {step.id for step in all_of(before)} & {step.id for step in all_of(after)}


def test_another_mapping_has_cases_of_its_own() -> None:
    claim = wage_claim()
    assert Steps(2, claim, wages("other"), NOW).case != steps_of(claim).case


def test_the_services_own_rules_are_asked_before_anything_is_written() -> None:
    row = wage_row(amount_paid="1.23456", date_closed="2010-07-08")
    refusal = steps_of(claim_of(row, wages())).objection(NOW)
    assert isinstance(refusal, AmountTooFine)
    trouble = trouble_with(refusal, row, wages())
    assert (trouble.column, trouble.value) == ("amount_paid", "1.23456")
    assert steps_of(wage_claim(amount_paid="1.2345")).objection(NOW) is None
    claim = wage_claim()
    entries = institutions(claim.subdivision, wages(), NOW)
    assert steps_of(claim).objection_to_referring(entries) is None


def test_a_date_to_come_is_refused_at_its_column() -> None:
    row = wage_row(date_closed="2030-07-08")
    refusal = steps_of(claim_of(row, wages())).objection(NOW)
    assert isinstance(refusal, InTheFuture)
    assert trouble_with(refusal, row, wages()).column == "date_closed"


def test_the_institutions_of_a_state_can_be_entered_in_the_directory() -> None:
    for mapping, state in ((wages(), "US-KS"), (quejas(), "MX-CHH")):
        entries = institutions(state, mapping, NOW)
        assert len(entries) == 2
        assert [refused_in_directory(entry) for entry in entries] == [None, None]
    codes = [entry.correlation for entry in institutions("US-KS", wages(), NOW)]
    assert codes == ["us-ks-wage-claims-intake", "us-ks-wage-claims"]


HEADINGS = ",".join(column.heading for column in wages().columns)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"", "case_uuid"),
        (b"a,b\n1,2\n", "case_uuid"),
        (b"PK\x03\x04\xff\xfe\x00", "utf-8-sig"),
        ((HEADINGS + ",case_uuid\n").encode(), "case_uuid"),
        ((HEADINGS + '\n"a"b,,,,,,,\n').encode(), "fila 2"),
        (None, "No existe"),
    ],
)
def test_what_is_no_such_file_says_why(tmp_path: Path, written: bytes | None, words: str) -> None:
    file = tmp_path / "claims.csv"
    if written is not None:
        file.write_bytes(written)
    with pytest.raises(FileNotUsable, match=words):
        Source(file, wages()).count()


def test_rows_are_counted_as_a_spreadsheet_does_and_empty_lines_are_none(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_bytes(f'\ufeff{HEADINGS}\n"a",,,,,,,\n\nb,,"two\nlines",,,,,\nc,\n'.encode())
    source = Source(file, wages())
    assert [(row.number, row.cells is None) for row in source] == [
        (2, False),
        (4, False),
        (5, True),
    ]
    assert source.count() == 3
    assert isinstance(next(iter(source)), Row)
