"""``canaliza import undo`` in an installation: a file is taken back as a whole."""

import threading
from pathlib import Path

import pytest

from services.followup import life
from services.followup.decisions import RecordContact
from services.operator.importer.errors import ImportNotPossible
from services.operator.importer.run.row_source import RowSource
from services.operator.importer.run.undo_run import UndoSummary, run_undo
from services.reporting.views import Reports
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.service.command_client import KeyedCommand, accepted, submit
from tests.integration.importing.conftest import Office
from tests.integration.importing.files import row, written
from tests.integration.importing.test_updating import AFTER, BEFORE

pytestmark = pytest.mark.integration


def digest_of(office: Office, file: Path) -> str:
    with RowSource(file, office.mapping) as source:
        assert source.digest is not None
        return source.digest


def undoes(office: Office, file: Path, **how: object) -> UndoSummary:
    digest = digest_of(office, file)
    return run_undo(office.installation, digest, office.mapping.name, **how)  # type: ignore[arg-type]


def ended(summary: UndoSummary) -> tuple[int, ...]:
    return summary.voided, summary.restored, summary.already, len(summary.left)


def test_a_file_is_taken_back_once_and_the_reports_have_heard_of_it(office: Office) -> None:
    reports = Reports(office.services["reporting"].log)
    file = written(office.folder / "may.csv", BEFORE)
    before = reports.claims("us-wage-claims").cases
    office.imports(file)
    trial, at = undoes(office, file, check=True), office.positions()
    assert (ended(trial), trial.cases, office.positions()) == ((3, 0, 0, 0), 3, at)
    done = undoes(office, file)
    assert (ended(done), done.clean) == ((3, 0, 0, 0), True)
    assert reports.claims("us-wage-claims").cases == before
    at = office.positions()
    assert ended(undoes(office, file)) == (0, 0, 3, 0)
    assert office.positions() == at
    again = office.imports(file)
    assert (again.imported, again.voided) == (0, 3)


def test_an_update_is_taken_back_before_the_file_that_it_updated(office: Office) -> None:
    may = written(office.folder / "may.csv", BEFORE)
    june = written(office.folder / "june.csv", AFTER)
    office.imports(may)
    office.imports(june, update=True)
    first = undoes(office, may)
    assert (ended(first), set(first.left.values())) == ((1, 0, 0, 2), {"newer-file"})
    assert ended(undoes(office, june)) == (1, 2, 0, 0)
    assert ended(undoes(office, may)) == (2, 0, 1, 0)


def test_what_somebody_has_worked_on_is_left_and_told(office: Office) -> None:
    file = written(office.folder / "may.csv", BEFORE)
    office.imports(file)
    secret = office.services["intake"].secret
    case_id = secret.id_of("import", office.mapping.name, "a")
    referral = secret.id_of("import", office.mapping.name, "a", "referral")
    by = Actor("us-ks-wage-claims", "caseworker", "subject-1")
    contact = RecordContact(by=by, at=now(), channel="telephone")
    keyed = KeyedCommand("followup", life.DECIDER, referral, contact, str(case_id), "c", secret)
    accepted([submit(office.services, keyed)])
    summary = undoes(office, file)
    assert (ended(summary), summary.clean) == ((2, 0, 0, 1), False)
    ((folio, why),) = summary.left.items()
    assert (folio.split("-")[0], why) == ("US", "changed")


def test_an_undo_that_was_stopped_goes_on_where_it_was(office: Office) -> None:
    rows = [row(f"n-{n}", date_opened="2024-01-02") for n in range(2_500)]
    file = written(office.folder / "many.csv", rows)
    office.imports(file)
    stop = threading.Event()

    def progress(done: int, cases: int | None) -> None:
        assert cases == 2_500
        if done > 100:
            stop.set()

    first = undoes(office, file, progress=progress, stop=stop)
    assert first.interrupted
    assert 0 < first.voided < 2_500
    second = undoes(office, file)
    assert ended(second) == (2_500 - first.voided, 0, first.voided, 0)


def test_a_file_that_was_never_imported_is_not_there_to_be_taken_back(office: Office) -> None:
    with pytest.raises(ImportNotPossible, match="Ningún hecho"):
        run_undo(office.installation, "0" * 64)
