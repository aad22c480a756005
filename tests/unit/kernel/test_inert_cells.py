"""What a spreadsheet would carry out, and what it would only show."""

import pytest

from shared.kernel.inert_cells import inert

FORMULAS = (
    '=HYPERLINK("http://127.0.0.1/?"&A1)',
    "=1+1",
    "+1+1",
    "-1+1",
    "-2-cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "+52 614 123 4567",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff\u3164=1+1",
    "\uff1d1+1",
    "\t=1+1",
    "\tharmless elsewhere",
    "\r=1+1",
    "\n=1+1",
    "-",
    "=",
    "\t12",
    " -12",
)
PLAIN = (
    "",
    "  ",
    "12",
    "-12",
    "+3",
    "-12.50",
    "-1,234.50",
    "-.5",
    "-1e9",
    "-5 %",
    "2026-01-31",
    "a=b",
    "'=1+1",
    "Taller Gómez",
    " blanks before a word",
)


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_begins_like_a_formula_is_written_as_text(cell: str) -> None:
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert inert(cell) == cell
