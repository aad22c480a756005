"""A file is opened once and read once, row by row, or the reason is given."""

import errno
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from services.operator.importer.errors import CUT_SHORT, FileChanged, FileNotUsable, ImportCutShort
from services.operator.importer.run.row_source import Row, RowSource
from tests.unit.importing.mapping_files import with_file

HEADINGS = ",".join(column.heading for column in with_file().columns)
GOOD = "a,Kansas,,,,,,\n"


def rows_of(file: Path, layout: str = "{}") -> list[Row]:
    """The rows of a file of wage claims that is written in some way."""
    with RowSource(file, with_file(layout)) as source:
        return list(source)


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "claims.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def keys(rows: list[Row]) -> list[tuple[int, str | None]]:
    return [(row.number, (row.cells or {}).get("case_uuid")) for row in rows]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "está vacío"),
        (b"\xef\xbb\xbf", "no tiene encabezados"),
        (b"\n\n  \n", "no tiene encabezados"),
        (b"a,b\n1,2\n", "case_uuid"),
        (b"PK\x03\x04\xff\xfe\x00", "hoja de cálculo"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "un .xls antiguo"),
        ((HEADINGS + ",case_uuid\n").encode(), "case_uuid"),
        (HEADINGS.replace(",", ";").encode(), "separado por «;»"),
        (HEADINGS.replace(",", "\t").encode(), "seems to be separated by"),
        (f"{HEADINGS}\n".encode("utf-16-le"), "UTF-16"),
        (f"año,{HEADINGS}\n".replace("case", "cäse").encode("cp1252"), "no están en utf-8-sig"),
        ((HEADINGS + '\n"' + "x" * 10_000_001).encode(), "10,000,000"),
        ((f'"a"b,{HEADINGS}\n').encode(), "La fila 1 tiene unas comillas"),
        (None, "No existe"),
    ],
)
def test_what_is_no_such_file_is_refused_with_the_reason(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    file = tmp_path / "claims.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FileNotUsable, match=sentence):
        rows_of(file)


def test_a_folder_and_a_device_are_told_apart_from_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotUsable, match="es una carpeta"):
        rows_of(tmp_path)
    with pytest.raises(FileNotUsable, match="neither a file nor a pipe"):
        rows_of(Path("/dev/zero"))


def test_rows_are_counted_as_a_spreadsheet_does_and_empty_lines_are_none(tmp_path: Path) -> None:
    file = written(
        tmp_path, f'\ufeff{HEADINGS}\n"a",,,,,,,\n\nb,,"two\nlines",,,,,\n , ,,\u00a0,\nc,\n'
    )
    with RowSource(file, with_file()) as source:
        assert keys(list(source)) == [(2, "a"), (4, "b"), (6, "c")]
        assert (source.read, source.estimated_rows, source.has_more()) == (3, 3, False)


def test_a_row_may_be_short_or_long_by_empty_cells(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEADINGS}\na,Kansas\nb,Kansas,,,,,,,, ,\nc,Kansas,,,,,,,x\n")
    short, long, other = rows_of(file)
    assert (short.cells or {})["amount_paid"] == (long.cells or {})["amount_paid"] == ""
    assert other.cells is None
    assert "más celdas" in dict(other.flaws)[""].es


def test_a_short_row_that_may_be_half_of_one_is_rejected(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEADINGS}\n{GOOD}b,Kan")
    with RowSource(file, with_file()) as source:
        assert keys(list(source)) == [(2, "a"), (3, None)]
        assert not source.ended
    whole = written(tmp_path, f"{HEADINGS}\n{GOOD}b,Kansas,,,,,,5")
    with RowSource(whole, with_file()) as source:
        assert keys(list(source)) == [(2, "a"), (3, "b")]
        assert not source.ended


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('"b"x,Kansas,,,,,,\n', "fuera de lugar"),
        ('b,"Taller,,,,,,\n', "no cierra"),
        (f"b,{'x' * 1_000_001},,,,,,\n", "1,000,000 caracteres"),
    ],
)
@pytest.mark.parametrize("at_the_end", [False, True])
def test_a_broken_quote_and_a_giant_cell_cost_one_row(
    tmp_path: Path, broken: str, reason: str, *, at_the_end: bool
) -> None:
    after = "" if at_the_end else 'c,"Other, but whole",,,,,,\n' + GOOD * 3
    rows = rows_of(written(tmp_path, f"{HEADINGS}\n{GOOD}{broken}{after}"))
    expected = [(2, "a"), (3, None)] + (
        [] if at_the_end else [(4, "c"), *((n, "a") for n in (5, 6, 7))]
    )
    assert keys(rows) == expected
    assert reason in dict(rows[1].flaws)[""].es


def test_what_follows_a_broken_quote_is_no_case_unless_it_is_a_whole_row(tmp_path: Path) -> None:
    content = f'{HEADINGS}\nb,"He said "no"\nTaller,Kansas\n{GOOD}{GOOD}d,Kansas\n'
    assert keys(rows_of(written(tmp_path, content))) == [
        (2, None), (3, None), (4, "a"), (5, "a"), (6, "d"),
    ]  # fmt: skip


