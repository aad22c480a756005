"""A CSV file is opened once and read once, row by row, or the reason is given."""

import os
import threading
from pathlib import Path

import pytest

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.run.row_source import Row, RowSource
from tests.unit.importing.mapping_files import wages

HEADINGS = ",".join(column.heading for column in wages().columns)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "case_uuid"),
        (b"a,b\n1,2\n", "case_uuid"),
        (b"PK\x03\x04\xff\xfe\x00", "utf-8-sig"),
        ((HEADINGS + ",case_uuid\n").encode(), "case_uuid"),
        ((HEADINGS + '\n"a"b,,,,,,,,\n').encode(), "fila 2"),
        ((HEADINGS + '\n"a"b,,,,,,,,\n').encode(), "row 2"),
        (None, "No existe"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_reason(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "claims.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FileNotUsable, match=sentence), RowSource(file, wages()) as source:
        list(source)


def test_rows_are_counted_as_a_spreadsheet_does_and_empty_lines_are_none(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_bytes(f'\ufeff{HEADINGS}\n"a",,,,,,,,\n\nb,,"two\nlines",,,,,,\nc,\n'.encode())
    with RowSource(file, wages()) as source:
        assert [(row.number, row.cells is None) for row in source] == [
            (2, False),
            (4, False),
            (5, True),
        ]
        assert (source.read, source.estimated_rows, source.has_more()) == (3, 3, False)


def test_only_the_mappings_columns_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(f"employer_name,{HEADINGS}\nSecret Ltd,a,Kansas,,,,,,,\n")
    with RowSource(file, wages()) as source:
        (row,) = source
    assert isinstance(row, Row)
    assert "Secret Ltd" not in str(row)
    assert row.cells is not None
    assert row.cells["state_name"] == "Kansas"


def test_how_many_rows_there_are_is_estimated_by_the_files_size(tmp_path: Path) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(HEADINGS + "\n" + "claim,Kansas,,,,,,,\n" * 40_000)
    with RowSource(file, wages()) as source:
        at_first = source.estimated_rows
        estimates = [source.estimated_rows for row in source if row.number % 1_000 == 1]
        assert all(35_000 < (estimate or 0) < 41_000 for estimate in estimates[5:])
        assert at_first is None
        assert source.estimated_rows == source.read == 40_000


def test_a_pipe_will_do_for_it_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(f"{HEADINGS}\na,Kansas,,,,,,,\n",))
    writer.start()
    with RowSource(pipe, wages()) as source:
        assert [row.number for row in source] == [2]
        assert source.estimated_rows is None
    writer.join()
