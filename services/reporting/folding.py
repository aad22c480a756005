"""Folds a batch of published facts into rows: pure, and the same in whatever order sources come.

A source sets only the columns that are its own. Facts about the same row are folded into one, so
that each row is written once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.reporting.batch import Batch, Rows, kept_for_none
from services.reporting.declarations import Added, Declared, ValueSource
from services.reporting.rows import ROWS
from shared.contracts.contract import Contract, Key
from shared.contracts.envelope import Event

Fold = Callable[[Rows, UUID | None, Event], None]
"""Folds an event into the rows. The case is None if the fact is about no case."""


def fold(events: Sequence[Event]) -> Batch:
    """Fold events; those of each source must be in its order."""
    batch = Batch()
    rows = batch.rows
    cases: dict[str, UUID] = {}
    for event in events:
        contract = type(event.data)
        case_id = None
        if contract.key is Key.CASE:
            case_id = cases.get(event.key)
            if case_id is None:
                case_id = cases[event.key] = UUID(event.key)
        _FOLDS[contract](rows, case_id, event)
    batch.touched.update(cases.values())
    return batch


def compiled(declared: Sequence[Declared]) -> Fold:
    """Compile the function that folds a fact into the rows that its contract declares.

    It is compiled from source text, as dataclasses are, because a rebuild folds millions of facts:
    0.9 µs each in this way, 2.8 µs in a loop over columns.
    """
    known: dict[str, Any] = {}
    lines = ["def folded(rows, case_id, event):", " data, meta = event.data, event.meta"]
    for n, each in enumerate(declared):
        lines += _lines(n, each, known)
    exec("\n".join(lines), known)  # noqa: S102 - only of the names of our own rows and fields
    folded: Fold = known["folded"]
    return folded


def _lines(n: int, declared: Declared, known: dict[str, Any]) -> Iterator[str]:
    """Write the lines that find a row by key and set its columns, or make it.

    known: receives the values of the names in the lines.
    """
    kind = declared.kind
    known[f"row_type_{n}"] = kind
    values = {"case_id": "case_id"} if "case_id" in kind.__struct_fields__ else {}
    for column, value in declared.columns.items():
        known[f"{column}_{n}"] = value.made if isinstance(value, ValueSource) else value
        values[column] = _value(f"{column}_{n}", value)
    key = ", ".join(values[column] for column in kind.key)
    made = ", ".join(f"{column}={value}" for column, value in values.items())
    yield f" kept, key = rows[row_type_{n}], ({key})"
    yield " row = kept.get(key)"
    yield f" if row is None: kept[key] = row_type_{n}({made})"
    yield " else:"
    yield "  pass"
    kept = kept_for_none(kind)
    for column, value in declared.columns.items():
        if column not in kind.key:
            added = f"row.{column} + " if isinstance(value, Added) else ""
            given = f"{added}{values[column]}"
            yield (
                f"  if (given := {given}) is not None: row.{column} = given"
                if column in kept
                else f"  row.{column} = {given}"
            )


def _value(name: str, value: object) -> str:
    match value:
        case ValueSource(path=path, made=None):
            return _attribute(path)
        case ValueSource(path=path):
            return f"{name}({_attribute(path)})"
        case Added(number=number):
            return str(number)
        case _:
            return name


def _attribute(path: str) -> str:
    return path if path.startswith(("data.", "meta.")) else f"event.{path}"


_FOLDS: Mapping[type[Contract], Fold] = {
    contract: compiled(declared) for contract, declared in ROWS.items()
}
"""By contract: all that are published, or ``rows`` would not have been imported."""
