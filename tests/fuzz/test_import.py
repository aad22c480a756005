"""Whatever file and mapping come: rows that can be imported, or what is wrong, by row and column.

Never a traceback, and never a message that a terminal cannot show.
"""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services.operator.importer.errors import ImportNotPossible
from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.mapping.mapping_builder import MAPPINGS
from services.operator.importer.run.import_run import run_import
from services.operator.importer.run.rejected_file import HEADINGS
from services.operator.importer.run.row_source import RowSource
from shared.definitions.flaw import DefinitionNotUsable
from shared.definitions.located_yaml import read_located
from shared.kernel.text import UserError
from tests.fuzz.mutations import altered, spliced
from tests.sheets import Cell, Sheets, ods, xlsx
from tests.unit.importing.handed_over import CANALIZACIONES, handed_over
from tests.unit.importing.mapping_files import QUEJAS, quejas, wages
from tests.unit.importing.test_values import built as built_claims
from tests.unit.importing.test_values import mapping as claims
from tests.walks import tries

EVERY_KIND = built_claims(
    claims(
        when="{any: [{x: {less_than: {value: claimed}}}, {closed: {after: 2019-12-30}}]}",
        computed="x: {type: amount, computed: 'claimed / first(paid, 0) - 1', round: 2}",
        amount="x",
    )
)
MAPPINGS_OF_ROWS = (wages(), quejas(), EVERY_KIND, handed_over(), handed_over(rows="sum"))
CELLS = (
    "", " ", "a-1", "a-2", "Kansas", "KS", "Washington", "paid", "PAID ", "dismissed", "Femenino",
    "2020-01-31", "2020-02-30", "31/12/2019", "2019-12-31 23:59:59.999999", "9999-12-31",
    "0001-01-01", "1899-12-31", "1900-01-01", "2099-01-01", "0", "-1", "1,234.50", "$1,000.00 MXN",
    "1e5", "NaN", "٣", "999999999999999999", "1.00001", "=1+1", "s/d", "08037", "Cd. Juárez", "sí",
    "C. Conciliación", "Oficina de quejas", "rechazada", "pendiente", "pagado", "conciliation,?",
    "2026-03-01T03:30:00Z", "(5)", "5-", ".5", "unpaid-wages;?", "$",
    "Juana Pérez", "x" * 300, "a\nb", 'a"b', "\x00", "\u2028", "\x1f", "\udc80",
)  # fmt: skip
YAML_PIECES = tuple(
    piece.encode()
    for piece in (
        "!!int ''", "!!float ''", "!!bool maybe", "!!timestamp x", "!!binary ä", "!!set {a}",
        "!!omap [a]", "!!python/object:os.system x", "!!null x", "!!str [a]", "!!map [a]", "!x y",
        "&a x", "*a", "<<: {a: b}", "? [a]\n: b\n", "1: 2\n", "~: 1\n", "true: 1\n", "- ", "\t",
        '"\\ud800"', '"\\0"', '"\\ud800": 1', "'", '"', "{", "}", "[", "]", ": ", "#", "|\n",
        ">-\n", "%YAML 9.9\n", "---\n", "...\n", "9" * 5_000, "1.5", "-0", "[" * 500, "{a: " * 500,
        "{state}", "{x}", "%Q", "%Y%Y", "\u2028", "\ufeff", "\x85",
    )
)  # fmt: skip


def assert_explained(error: UserError) -> None:
    """The error has a text in both languages, and any terminal can show it."""
    for text in (error.text.es, error.text.en):
        assert text.strip()
        text.encode()
    assert error.text.es != error.text.en


def assert_imported(file: Path, mapping: ImportMapping) -> None:
    """Every row would be imported or is rejected by number and column; or the file is refused."""
    out = file.with_suffix(".rejected.csv")
    out.unlink(missing_ok=True)
    try:
        with RowSource(file, mapping) as source:
            summary = run_import(None, source, rejected=out, check=True)
    except ImportNotPossible as error:
        assert_explained(error)
        return
    assert summary.done == summary.rows
    rejected = list(_rejected(out))
    headings = {"", *(column.heading for column in mapping.columns)}
    assert {line["columna"] for line in rejected} <= headings
    assert all(line["motivo"] for line in rejected)
    assert len({int(line["fila"]) for line in rejected}) == summary.rejected
    assert all(int(line["fila"]) >= 2 for line in rejected)


