"""``--update`` in an installation: a newer file of the same source, as a whole."""

import threading

import pytest

from services.operator.importer.run.summary import ImportSummary
from tests.integration.importing.conftest import Office
from tests.integration.importing.files import read, row, written
from tests.unit.importing.offices import file_of

pytestmark = pytest.mark.integration

BEFORE = [
    row("a", date_opened="2024-01-02"),
    row("b", date_opened="2024-01-02", date_closed="2024-02-03", amount_paid="10",
        amount_assessed="20"),
    row("c", date_opened="2024-01-02"),
]  # fmt: skip
AFTER = [
    row("a", date_opened="2024-01-02", date_closed="2024-06-03", amount_paid="70",
        amount_assessed="70"),
    row("b", date_opened="2024-01-02", date_closed="2024-02-03", amount_paid="11",
        amount_assessed="20"),
    row("c", date_opened="2024-01-02"),
    row("d", date_opened="2024-05-02"),
]  # fmt: skip


def ended(summary: ImportSummary) -> tuple[int, ...]:
    return summary.imported, summary.updated, summary.already_there, summary.left


def test_a_newer_file_is_shown_then_made_and_then_there(office: Office) -> None:
    assert office.imports(written(office.folder / "may.csv", BEFORE)).imported == 3
    june = written(office.folder / "june.csv", AFTER)
    before = office.positions()
    details = office.folder / "details.csv"
    trial = office.imports(june, update=True, check=True, details=details)
    assert len(trial.shown) == len(read(details)) - 1 == sum(trial.changes.values())
    assert {line[0] for line in read(details)[1:]} == {"2", "3"}
    assert all(" → " in line[3] for line in read(details)[1:])
    assert (ended(trial), office.positions()) == ((1, 2, 1, 0), before)
    assert trial.changes == {"recorded": 2, "closed": 1, "mended": 1}
    done = office.imports(june, update=True)
    assert (ended(done), done.changes, done.clean) == ((1, 2, 1, 0), trial.changes, True)
    after = office.positions()
    again = office.imports(june, update=True)
    assert (ended(again), office.positions()) == ((0, 0, 4, 0), after)
    assert [fact.name for fact in office.history("a")].count("referral-requested") == 1
    assert len({file_of(f) for f in office.history("a")}) == 2


def test_without_update_a_newer_file_changes_nothing(office: Office) -> None:
    office.imports(written(office.folder / "may.csv", BEFORE))
    june = written(office.folder / "june.csv", AFTER)
    out = office.folder / "out.csv"
    summary = office.imports(june, rejected=out)
    assert (summary.imported, summary.differing, summary.already_there) == (1, 2, 1)
    assert [line[0] for line in read(out)[1:]] == ["2", "3"]


def test_an_update_that_was_stopped_goes_on_where_it_was(office: Office) -> None:
    older = [row(f"n-{n}", date_opened="2024-01-02", amount_paid="1") for n in range(2_500)]
    office.imports(written(office.folder / "may.csv", older))
    newer = [{**one, "amount_paid": "12.25"} for one in older]
    june = written(office.folder / "june.csv", newer)
    stop = threading.Event()

    def progress(done: int, rows: int | None) -> None:
        del rows
        if done > 100:
            stop.set()

    first = office.imports(june, update=True, progress=progress, stop=stop)
    assert first.interrupted
    assert 0 < first.updated < 2_500
    second = office.imports(june, update=True)
    assert (second.already_there, second.updated) == (first.updated, 2_500 - first.updated)
    assert second.clean
