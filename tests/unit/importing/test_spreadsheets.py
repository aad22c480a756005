"""Spreadsheets are read as they are: a number is a number, a day is a day, an error is an error."""

import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from services.operator.importer.errors import FileChanged, FileNotUsable
from services.operator.importer.mapping.typed_cells import MomentCell, NumberCell
from services.operator.importer.run.opened_file import OpenedFile
from services.operator.importer.run.row_source import RowSource
from services.operator.importer.run.sheet_records import SheetRecords
from tests.embedded_processes import REPOSITORY
from tests.sheets import Cell, Sheets, ods, xlsx
from tests.unit.importing.mapping_files import with_file

HEADINGS: list[Cell] = [column.heading for column in with_file().columns]
KANSAS: list[Cell] = ["a", "Kansas"]
Write = Callable[[Path, Sheets], Path]
both = pytest.mark.parametrize("write", [xlsx, ods])


def read(file: Path, layout: str = "{}") -> list[tuple[int, list[str]]]:
    with RowSource(file, with_file(layout)) as source:
        return [(row.number, [*(row.cells or {}).values()]) for row in source]


@both
def test_each_cell_is_what_the_spreadsheet_says(tmp_path: Path, write: Write) -> None:
    moment = datetime(2024, 1, 2, 11, 16, 31)  # noqa: DTZ001 - a spreadsheet has no zone
    row: list[Cell] = ["007", "Kansas", "TOTAL\nof all", date(2024, 1, 2), moment, None, -0.5, 1e22]
    noise: list[Cell] = [12, "Kansas", " x ", None, None, None, 0.1 + 0.2, 2699.9999999999995]
    (_, first), (_, second) = read(write(tmp_path / "x", {"S": [HEADINGS, row, noise]}))
    assert first == [
        *("007", "Kansas", "TOTAL\nof all", "2024-01-02", "2024-01-02 11:16:31", "", "-0.5"),
        "10000000000000000000000",
    ]
    assert second[0] == "12"
    assert [Decimal(cell) for cell in second[-2:]] == [Decimal("0.3"), Decimal(2700)]
    kinds = [type(cell) for cell in (first[0], first[3], first[4], first[6])]
    assert kinds == [str, MomentCell, MomentCell, NumberCell]


@both
def test_rows_are_counted_as_they_are_shown_and_empty_ones_are_none(
    tmp_path: Path, write: Write
) -> None:
    rows: list[list[Cell]] = [
        ["Wage claims, 2024"], [], [None, *HEADINGS], [], [None, *KANSAS], [None, " "],
        [None, "b", "Kansas", *[None] * 6, "a remark"],
    ]  # fmt: skip
    file = write(tmp_path / "claims.csv", {"S": rows})  # whatever it is called
    with RowSource(file, with_file("{skip_lines: 2}")) as source:
        assert [row.number for row in source] == [5, 7]
        assert source.estimated_rows == 6
        assert source.ended


@both
def test_a_sheet_is_found_by_its_name_or_its_number(tmp_path: Path, write: Write) -> None:
    sheets: Sheets = {
        "Léame & más": [["Nothing here"]],
        "2024": [HEADINGS, KANSAS],
    }
    file = write(tmp_path / "x", sheets)
    assert len(read(file, "{sheet: 2}")) == len(read(file, '{sheet: "2024"}')) == 1
    with pytest.raises(FileNotUsable, match="tiene: Léame & más, 2024"):
        read(file, "{sheet: Claims}")
    with pytest.raises(FileNotUsable, match="no tiene la hoja #3"):
        read(file, "{sheet: 3}")
    with pytest.raises(FileNotUsable, match=r"otra hoja \(file.sheet del mapeo\)") as refused:
        read(file)
    assert "Se leyó la hoja «Léame & más»; hay: Léame & más, 2024." in refused.value.text.es


@both
def test_an_error_is_no_empty_cell(tmp_path: Path, write: Write) -> None:
    rows: list[list[Cell]] = [HEADINGS, KANSAS, ["b", "Kansas", *[None] * 5, ValueError]]
    with RowSource(
        write(tmp_path / "x", {"Other": [[ValueError]], "S": rows}), with_file("{sheet: S}")
    ) as source:
        fine, bad = source
    assert fine.flaws == ()
    ((heading, reason),) = bad.flaws
    assert (heading, "#N/A" in reason.es) == ("amount_paid", True)


WITHIN = '<c r="H3" t="e"><v>#N/A</v></c>'
"""The cell of an amount, as ``xlsx`` writes an error."""