def _rejected(out: Path) -> Iterator[dict[str, str]]:
    if not out.exists():
        return
    with out.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        assert tuple(reader.fieldnames or ()) == HEADINGS["es"]
        yield from reader


def file_of(folder: Path, mapping: ImportMapping, rows: list[list[str]]) -> Path:
    """A file with this mapping's headings and these cells, written as the mapping has it."""
    layout, file = mapping.layout, folder / "rows.csv"
    headings = list(dict.fromkeys(column.heading for column in mapping.columns))
    with file.open("w", encoding=layout.encoding, errors="replace", newline="") as lines:
        writer = csv.writer(lines, delimiter=layout.delimiter, escapechar="\\")
        writer.writerow(headings)
        writer.writerows(row[: len(headings)] or [""] for row in rows)
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("import")


cells = st.sampled_from(CELLS) | st.text(max_size=8)
rows = st.lists(st.lists(cells, min_size=8, max_size=18), max_size=6)


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(150)
@given(mapping=st.sampled_from(MAPPINGS_OF_ROWS), raw=st.binary(max_size=300))
def test_any_bytes_are_a_file_or_a_reason(folder: Path, mapping: ImportMapping, raw: bytes) -> None:
    file = folder / "rows.csv"
    file.write_bytes(raw)
    assert_imported(file, mapping)


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(150)
@given(mapping=st.sampled_from(MAPPINGS_OF_ROWS), table=rows, data=st.data())
def test_each_row_is_imported_or_rejected(
    folder: Path, mapping: ImportMapping, table: list[list[str]], data: st.DataObject
) -> None:
    file = file_of(folder, mapping, table)
    if data.draw(st.booleans()):
        file.write_bytes(data.draw(spliced([file.read_bytes()])))
    assert_imported(file, mapping)


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(40)
@given(write=st.sampled_from((xlsx, ods)), table=rows, data=st.data())
def test_any_spreadsheet_is_one_or_a_reason(
    folder: Path, write: Callable[[Path, Sheets], Path], table: list[list[str]], data: st.DataObject
) -> None:
    written: list[list[Cell]] = [
        ["".join(each for each in cell if each.isprintable()) for cell in row] for row in table
    ]
    headings: list[Cell] = list(dict.fromkeys(column.heading for column in wages().columns))
    file = write(folder / "rows.xlsx", {"Claims": [headings, *written]})
    if data.draw(st.booleans()):
        file.write_bytes(data.draw(spliced([file.read_bytes()])))
    assert_imported(file, wages())


def built(text: str) -> ImportMapping | None:
    """The mapping, or None where it is refused: every flaw at a line, in both languages."""
    try:
        return MAPPINGS.read(text, "m.yaml")
    except DefinitionNotUsable as error:
        refused = error
    assert_explained(refused)
    lines = [flaw.line for flaw in refused.flaws]
    assert lines == sorted(lines) != []
    assert lines[0] >= 1
    return None


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(100)
@given(text=st.text())
def test_any_text_is_a_mapping_or_a_reason(text: str) -> None:
    built(text)


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(100)
@given(data=st.data())
def test_a_mapping_with_pieces_exchanged_is_a_mapping_or_a_reason(data: st.DataObject) -> None:
    raw = QUEJAS.encode()
    for _ in range(data.draw(st.integers(1, 2))):
        start = data.draw(st.integers(0, len(raw)))
        end = start + data.draw(st.integers(0, 10))
        raw = raw[:start] + data.draw(st.sampled_from(YAML_PIECES)) + raw[end:]
    built(raw.decode("utf-8", "replace"))


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(100)
@given(data=st.data(), table=rows)
def test_a_mapping_with_other_content_is_refused_or_reads_rows(
    folder: Path, data: st.DataObject, table: list[list[str]]
) -> None:
    content: Any = read_located(data.draw(st.sampled_from([QUEJAS, CANALIZACIONES]))).content
    text = yaml.safe_dump(data.draw(altered(content)), allow_unicode=True, sort_keys=False)
    mapping = built(text)
    if mapping is not None:
        assert_imported(file_of(folder, mapping, table), mapping)


@pytest.mark.parametrize("piece", YAML_PIECES, ids=lambda piece: repr(piece[:20]))
@pytest.mark.parametrize("around", ["{}", "name: {}", "values: {}", "about: {{es: {}}}"])
def test_what_yaml_stumbles_over_is_refused(piece: bytes, around: str) -> None:
    assert built(around.format(piece.decode())) is None
