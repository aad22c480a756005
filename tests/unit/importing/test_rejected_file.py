"""What the file of rejected rows says, and to whom."""

import csv
import os
import re
from pathlib import Path

import pytest

from services.operator.importer.errors import ImportCutShort
from services.operator.importer.run.rejected_file import RejectedFile
from services.operator.importer.run.rejections import Rejection
from shared.kernel.text import Text

ROOT = Path(__file__).parents[3]


def reject(path: Path, column: str, value: str) -> None:
    with RejectedFile(path) as out:
        out.add(2, Rejection(column, value, Text("no es un importe", "is no amount")))


def test_no_cell_of_the_rejected_file_is_a_formula(tmp_path: Path) -> None:
    reject(tmp_path / "out.csv", "=A1", "=2+5")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1] == ["2", "'=A1", "'=2+5", "no es un importe"]


def test_a_full_disk_is_told_by_its_name() -> None:
    with pytest.raises(ImportCutShort, match="El disco se llenó") as caught:
        reject(Path("/dev/full"), "amount", "x" * 100_000)
    assert caught.value.code == 3


def test_nothing_else_writes_cells_that_a_spreadsheet_opens() -> None:
    """A second writer of CSV must make its cells inert too."""
    writers = re.compile(r"\bcsv\.(?:writer|DictWriter)\(|text/csv")
    files = [file for part in ("services", "shared") for file in (ROOT / part).rglob("*.py")]
    found = [file.name for file in files if writers.search(file.read_text(encoding="utf-8"))]
    assert sorted(found) == ["rejected_file.py", "writing.py"]


def test_a_file_that_everybody_could_read_is_closed_before_it_is_written(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_text("of an earlier run, and longer than what is written now " * 9)
    out.chmod(0o666)
    reject(out, "amount", "x")
    assert out.stat().st_mode & 0o777 == 0o600
    assert "earlier" not in out.read_text(encoding="utf-8-sig")


@pytest.mark.timeout(20)
def test_a_pipe_that_nobody_reads_is_refused_at_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ImportCutShort, match="No se puede escribir pipe"), RejectedFile(pipe):
        pass
