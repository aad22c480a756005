"""What comes in and is odd, or is changed, is told by row and cell in a file of the operator's."""

from decimal import Decimal
from pathlib import Path

from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.import_run import run_import
from services.operator.importer.run.noted import CUT_SHORT, LEFT_OUT
from services.operator.importer.run.oddities import ODDITIES
from services.operator.importer.run.row_source import RowSource
from services.operator.importer.run.summary import ImportSummary
from services.operator.importer.run.updated_case import UpdateCommands
from tests.integration.importing.files import read
from tests.unit.importing.handed_over import CANALIZACIONES, cells_of, handed_over, written
from tests.unit.importing.offices import importing

ALONE = {"abierto": "2026-01-09"}


def trial(file: Path, mapping: ImportMapping) -> tuple[ImportSummary, list[list[str]]]:
    """A trial of a file: how it ended, and the lines of the file of details."""
    details = file.with_name("details.csv")
    with RowSource(file, mapping) as source:
        summary = run_import(None, source, details=details, check=True, lang="en")
    return summary, read(details)[1:] if details.exists() else []


def test_each_cell_that_counts_as_missing_is_told_by_its_own_row(tmp_path: Path) -> None:
    text = CANALIZACIONES.replace(
        "list: service_kinds, split", "unknown: missing, list: service_kinds, split"
    ).replace("type: amount}", "type: amount, unknown: missing}")
    mapping = MAPPINGS.read(text.replace("  folio: CHH", "  folio: CHH\n  rows: each"), "x.yaml")
    odd = {**ALONE, "servicio": "conciliation, despido", "pagado": "ninguno"}
    summary, lines = trial(written(tmp_path, ALONE, odd), mapping)
    label = ODDITIES[LEFT_OUT].en
    assert lines == [["3", "Servicio", "despido", label], ["3", "Pagado", "ninguno", label]]
    assert (summary.odd[LEFT_OUT], summary.imported, summary.cases) == (1, 2, 1)


def test_a_line_of_a_csv_that_is_cut_short_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, ALONE)
    file.write_text(file.read_text() + "Oficina Dos,18/26,2026-01-10\n")
    summary, lines = trial(file, handed_over())
    assert (summary.imported, summary.odd[CUT_SHORT]) == (2, 1)
    assert lines == [["3", "", "", ODDITIES[CUT_SHORT].en]]
    assert len(cells_of()) > 3


def test_what_is_odd_without_a_cell_is_told_by_its_row(tmp_path: Path) -> None:
    summary, lines = trial(written(tmp_path, {**ALONE, "cerrado": "2026-01-02"}), handed_over())
    assert [line[0] for line in lines] == ["2"]
    assert list(summary.odd) == ["closed-before-opened"]


def test_nothing_is_written_where_nothing_is_odd(tmp_path: Path) -> None:
    summary, lines = trial(written(tmp_path, ALONE), handed_over())
    assert (summary.imported, lines) == (1, [])


def test_an_update_tells_each_change_with_what_was_there_before() -> None:
    closed = {"date_opened": "2024-01-02", "date_closed": "2024-06-03"}
    paid = {**closed, "amount_assessed": "70", "amount_paid": "60"}
    with importing() as office:
        row = office.imports(**paid)
        folio = office.record(row).registered[0].fact.folio
        found = office.updates(**{**paid, "amount_paid": "35", "date_opened": "2024-01-05"})
    assert isinstance(found, UpdateCommands)
    assert found.folio == folio
    told = {(one.kind, one.field): (one.before, one.after) for one in found.told}
    assert len(found.told) == sum(found.changes.values())
    assert told["corrected", "opened_at"] == ("2024-01-02", "2024-01-05")
    before, after = told["mended", "amount"]
    assert before.startswith("payment 60")
    assert after.startswith("payment 35")
    assert Decimal(after.split()[1]) == 35
