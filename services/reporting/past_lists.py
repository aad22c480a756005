"""Lists at another place in time: what whoever asks sees today, as it was then.

A page costs as much as the cases that it looks at: those of today's list, some at a time, are
replayed until enough of them are found. So a page may be shorter than was asked for, or empty, and
still have a next one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from services.reporting.axes import Axes
from services.reporting.cursors import After
from services.reporting.replay import past
from shared.eventstore.log import Log

SOME, MOST = 250, 2_000
"""How many rows of today's list are looked at at once, and for one page."""
_AT_ONCE = BoundedSemaphore(2)


class AnyRow(Protocol):
    """What a row of a list has."""

    @property
    def case_id(self) -> UUID: ...
    @property
    def after(self) -> After: ...


Row = TypeVar("Row", bound=AnyRow)


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A page of a list. next: after what it goes on; None on the last."""

    rows: Sequence[Row]
    next: After | None


@dataclass(frozen=True, slots=True)
class AskedList(Generic[Row]):
    """A list as it is asked for today.

    query: with the parameters of a page. row: builds a row. filters: the values of the others.
    changing: the names of those whose columns change in the life of a case.
    """

    query: str
    row: Callable[[tuple[Any, ...]], Row]
    filters: Mapping[str, Any]
    changing: Sequence[str]


def listed_then(
    log: Log, axes: Axes, asked: AskedList[Row], limit: int, after: After | None
) -> Listed[Row]:
    """List a page as of then. Raises Overloaded if enough such pages are made already."""
    of_today = {**asked.filters, **dict.fromkeys(asked.changing)}
    found: list[Row] = []
    with past(log, axes, _AT_ONCE) as then:
        run_then = then.then("parties", "previews")  # what is seen is what is seen today
        for _ in range(MOST // SOME):
            at, row_id = after or (None, None)
            page = {"limit": SOME, "at": at, "id": row_id}
            rows = [asked.row(each) for each in then.now(asked.query, {**of_today, **page})]
            then.replay(row.case_id for row in rows)
            these = {row.after for row in rows}
            was = map(asked.row, run_then(asked.query, {**asked.filters, **page}))
            found += [row for row in was if row.after in these]
            after = rows[-1].after if len(rows) == SOME else None
            if len(found) > limit or after is None:
                break
    shown = found[:limit]
    return Listed(shown, shown[-1].after if len(found) > limit else after)
