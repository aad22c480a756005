"""Whatever program wrote a table, and in whatever dialect, it comes in as the same rows."""

import csv
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as some

from services.operator.importer.mapping.layout import Layout
from services.operator.importer.run.row_source import RowSource
from tests.programs import program
from tests.sheets import Cell, flat
from tests.unit.importing.mapping_files import with_file
from tests.walks import tries

COLUMNS = [column.heading for column in with_file().columns]
BLANKS = dict.fromkeys((0xA0, 0x2007, 0x202F), " ")
QUOTED = Layout(delimiter=";", quote="'")
Rows = list[tuple[int, list[str]]]


def read(file: Path, layout: Layout) -> Rows:
    with RowSource(file, replace(with_file(), layout=layout)) as source:
        rows = [(row.number, row.flaws, row.cells) for row in source]
    assert all(not flaws and cells is not None for _, flaws, cells in rows)
    return [(number, [(cells or {})[name] for name in COLUMNS]) for number, _, cells in rows]


def expected(table: Sequence[Sequence[str]], first: int) -> Rows:
    """What is in the table: blanks at which no line breaks are blanks, and empty rows are none."""
    plain = [
        [cell.translate(dict.fromkeys((0xA0, 0x2007, 0x202F), " ")) for cell in row]
        for row in table
    ]
    return [(n, row) for n, row in enumerate(plain, first) if "".join(row).strip()]


# --- Python's csv -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dialect:
    """A dialect, as Python's csv and as a mapping describe it."""

    layout: Layout
    line_end: str
    quoting: Any


@some.composite
def dialects(draw: some.DrawFn) -> Dialect:
    quote = draw(some.sampled_from(['"', "'", None]))
    escape = "\\" if quote is None else draw(some.sampled_from([None, "\\"]))
    layout = Layout(
        encoding=draw(
            some.sampled_from(
                ["utf-8-sig", "utf-8", "cp1252", "latin-1", "iso-8859-15", "cp1250", "cp850",
                 "cp437", "mac-roman", "utf-16", "utf-16-le", "utf-16-be"]
            )
        ),
        delimiter=draw(some.sampled_from([",", ";", "\t", "|", ":", "^", "~"])),
        quote=quote,
        escape=escape,
        skip_lines=draw(some.sampled_from([0, 0, 2])),
    )  # fmt: skip
    kinds = [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]
    return Dialect(
        layout,
        draw(some.sampled_from(["\n", "\r\n", "\r"])),
        csv.QUOTE_NONE if quote is None else draw(some.sampled_from(kinds)),
    )


@cache
def characters_of(encoding: str) -> some.SearchStrategy[str]:
    """Any character that the encoding has, but the ends of lines."""
    if encoding.startswith("utf"):
        return some.characters(codec="utf-8", exclude_characters="\r\n\ufeff")
    all_of_it = bytes(range(256)).decode(encoding, "ignore")
    return some.sampled_from([each for each in all_of_it if each not in "\r\n"])


@some.composite
def tables_for(draw: some.DrawFn, dialect: Dialect) -> list[list[str]]:
    """Cells of any characters of the encoding; a line may end within a cell where it is quoted."""
    ends = "" if dialect.quoting == csv.QUOTE_NONE else dialect.line_end
    pieces = some.sampled_from([*"\"'\\,;\t|:^~ =a1", *ends])
    cells = some.text(pieces | characters_of(dialect.layout.encoding), max_size=6)
    row = some.lists(cells, min_size=len(COLUMNS), max_size=len(COLUMNS))
    return draw(some.lists(row, max_size=5))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(1_000)
@given(drawn=some.data(), dialect=dialects())
def test_a_table_of_pythons_csv_comes_in_as_it_is(
    folder: Path, drawn: some.DataObject, dialect: Dialect
) -> None:
    table, layout, file = drawn.draw(tables_for(dialect)), dialect.layout, folder / "t.csv"
    with file.open("w", encoding=layout.encoding, newline="") as out:
        out.write(f"Published on 2 January{dialect.line_end}" * layout.skip_lines)
        writer = csv.writer(
            out,
            delimiter=layout.delimiter,
            quotechar=layout.quote,
            escapechar=layout.escape,
            doublequote=layout.escape is None,
            lineterminator=dialect.line_end,
            quoting=dialect.quoting,
        )
        writer.writerows([COLUMNS, *table])
    assert read(file, layout) == expected(table, layout.skip_lines + 2)


# --- LibreOffice --------------------------------------------------------------------------------

WORDS = some.text(
    some.characters(codec="utf-8", categories=("L", "N", "P", "S")) | some.just(" "), max_size=8
)
NUMBERS = some.decimals(-(10**6), 10**6, places=3).map(float) | some.integers(-(10**9), 10**9)
DAYS = some.dates(date(1901, 1, 1), date(2100, 1, 1))
MOMENTS = some.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
TABLES = some.lists(
    some.lists(
        some.none() | WORDS | NUMBERS | DAYS | MOMENTS, min_size=len(COLUMNS), max_size=len(COLUMNS)
    ),
    max_size=6,
)
FORMATS = {
    "xlsx": ("xlsx", Layout()),
    "ods": ("ods", Layout()),
    "csv": ("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", Layout()),
    "txt": ("txt:Text - txt - csv (StarCalc):59,39,76,1,,0,true,true", QUOTED),
}


Tables = Sequence[list[list[Cell]]]


def shown(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case float() | int():
            return f"{cell:.15g}" if cell else "0"
        case datetime():
            return cell.isoformat(" ")
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def saved_by_libreoffice(
    folder: Path, tables: Sequence[list[list[Cell]]], kind: str
) -> Iterator[Path]:
    """All tables, saved in a format by one start of the program."""
    files = [folder / f"{n}.fods" for n in range(len(tables))]
    for file, table in zip(files, tables, strict=True):
        file.write_text(flat({"Table": [COLUMNS, *table]}), encoding="utf-8")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    words = ["--headless", profile, "--convert-to", FORMATS[kind][0], "--outdir", str(folder)]
    subprocess.run([program("soffice"), *words, *files], check=True, capture_output=True)
    yield from (file.with_suffix(f".{kind}") for file in files)


@pytest.mark.verify(minutes=2)
@pytest.mark.timeout(600)
@settings(max_examples=1, phases=[Phase.generate], database=None, deadline=None, derandomize=True)
@given(tables=some.lists(TABLES, min_size=40, max_size=40))
def test_a_table_of_libreoffice_comes_in_as_it_is(
    folder: Path, tables: list[list[list[Cell]]]
) -> None:
    for kind, (_, layout) in FORMATS.items():
        files = saved_by_libreoffice(folder, tables, kind)
        for file, table in zip(files, tables, strict=True):
            cells = [[shown(cell) for cell in row] for row in table]
            assert read(file, layout) == expected(cells, 2), (kind, file.name)