def test_a_bad_byte_is_told_at_its_row_and_column_and_nowhere_else(tmp_path: Path) -> None:
    content = f"{HEADINGS},employer\n{GOOD[:-1]},Gómez\na\u00f1,Kansas,,,,,,,x\n".encode("cp1252")
    fine, bad = rows_of(written(tmp_path, content))
    assert fine.flaws == ()  # that column is none of the mapping's
    ((heading, reason),) = bad.flaws
    assert (heading, (bad.cells or {})[heading]) == ("case_uuid", "a\ufffd")
    assert "utf-8-sig" in reason.es


@pytest.mark.parametrize(
    "encoding",
    ["utf-8-sig", "utf-8", "cp1252", "latin-1", "iso-8859-15", "cp1250", "cp850", "cp437",
     "mac-roman", "utf-16", "utf-16-le", "utf-16-be"],
)  # fmt: skip
def test_text_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = written(tmp_path, f"{HEADINGS}\naé,Kansas,,,,,,\n".encode(encoding))
    assert keys(rows_of(file, f"{{encoding: {encoding}}}")) == [(2, "aé")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("said", ["utf-8", "cp1252", "utf-16-le"])
def test_a_byte_order_mark_counts_more_than_the_mapping(
    tmp_path: Path, encoding: str, said: str
) -> None:
    file = written(tmp_path, f"{HEADINGS}\naé,Kansas,,,,,,\n".encode(encoding))
    assert keys(rows_of(file, f"{{encoding: {said}}}")) == [(2, "aé")]


def test_utf_16_needs_no_byte_order_mark(tmp_path: Path) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        file = written(tmp_path, f"{HEADINGS}\naé,Kansas,,,,,,\n".encode(encoding))
        assert keys(rows_of(file, "{encoding: utf-16}")) == [(2, "aé")]


def test_lines_above_the_headings_are_skipped_and_counted(tmp_path: Path) -> None:
    file = written(tmp_path, f'Wage claims, 2024\n"as published\n\n{HEADINGS}\n{GOOD}')
    assert keys(rows_of(file, "{skip_lines: 2}")) == [(5, "a")]


def test_the_files_own_line_on_its_separator_counts_more_than_the_mapping(tmp_path: Path) -> None:
    file = written(tmp_path, f"sep=;\r\n{HEADINGS},x\n{GOOD}".replace(",", ";"))
    assert keys(rows_of(file)) == [(3, "a")]


def test_without_headings_a_column_has_the_name_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    rows = rows_of(written(tmp_path, f"{GOOD}b,Wyoming\n"), "{headings: false}")
    assert [(row.number, row.cells) for row in rows] == [
        (1, {"A": "a", "B": "Kansas", "C": "", "D": "", "E": "", "F": "", "G": "", "H": ""}),
        (2, {"A": "b", "B": "Wyoming", "C": "", "D": "", "E": "", "F": "", "G": "", "H": ""}),
    ]


def test_headings_are_found_whatever_their_case_blanks_and_composition(tmp_path: Path) -> None:
    headings = HEADINGS.replace("case_uuid", " Case_\u00dcUID\u00a0 ".replace("\u00dc", "U"))
    assert keys(rows_of(written(tmp_path, f"{headings}\n{GOOD}"))) == [(2, "a")]
    both = f"Case_UUID,{HEADINGS}\nother,{GOOD}"  # written as in the mapping counts first
    assert keys(rows_of(written(tmp_path, both))) == [(2, "a")]
    with pytest.raises(FileNotUsable, match="una sola vez"):
        rows_of(written(tmp_path, f"Case_UUID,{HEADINGS.upper()}\nother,{GOOD}"))


def test_an_empty_cell_says_what_the_one_above_says_where_cells_were_merged(tmp_path: Path) -> None:
    content = f'{HEADINGS}\na,Kansas\nb,\n\nc,Wyoming\nd, \n"e"x,Kansas\nf,,,,,,,\ng,Kansas\nh,\n'
    rows = rows_of(written(tmp_path, content), "{fill_down: [subdivision]}")
    assert [(row.cells or {}).get("state_name") for row in rows] == [
        *("Kansas", "Kansas", "Wyoming", "Wyoming", None, "", "Kansas", "Kansas"),
    ]
    assert [dict(row.flaws).get("state_name") is not None for row in rows].index(True) == 5


def test_a_broken_cell_is_not_said_again_below_it(tmp_path: Path) -> None:
    content = f"{HEADINGS}\na,Ka\u00f1sas\nb,\nc,\nd,Wyoming\ne,\n".encode("cp1252")
    rows = rows_of(written(tmp_path, content), "{fill_down: [subdivision]}")
    assert [(row.cells or {})["state_name"] for row in rows] == [
        *("Ka\ufffdsas", "", "", "Wyoming", "Wyoming"),
    ]
    assert [bool(row.flaws) for row in rows] == [True, True, True, False, False]
    assert "la fila de arriba no se pudo leer" in dict(rows[1].flaws)["state_name"].es


def test_other_dialects_are_read_as_they_are_described(tmp_path: Path) -> None:
    file = written(
        tmp_path, f"{HEADINGS}\n'a, b','it''s',,,,,,\n".replace("state_name", "'state_name'")
    )
    (row,) = rows_of(file, '{quote: "\'"}')
    assert (row.cells or {})["case_uuid"] == "a, b"
    assert (row.cells or {})["state_name"] == "it's"
    (row,) = rows_of(written(tmp_path, f'{HEADINGS}\n"a\\"b",Kansas,,,,,,\n'), '{escape: "\\\\"}')
    assert (row.cells or {})["case_uuid"] == 'a"b'
    (row,) = rows_of(written(tmp_path, f'{HEADINGS}\n"a"b,Kansas,,,,,,\n'), '{quote: ""}')
    assert (row.cells or {})["case_uuid"] == '"a"b'


def test_blanks_that_nobody_sees_are_blanks(tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, f"{HEADINGS}\na\u00a0b,Kansas,,,,,1\u202f234,\n"))
    assert (row.cells or {})["case_uuid"] == "a b"
    assert "1 234" in (row.cells or {}).values()