@pytest.mark.parametrize(
    ("cell", "is_known"),
    [
        ('<c r="H3"><f>SUM(A1:A2)</f><v></v></c>', False),
        ('<c r="H3" s="1"><f>1+1</f></c>', False),
        ('<c r="H3"><f t="shared" si="0"/><v/></c>', False),
        ("<c r='H3' t='e'><v>#REF!</v></c>", False),
        ('<c r="H3"><f>1+1</f><v>2</v></c>', True),
        ('<c r="H3" t="str"><f>IF(A1=1,"x","")</f><v></v></c>', True),
        ('<c r="G3"/><c r="H3"><f>1+1</f><v>2</v></c>', True),
    ],
)
def test_a_formula_that_nobody_computed_is_no_empty_cell(
    tmp_path: Path, cell: str, *, is_known: bool
) -> None:
    rows: list[list[Cell]] = [HEADINGS, KANSAS, ["b", "Kansas", *[None] * 5, ValueError]]
    file = rewritten(xlsx(tmp_path / "x", {"S": rows}), "xl/worksheets/1.xml", WITHIN, cell)
    with RowSource(file, with_file()) as source:
        _, second = source
    assert [heading for heading, _ in second.flaws] == ([] if is_known else ["amount_paid"])


def test_a_formula_that_nobody_computed_is_no_empty_cell_in_an_opendocument_sheet_either(
    tmp_path: Path,
) -> None:
    rows: list[list[Cell]] = [HEADINGS, ["b", "Kansas", *[None] * 5, 7]]
    file = ods(tmp_path / "x", {"S": rows})
    with zipfile.ZipFile(file) as parts:
        content = parts.read("content.xml").decode()
    cell = re.findall("<table:table-cell[^>]*>", content)[-1]
    end = "/>" if cell.endswith("/>") else ">"
    formula = f'<table:table-cell table:formula="of:=1+6"{end}'
    file = rewritten(file, "content.xml", cell, formula)
    with RowSource(file, with_file()) as source:
        (only,) = source
    assert [heading for heading, _ in only.flaws] == ["amount_paid"]


def test_a_hidden_sheet_is_only_found_by_its_name(tmp_path: Path) -> None:
    sheets: Sheets = {"Old": [HEADINGS, ["old", "Kansas"]], "New": [HEADINGS, ["new", "Kansas"]]}
    file = xlsx(tmp_path / "x", sheets)
    file = rewritten(file, "xl/workbook.xml", 'name="Old"', 'name="Old" state="hidden"')
    assert [cells[0] for _, cells in read(file)] == ["new"]
    assert [cells[0] for _, cells in read(file, "{sheet: Old}")] == ["old"]
    with pytest.raises(FileNotUsable, match="tiene: New"):
        read(file, "{sheet: 2}")


def rewritten(file: Path, part: str, before: str, after: str) -> Path:
    """The same with something else in one of its parts."""
    with zipfile.ZipFile(file) as parts:
        contents = {name: parts.read(name) for name in parts.namelist()}
    assert before.encode() in contents[part]
    contents[part] = contents[part].replace(before.encode(), after.encode())
    with zipfile.ZipFile(file, "w") as out:
        for name, content in contents.items():
            out.writestr(name, content)
    return file


@both
def test_an_error_is_not_said_again_below_it(tmp_path: Path, write: Write) -> None:
    rows: list[list[Cell]] = [HEADINGS, ["a", ValueError], ["b"], ["c", "Kansas"], ["d"]]
    file = write(tmp_path / "x", {"S": rows})
    with RowSource(file, with_file("{fill_down: [subdivision]}")) as source:
        assert [bool(row.flaws) for row in source] == [True, True, False, False]


def test_without_headings_a_column_has_the_name_that_is_shown(tmp_path: Path) -> None:
    file = xlsx(tmp_path / "x", {"S": [KANSAS]})
    assert read(file, "{headings: false}") == [(1, ["a", "Kansas", *[""] * 6])]


def far_away(file: Path) -> None:
    xlsx(file, {"S": [["a"]]})
    with zipfile.ZipFile(file) as parts:
        content = {name: parts.read(name) for name in parts.namelist()}
    sheet = content["xl/worksheets/1.xml"]
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content["xl/worksheets/1.xml"] = sheet.replace(b"</sheetData>", far)
    with zipfile.ZipFile(file, "w") as parts:
        for name, part in content.items():
            parts.writestr(name, part)


def cut_off(file: Path) -> None:
    xlsx(file, {"S": [HEADINGS, KANSAS]})
    file.write_bytes(file.read_bytes()[:-200])


