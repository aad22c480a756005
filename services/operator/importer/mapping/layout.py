"""How a file is written: a CSV's characters and separators, a spreadsheet's sheet, what to skip."""

from dataclasses import dataclass

from services.operator.importer.mapping.conditions import Condition


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What a mapping says of its files; a spreadsheet has no encoding and no separators.

    quote, escape: None if the CSV has none. sheet: by name, or by number from 1. skip_lines: above
    the headings. headings: without them a column is named as a spreadsheet shows it (B, AA).
    missing: the texts, folded, that count as an empty cell. fill_down: the headings of the columns
    in which an empty cell says what the one above it says. skip_rows: which rows are no cases.
    """

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    sheet: str | int = 1
    skip_lines: int = 0
    headings: bool = True
    missing: frozenset[str] = frozenset({""})
    fill_down: frozenset[str] = frozenset()
    skip_rows: Condition | None = None