def test_only_the_mappings_columns_are_kept(tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, f"employer_name,{HEADINGS}\nSecret Ltd,{GOOD}"))
    assert "Secret Ltd" not in str(row)
    assert (row.cells or {})["state_name"] == "Kansas"


def test_how_many_rows_there_are_is_estimated_by_the_files_size(tmp_path: Path) -> None:
    file = written(tmp_path, HEADINGS + "\n" + "claim,Kansas,,,,,,\n" * 40_000)
    with RowSource(file, with_file()) as source:
        at_first = source.estimated_rows
        estimates = [source.estimated_rows for row in source if row.number % 1_000 == 1]
        assert all(35_000 < (estimate or 0) < 41_000 for estimate in estimates[5:])
        assert at_first is None
        assert source.estimated_rows == source.read == 40_000


def test_a_pipe_is_read_to_its_end_and_then_like_a_file(tmp_path: Path) -> None:
    pipe, content = tmp_path / "pipe", f"{HEADINGS}\n{GOOD}"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(content,), daemon=True)
    writer.start()
    with RowSource(pipe, with_file()) as source:
        assert keys(list(source)) == [(2, "a")]
        assert source.estimated_rows == 1
        with RowSource(written(tmp_path, content), with_file()) as same:
            assert source.digest == same.digest
    writer.join()


@pytest.mark.parametrize("room", ["/dev/full", "/dev/full/none"])
def test_a_pipe_that_finds_no_room_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    pipe, kept = tmp_path / "pipe", []

    def without_room(*, buffering: int) -> IO[bytes]:
        kept.append(Path(room).open("r+b", buffering))  # noqa: SIM115 - closed by whom we look at
        return kept[-1]

    monkeypatch.setattr(tempfile, "TemporaryFile", without_room)
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    os.write(writer, GOOD.encode())
    with pytest.raises(ImportCutShort, match="carpeta temporal") as caught:
        RowSource(pipe, with_file())
    os.close(writer)
    assert caught.value.code == CUT_SHORT
    assert all(file.closed for file in kept)


def test_a_file_that_cannot_be_read_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pread", broken)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(FileNotUsable, match="No se puede leer") as caught:
        RowSource(written(tmp_path, GOOD), with_file())
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert caught.tb.tb_next  # it keeps what was opened there


def grow(file: Path) -> None:
    with file.open("a") as more:
        more.write(GOOD)


def change(file: Path) -> None:
    with file.open("r+b") as other:
        other.seek(-len(GOOD), os.SEEK_END)
        other.write(b"B")
    os.utime(file, (1, 1))  # however soon it was


def change_unseen(file: Path) -> None:
    found = file.stat()
    change(file)
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))


@pytest.mark.parametrize("alter", [grow, change, change_unseen])
def test_a_file_that_changes_while_it_is_read_is_not_read_on(
    tmp_path: Path, alter: Callable[[Path], None]
) -> None:
    file = written(tmp_path, f"{HEADINGS}\n" + GOOD * 40_000)
    with RowSource(file, with_file()) as source:
        next(iter(source))
        alter(file)
        with pytest.raises(FileChanged, match="cambió"):
            list(source)


def test_a_file_that_was_touched_or_replaced_is_still_the_same(tmp_path: Path) -> None:
    file = written(tmp_path, f"{HEADINGS}\n" + GOOD * 40_000)
    with RowSource(file, with_file()) as source:
        next(iter(source))
        os.utime(file, (1, 1))
        (tmp_path / "new").write_text(HEADINGS)
        (tmp_path / "new").replace(file)
        assert len(list(source)) == 39_999
