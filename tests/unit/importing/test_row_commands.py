"""A row's commands: to which services, under which keys, and at which moments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import given
from hypothesis import strategies as some

from services.followup.amounts import AmountNotANumber, AmountTooFine, OutcomeNeedsAmount
from services.intake.case import RegisterCase
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.rejections import RowRejected, rejection_of
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_source import Row
from services.operator.importer.run.trial import Trial
from services.referral.closing import CloseCase
from services.referral.refusals import AddresseeNotRegistered
from shared.kernel.refusals import InTheFuture
from shared.service.command_client import KeyedCommand
from tests.installation_secret import ANOTHER, SECRET
from tests.unit.importing.mapping_files import wage_row, wages
from tests.unit.importing.trials import trial_with

NOW = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


def commands_of(row: Row, now: datetime = NOW, mapping: str = "us-wage-claims") -> RowCommands:
    return RowCommands(row, read_case(row, wages(mapping)), wages(mapping), now, secret=SECRET)


def commands(**cells: str) -> RowCommands:
    return commands_of(wage_row(**cells))


def shared(**cells: str) -> RowCommands:
    """The same, by a mapping whose referrals share the case."""
    mapping = wages()
    (handover,) = mapping.handovers
    sharing = replace(mapping, handovers=(replace(handover, kind="share"),))
    row = wage_row(**cells)
    return RowCommands(row, read_case(row, sharing), sharing, NOW, secret=SECRET)


def entries(row: RowCommands) -> list[KeyedCommand]:
    """The directory's entries of a row's institutions."""
    return [row.directory_entry(one) for one in row.case.institutions]


def moments(**cells: str) -> list[str]:
    return [keyed.command.at.isoformat() for keyed in commands(**cells).all]


@cache
def trial() -> Trial:
    """A trial in Kansas, whose institutions are registered."""
    return trial_with(commands(), NOW)


def test_a_row_travels_through_three_services_in_order() -> None:
    row = commands(amount_paid="5", date_opened="2010-01-04", date_closed="2010-07-08")
    assert [type(keyed.command).__name__ for keyed in row.all] == [
        "RegisterCase", "ReferCase", "AcceptReferral", "CloseCase",
        "RecordOutcome", "RecordOutcome", "CloseFollowUp",
    ]  # fmt: skip
    assert list(row.by_service) == ["intake", "referral", "followup"]
    assert {keyed.command.by.subject for keyed in row.all} == {"import:us-wage-claims"}
    assert len({keyed.correlation for keyed in row.all}) == 1
    assert (row.first, row.last) == (row.all[0], row.all[-1])


def test_each_command_happens_at_the_date_of_the_file() -> None:
    opened, closed = "2010-01-04T00:00:00-06:00", "2010-07-08T00:00:00-05:00"
    assert moments(date_opened="2010-01-04", date_closed="2010-07-08", amount_paid="5") == [
        opened, opened, opened, closed, closed, closed, closed,
    ]  # fmt: skip


def test_without_an_opening_date_nothing_comes_after_the_closing() -> None:
    assert set(moments(date_closed="2010-07-08")) == {"2010-07-08T00:00:00-05:00"}
    command = commands(date_closed="2010-07-08").first.command
    assert isinstance(command, RegisterCase)
    assert command.opened_at is None


def test_without_any_date_it_happened_when_it_was_imported_by_the_clock_there() -> None:
    assert set(moments(amount_paid="5")) == {"2026-05-04T13:00:00-05:00"}


def test_a_case_is_closed_by_whoever_has_custody_then() -> None:
    for row, closer in (
        (commands(date_closed="2010-07-08"), "us-ks-wage-claims"),
        (shared(date_closed="2010-07-08"), "us-ks-wage-claims-intake"),
    ):
        (close,) = (one for one in row.all if isinstance(one.command, CloseCase))
        assert (close.service, close.command.by.institution) == ("referral", closer)
        assert isinstance(close.command, CloseCase)
        assert close.command.outcome == "not-decided"
        assert close.command.imported is not None, "it is history, whatever its dates"
        assert trial().refusal(row) is None
    assert not any(isinstance(one.command, CloseCase) for one in commands(amount_paid="5").all)


def test_an_open_case_has_its_outcome_recorded_and_stays_open() -> None:
    row = commands(amount_paid="5", date_opened="2010-01-04")
    names = [type(keyed.command).__name__ for keyed in row.by_service["followup"]]
    assert names == ["RecordOutcome"] * 2


def test_the_same_row_has_the_same_commands_at_any_time() -> None:
    row = wage_row(amount_paid="5")
    later = commands_of(row, NOW + timedelta(days=9))
    assert [keyed.id for keyed in commands_of(row).all] == [keyed.id for keyed in later.all]


def test_a_row_with_other_values_is_the_same_case_under_other_keys() -> None:
    before, after = commands(amount_paid="5"), commands(amount_paid="6")
    assert before.case_id == after.case_id
    assert not {keyed.id for keyed in before.all} & {keyed.id for keyed in after.all}


def test_only_the_installation_that_imports_a_row_can_tell_its_ids() -> None:
    row = wage_row()
    ours, theirs = (
        RowCommands(row, read_case(row, wages()), wages(), NOW, secret=secret)
        for secret in (SECRET, ANOTHER)
    )
    assert ours.case_id != theirs.case_id
    assert ours.referral_id != theirs.referral_id
    assert not {keyed.id for keyed in ours.all} & {keyed.id for keyed in theirs.all}
    assert ours.case_id == commands_of(row).case_id


def test_another_mapping_has_cases_of_its_own() -> None:
    assert commands_of(wage_row(), mapping="other").case_id != commands().case_id


def test_a_value_that_only_a_later_service_would_refuse_is_refused_first() -> None:
    fine = commands(amount_paid="1.23456", date_closed="2010-07-08")
    refusal = trial().refusal(fine)
    assert isinstance(refusal, AmountTooFine)
    rejection = rejection_of(refusal, fine.row, wages())
    assert (rejection.column, rejection.value) == ("amount_paid", "1.23456")
    assert trial().refusal(commands(amount_paid="1.2345")) is None


def test_a_date_to_come_is_refused_at_its_column() -> None:
    row = commands(date_opened="2010-01-04", date_closed="2030-07-08")
    refusal = trial().refusal(row)
    assert isinstance(refusal, InTheFuture)
    assert rejection_of(refusal, row.row, wages()).column == "date_closed"


def test_a_trial_meets_the_refusals_that_the_services_would_give() -> None:
    assert trial().refusal(commands(amount_paid="5")) is None
    elsewhere = commands(state_name="Wyoming")
    assert isinstance(trial().refusal(elsewhere), AddresseeNotRegistered)
    fine = commands(amount_paid="1.23456")
    assert isinstance(trial().refusal(fine), AmountTooFine)


CELLS = {
    "case_status": ["", "paid", "dismissed", "open", "pending appeal", "Something Else"],
    "date_opened": ["", "2010-01-04", "2026-05-04", "2026-05-05", "2031-01-01"],
    "date_closed": ["", "2009-01-04", "2026-05-05", "2030-07-08"],
    "date_paid": ["", "2011-01-04", "2030-07-08"],
    "amount_paid": ["", "0", "1.2345", "1.23456", "9" * 15, "9" * 16],
    "amount_assessed": ["", "0.0", "7", "0.00001", "1" + "0" * 15],
}


@given(some.fixed_dictionaries({name: some.sampled_from(cells) for name, cells in CELLS.items()}))
def test_whatever_the_values_only_dates_and_amounts_are_refused(cells: dict[str, str]) -> None:
    try:
        row = commands(**cells)
    except RowRejected:
        return
    anew = trial.__wrapped__().refusal(row)
    assert anew is None or isinstance(
        anew, InTheFuture | AmountTooFine | AmountNotANumber | OutcomeNeedsAmount
    )
    assert type(trial().refusal(row)) is type(anew)  # also if a row of its kind came before it


@given(some.fixed_dictionaries({name: some.sampled_from(cells) for name, cells in CELLS.items()}))
def test_a_row_is_over_only_once_nothing_that_it_says_is_to_come(cells: dict[str, str]) -> None:
    try:
        row = commands(**cells)
    except RowRejected:
        return
    said = [keyed.command.at for keyed in row.all]
    assert not any(row.is_over_by(moment) for moment in said if moment < max(said))


def test_the_institutions_of_a_case_can_be_entered_in_the_directory() -> None:
    deciding = Deciding({})
    assert [deciding.enter(entry) for entry in entries(commands())] == [None, None]
    codes = [entry.correlation for entry in entries(commands())]
    assert codes == ["us-ks-wage-claims-intake", "us-ks-wage-claims"]
