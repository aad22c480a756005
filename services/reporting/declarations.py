"""How the rows that a contract leads to are declared, and checked when they are imported.

A row's status, and what follows from it, are not declared: the contract has the status.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timezone
from typing import Any, get_type_hints

import msgspec

from services.reporting.batch import ROW_KINDS, columns_with_status
from services.reporting.row import Row
from shared.contracts.contract import Contract, Key, parts_of
from shared.contracts.envelope import Event
from shared.kernel.fields import bare_type, members
from shared.kernel.ids import version_of
from shared.kernel.statuses import Status

_CASE, _STATUS = "case_id", "status"
_STATUS_ATTRIBUTES = frozenset(Status.__struct_fields__) - {"list_name", "code", "label"}
"""The attributes of a status: a row may have columns with these names."""


class RowError(ValueError):
    """A contract's rows are declared wrongly or not at all. Raised at import."""


@dataclass(frozen=True, slots=True)
class ValueSource:
    """Where a column's value comes from: an event's attribute, and how it is converted."""

    path: str
    made: Callable[[Any], object] | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """Adds a number to a column that counts."""

    number: int


@dataclass(frozen=True, slots=True)
class Declared:
    """A row that a contract leads to. columns: each a ValueSource, Added or the value itself."""

    kind: type[Row]
    columns: Mapping[str, object]


Declarations = Mapping[type[Contract], Sequence[Declared]]


def row(kind: type[Row], /, *same: str, **columns: object) -> Declared:
    """Declare a row. same: fields of the contract for the columns of the same name."""
    return Declared(kind, {**{name: named(name) for name in same}, **columns})


def named(name: str, made: Callable[[Any], object] | None = None) -> ValueSource:
    """Take the value from the contract's field ``name``; a dot separates nested fields."""
    return ValueSource(f"data.{name}", made)


def in_utc(moment: datetime | None) -> datetime | None:
    """Return the moment as PostgreSQL takes it, which does not know every offset there is."""
    return None if moment is None else moment.astimezone(UTC)


def local(moment: datetime | None) -> datetime | None:
    """Return a moment's own wall-clock time, without its offset: days are counted on it."""
    return None if moment is None else moment.replace(tzinfo=None)


def there(moment: datetime | None, local: datetime | None) -> Any:
    """Return a stored moment with its wall clock's offset; None if there is no moment."""
    if moment is None or local is None:
        return None
    offset = local - moment.astimezone(UTC).replace(tzinfo=None)
    return moment.astimezone(timezone(offset) if offset else UTC)


HAPPENED_AT = ValueSource("meta.happened_at")
HAPPENED_LOCAL = ValueSource("meta.happened_at", local)
RECORDED_AT = ValueSource("meta.recorded_at")
POSITION = ValueSource("position")
VERSION = ValueSource("id", version_of)
ONE_MORE, ONE_LESS = Added(1), Added(-1)


def checked(
    declared: Declarations,
    history_only: Collection[type[Contract]],
    contracts: Mapping[str, type[Contract]],
) -> Declarations:
    """Return all contracts' rows, with key and status filled in; none for ``history_only``.

    A contract that names a status leads to the row that keeps it, whether that is declared or not.

    Raises RowError if a contract has neither rows nor an entry in ``history_only``, or has both; if
    a field, a column or a status does not exist; and if the facts of two services set the same
    column, because services overtake each other.
    """
    names = {contract: name for name, contract in contracts.items()}
    rows = {contract: declared.get(contract, _with_its_status(contract)) for contract in names}
    for contract in dict.fromkeys((*names, *declared, *history_only)):
        if contract not in names:
            raise RowError(f"{contract.__name__}: is not published")
        if bool(rows[contract]) == (contract in history_only):
            raise RowError(f"{contract.__name__}: declare its rows, or list it as history only")
    completed = {
        contract: tuple(_completed(contract, each) for each in rows[contract]) for contract in names
    }
    _check_setters(completed, names)
    return completed


def _status_in(contract: type[Contract], kind: type[Row]) -> Status | None:
    """Return the status that a contract names, if a row keeps statuses of that list."""
    status = contract.status
    return status if status is not None and status.list_name == kind.status_list else None


def _with_its_status(contract: type[Contract]) -> Sequence[Declared]:
    return [row(kind) for kind in ROW_KINDS if _status_in(contract, kind)]