def another_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("word/document.xml", "<w/>")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (far_away, "una celda lejos de las demás"),
        (cut_off, "no se puede leer como hoja de cálculo"),
        (another_zip, "no se puede leer como hoja de cálculo"),
        (lambda file: file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "contraseña"),
        (lambda file: xlsx(file, {"S": []}), "no tiene encabezados.*hoja «S»"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, make: Callable[[Path], object], sentence: str
) -> None:
    make(tmp_path / "claims.xlsx")
    with pytest.raises(FileNotUsable, match=sentence):
        read(tmp_path / "claims.xlsx")


def test_a_spreadsheet_that_is_saved_while_it_is_read_is_not_read_on(tmp_path: Path) -> None:
    file = xlsx(tmp_path / "x", {"S": [HEADINGS, *[KANSAS] * 10]})
    with RowSource(file, with_file()) as source:
        next(iter(source))
        with file.open("r+b") as other:
            other.write(b"PK?")
        with pytest.raises(FileChanged):
            list(source)


def test_the_process_that_reads_ends_with_the_source(tmp_path: Path) -> None:
    file = xlsx(tmp_path / "x", {"S": [HEADINGS, *[KANSAS] * 50_000]})
    with RowSource(file, with_file()) as source:
        next(iter(source))
        records = source._records
        assert isinstance(records, SheetRecords)
        assert records._process.poll() is None
    assert records._process.poll() is not None


def test_rows_that_do_not_fit_into_memory_end_the_process_as_the_sheet_does(tmp_path: Path) -> None:
    program = (
        "from services.operator.importer.run import sheet_process\n"
        "def rows(*_):\n"
        "    raise MemoryError\n"
        "sheet_process._rows = rows\n"
        "sheet_process.main(['#1'])\n"
    )
    with xlsx(tmp_path / "x", {"S": [HEADINGS, KANSAS]}).open("rb") as file:
        ended = subprocess.run(
            [sys.executable, "-c", program],
            stdin=file,
            capture_output=True,
            cwd=REPOSITORY,
            check=False,
        )
    assert ended.returncode == -signal.SIGABRT
    assert ended.stdout.startswith(b'{"rows":2,')


def test_a_sheet_that_is_read_is_the_one_of_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = xlsx(tmp_path / "x", {"S": [HEADINGS, KANSAS]})
    other = xlsx(tmp_path / "y", {"S": [HEADINGS, ["b", "Kansas"]]})
    with other.open("rb") as opened:
        monkeypatch.setattr(OpenedFile, "from_the_beginning", lambda _: opened.fileno())
        with pytest.raises(FileChanged):
            read(file)


REPEATED = 'calcext:value-type="error" table:number-columns-repeated="99999999"'


def test_an_error_may_be_repeated_over_more_columns_than_any_sheet_has(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [HEADINGS, ["b", "Kansas", *[None] * 5, 7], [*[None] * 7, ValueError]]
    file = ods(tmp_path / "x", {"S": rows})
    file = rewritten(file, "content.xml", 'calcext:value-type="error"', REPEATED)
    began = time.monotonic()
    with RowSource(file, with_file()) as source:
        numbers = [row.number for row in source]
    assert 2 in numbers
    assert time.monotonic() - began < 30


def test_more_errors_than_anybody_would_mend_are_refused_at_once(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [HEADINGS, KANSAS, [*[None] * 7, ValueError], [*[None] * 20, 7]]
    file = ods(tmp_path / "x", {"S": rows})
    here = f'{"<table:table-cell/>" * 7}<table:table-cell office:value-type="string"'
    many = f'<table:table-row table:number-rows-repeated="200000">{here}'
    file = rewritten(file, "content.xml", f"<table:table-row>{here}", many)
    wide = 'calcext:value-type="error" table:number-columns-repeated="10"'
    file = rewritten(file, "content.xml", 'calcext:value-type="error"', wide)
    with pytest.raises(FileNotUsable, match="más de 1,000,000 celdas con errores"):
        read(file)


def test_what_looks_like_an_error_in_a_comment_is_none(tmp_path: Path) -> None:
    file = xlsx(tmp_path / "x", {"S": [HEADINGS, KANSAS]})
    comment = f"<!-- {WITHIN.replace('H3', 'H2')} -->" + f"<!-- {'<c ' * 200_000} -->"
    file = rewritten(file, "xl/worksheets/1.xml", "</sheetData>", f"</sheetData>{comment}")
    began = time.monotonic()
    with RowSource(file, with_file()) as source:
        (row,) = source
    assert row.flaws == ()
    assert time.monotonic() - began < 30
