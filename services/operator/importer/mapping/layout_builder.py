"""The part of a mapping that says how its files are written."""

import re
from collections.abc import Mapping
from typing import Any

from services.operator.importer.mapping.cell_types import folded
from services.operator.importer.mapping.condition_builder import ConditionBuilder
from services.operator.importer.mapping.import_mapping import Column
from services.operator.importer.mapping.layout import Layout
from services.operator.importer.mapping.mapping_checks import ValueChecks
from shared.definitions.checks import Checks
from shared.kernel.text import Text

_FILE = ("file",)
_COLUMN_NAME = re.compile("[A-Za-z]{1,3}")


def layout_of(file: dict[str, Any], checks: Checks, columns: Mapping[str, Column]) -> Layout:
    """Build the layout, and note what does not fit the mapping's columns."""
    values = ValueChecks(checks, {name: column.cell_type for name, column in columns.items()})
    filled = values.all_exist((*_FILE, "fill_down"), file.get("fill_down", ()))
    if file.get("quote", '"') == file.get("escape"):
        checks.note((*_FILE, "escape"), _SAME_CHARACTER)
    if not file.get("headings", True):
        for name, column in columns.items():
            if not _COLUMN_NAME.fullmatch(column.heading):
                checks.note(("values", name, "column"), _NO_COLUMN_NAME)
    skips = file.get("skip_rows")
    conditions = ConditionBuilder(checks, values)
    return Layout(
        encoding=file.get("encoding", Layout.encoding),
        delimiter=file.get("delimiter", Layout.delimiter),
        quote=file.get("quote", '"') or None,
        escape=file.get("escape"),
        sheet=file.get("sheet", Layout.sheet),
        skip_lines=file.get("skip_lines", Layout.skip_lines),
        headings=file.get("headings", Layout.headings),
        missing=frozenset(folded(text) for text in file.get("missing", ())) | {""},
        fill_down=frozenset(columns[name].heading for name in filled if name in columns),
        skip_rows=None if skips is None else conditions.condition((*_FILE, "skip_rows"), skips),
    )


_SAME_CHARACTER = Text(
    "se esperaba un carácter distinto de quote", "expected another character than quote"
)
_NO_COLUMN_NAME = Text(
    "sin encabezados, se esperaba la letra de la columna, como B o AA",
    "without headings, expected the column's letter, as B or AA",
)