def _completed(contract: type[Contract], declared: Declared) -> Declared:
    kind = declared.kind
    columns: Mapping[str, object] = {
        **{column: named(column) for column in kind.key if column != _CASE},
        **_status_columns(contract, kind),
        **declared.columns,
    }
    problems = (
        *_status_problems(contract, kind, declared.columns),
        *_column_problems(kind, columns, of_a_case=contract.key is Key.CASE),
        *_source_problems(contract, columns),
    )
    for problem in problems:
        raise RowError(f"{contract.__name__}, row {kind.__name__}: {problem}")
    return Declared(kind, {name: _kept(contract, value) for name, value in columns.items()})


def _kept(contract: type[Contract], value: object) -> object:
    """Return where a column's value comes from; a moment is brought to UTC on the way."""
    if isinstance(value, ValueSource) and value.made is None:
        (kind, *_) = members(bare_type(_type_at(contract, value.path)))
        return ValueSource(value.path, in_utc) if kind is datetime else value
    return value


def _status_columns(contract: type[Contract], kind: type[Row]) -> Mapping[str, object]:
    """Return the columns that the fact's status sets or empties, with their values."""
    status = _status_in(contract, kind)
    if status is None:
        return {}
    follows = {
        name: getattr(status, name) for name in _STATUS_ATTRIBUTES & {*kind.__struct_fields__}
    }
    emptied: dict[str, object] = dict.fromkeys(columns_with_status(kind))
    return {**emptied, **follows, _STATUS: status.code}


def _status_problems(
    contract: type[Contract], kind: type[Row], columns: Mapping[str, object]
) -> Iterator[str]:
    if kind.status_list is None:
        return
    moves = _status_in(contract, kind) is not None
    if not moves and _required(kind, _STATUS):
        yield f"the contract has no status of {kind.status_list}"
    for name in columns:
        if name == _STATUS or name in _STATUS_ATTRIBUTES:
            yield f"column {name!r} follows from the contract's status"
        if not moves and name in columns_with_status(kind):
            yield f"column {name!r} moves with the status, and it leads to none"


def _column_problems(
    kind: type[Row], columns: Mapping[str, object], *, of_a_case: bool
) -> Iterator[str]:
    if _CASE in kind.__struct_fields__ and not of_a_case:
        yield "the fact is about no case"
    for name, value in columns.items():
        if name not in kind.__struct_fields__ or name == _CASE:
            yield f"there is no column {name!r} to set"
        elif isinstance(value, Added) != (_default(kind, name) == 0):
            yield f"column {name!r}: what counts, and nothing else, gets ONE_MORE or ONE_LESS"
    for name in kind.__struct_fields__:
        if _required(kind, name) and name not in columns and name != _CASE:
            yield f"column {name!r} is not declared"


def _source_problems(contract: type[Contract], columns: Mapping[str, object]) -> Iterator[str]:
    for name, value in columns.items():
        if isinstance(value, ValueSource) and not _is_there(contract, value.path):
            yield f"column {name!r} is taken from {value.path!r}, which is not there"


def _is_there(contract: type[Contract], path: str) -> bool:
    """Whether an event with this contract has such an attribute."""
    return _type_at(contract, path) is not None


def _type_at(contract: type[Contract], path: str) -> Any:
    """Return the type of an attribute of an event with this contract, None if there is none."""
    kind: Any = Event
    for name in path.split("."):
        hints = get_type_hints(kind)
        if name not in hints:
            return None
        kind = contract if (kind, name) == (Event, "data") else hints[name]
    return kind


def _default(kind: type[Row], column: str) -> object:
    fields = {each.name: each.default for each in msgspec.structs.fields(kind)}
    return fields[column]


def _required(kind: type[Row], column: str) -> bool:
    return _default(kind, column) is msgspec.NODEFAULT


def _check_setters(declared: Declarations, names: Mapping[type[Contract], str]) -> None:
    """Check that each column outside the key is set by the facts of one service only."""
    setters: dict[tuple[str, str], tuple[str, str]] = {}
    for contract, rows in declared.items():
        mine = parts_of(names[contract]).service, contract.__name__
        for each in rows:
            for column in each.columns.keys() - {*each.kind.key}:
                service, other = setters.setdefault((each.kind.table, column), mine)
                if service != mine[0]:
                    raise RowError(
                        f"{contract.__name__}: sets {each.kind.table}.{column}, which {other} of"
                        f" {service} sets; services overtake each other"
                    )
