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


def stopped_at(done: int, source: RowSource, file: Path | None = None) -> ImportSummary:
    """A trial that is stopped once so many rows have ended."""
    stop = Event()
    if not done:
        stop.set()

    def progress(ended: int, rows: int | None) -> None:
        del rows
        if ended >= done:
            stop.set()

    return run_import(None, source, check=True, stop=stop, progress=progress, rejected=file)


@pytest.mark.parametrize("rows", ["one", "sum", "each"])
def test_a_stop_leaves_rows_and_says_so_whether_or_not_they_were_read(
    tmp_path: Path, rows: str
) -> None:
    file = written(tmp_path, *({**ALONE, "numero": str(n)} for n in range(1_200)))
    with RowSource(file, handed_over(rows=rows)) as source:
        summary = stopped_at(500, source)
    assert (summary.imported, summary.interrupted, summary.clean) == (500, True, False)


@pytest.mark.parametrize("rows", ["one", "sum"])
def test_a_stop_after_the_last_row_interrupts_nothing(tmp_path: Path, rows: str) -> None:
    with RowSource(written(tmp_path, ALONE, ALONE), handed_over(rows=rows)) as source:
        summary = stopped_at(2, source)
    assert (summary.interrupted, summary.clean) == (False, True)


@pytest.mark.parametrize("rows", ["one", "sum", "each"])
def test_a_stop_before_the_first_row_reads_no_more(tmp_path: Path, rows: str) -> None:
    file = written(tmp_path, *({**ALONE, "numero": str(n)} for n in range(5)))
    with RowSource(file, handed_over(rows=rows)) as source:
        summary = stopped_at(0, source)
    assert (summary.done, summary.interrupted) == (0, True)
    assert summary.rows <= 2


ENDLESS = {
    "of one key": {**ALONE, "numero": "1"},
    "rejected": {"numero": "1", "abierto": "x"},
}


@pytest.mark.parametrize("cells", ENDLESS.values(), ids=ENDLESS)
def test_a_stop_is_heard_also_among_rows_of_which_none_is_sent(
    tmp_path: Path, cells: dict[str, str]
) -> None:
    file = written(tmp_path, *(cells for _ in range(3_000)))
    with RowSource(file, handed_over()) as source:
        summary = stopped_at(700, source, tmp_path / "rejected.csv")
    assert summary.interrupted
    assert summary.rows < 1_300


def test_no_case_is_made_of_the_rows_that_were_read_before_a_stop(tmp_path: Path) -> None:
    broken = {"numero": "1", "abierto": "x"}
    file = written(tmp_path, {**ALONE, "numero": "2"}, broken, {**ALONE, "numero": "2"})
    with RowSource(file, handed_over(rows="sum")) as source:
        summary = stopped_at(1, source)
    assert (summary.imported, summary.rejected, summary.interrupted) == (0, 1, True)


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
        run = ImportRun(source, {}, endings, now(), Event())
        run.carry(NothingSent(endings, Event()))
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
