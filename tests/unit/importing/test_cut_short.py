"""An import that ends before the file does says so, whatever its rows are."""

from pathlib import Path
from threading import Event

import pytest

from services.operator.importer.errors import FileNotUsable, ImportCutShort
from services.operator.importer.run.import_run import ImportRun, run_import
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.row_endings import RowEndings
from services.operator.importer.run.row_source import RowSource
from services.operator.importer.run.summary import ImportSummary
from services.operator.importer.run.trial import NothingSent
from shared.kernel.clock import now
from tests.unit.importing.handed_over import handed_over, written

ALONE = {"abierto": "2024-01-02"}


@pytest.mark.parametrize("rows", ["one", "sum", "each"])
def test_a_stop_leaves_rows_and_says_so_whether_or_not_they_were_read(
    tmp_path: Path, rows: str
) -> None:
    file = written(tmp_path, *({**ALONE, "numero": str(n)} for n in range(1_200)))
    stop = Event()
    stop.set()
    with RowSource(file, handed_over(rows=rows)) as source:
        summary = run_import(None, source, check=True, stop=stop)
    assert (summary.imported, summary.interrupted, summary.clean) == (500, True, False)


@pytest.mark.parametrize("rows", ["one", "sum"])
def test_a_stop_after_the_last_row_interrupts_nothing(tmp_path: Path, rows: str) -> None:
    stop = Event()
    stop.set()
    with RowSource(written(tmp_path, ALONE, ALONE), handed_over(rows=rows)) as source:
        summary = run_import(None, source, check=True, stop=stop)
    assert (summary.interrupted, summary.clean) == (False, True)


def carried(folder: Path, rows: str) -> ImportSummary:
    """An import of a file whose first row is rejected, and that changes as soon as it is."""
    summary = ImportSummary()
    many = ({**ALONE, "numero": str(n)} for n in range(2, 5_000))
    file = written(folder, {"numero": "1", "abierto": "x"}, *many)

    def progress(done: int, rows: int | None) -> None:
        del rows
        if done == 1:
            with file.open("a") as writer:
                writer.write("half a row,")

    with RowSource(file, handed_over(rows=rows)) as source:
        files = RejectedFile(None), RejectedFile(None)
        endings = RowEndings(source, summary, *files, progress, now())
        run = ImportRun(source, {}, endings, now())
        run.carry(NothingSent(endings, Event()), Event())
    return summary


def test_what_was_read_before_a_file_broke_was_imported(tmp_path: Path) -> None:
    with pytest.raises(ImportCutShort, match="ya se importó") as caught:
        carried(tmp_path, "one")
    assert caught.value.code == 3


def test_but_nothing_was_where_the_cases_are_gathered_first(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable) as caught:
        carried(tmp_path, "sum")
    assert not isinstance(caught.value, ImportCutShort)
    assert caught.value.code == 2
