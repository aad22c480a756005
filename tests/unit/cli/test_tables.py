"""Tables of the command line: an id can be copied and looked for, wherever it is printed."""

import pytest

from services.operator.cli.output import print_table

FOLIO = "CHH-FQ1-968-951-H"
ID = "63669a4c-0d49-4f7b-9b52-2f4a0a4b8c11"
COLUMNS = ["n", "who", "folio", "case", "referral", "token"]
ROW = (28, "subject-b0d4231c5a6b", FOLIO, ID, ID[::-1], "token-794c4e2839df")


def test_where_there_is_no_terminal_a_row_is_one_line_and_no_id_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    print_table(COLUMNS, [ROW, ROW])
    lines = [line for line in capsys.readouterr().out.splitlines() if FOLIO in line]
    assert len(lines) == 2
    assert all(str(cell) in line for line in lines for cell in ROW)


def test_on_a_narrow_terminal_a_row_is_told_line_by_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    print_table(COLUMNS, [ROW])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[: len(ROW)]] == [
        [column, str(cell)] for column, cell in zip(COLUMNS, ROW, strict=True)
    ]
    assert max(map(len, lines)) <= 80


def test_a_table_that_fits_the_terminal_is_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_table(COLUMNS, [ROW])
    assert sum(
        all(str(cell) in line for cell in ROW) for line in capsys.readouterr().out.split("\n")
    )
