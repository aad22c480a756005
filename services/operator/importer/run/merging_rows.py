"""Several rows of one case become one case.

What they say of the case itself must agree; where one says nothing, the other counts. It was opened
at the earliest opening and closed at the latest closing, with the outcome of the last row that says
so. Contacts and services of all rows are recorded; each row's outcomes are recorded, or,
as the mapping has it, those of one kind and currency are added up: also those of one row alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.operator.importer.mapping.amounts import exact
from services.operator.importer.run.imported_case import ImportedCase
from services.operator.importer.run.imported_history import (
    ImportedHandover,
    ImportedOutcome,
    ImportedWork,
)

_OF_THE_CASE = ("subdivision", "channel", "registered_by", "municipality")
_OF_THE_HANDOVER = ("to", "kind", "answer", "reason", "referred", "acknowledged", "answered")


class Contradiction(Exception):
    """Two rows of one case do not agree. field: in what, by its name in a command."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def merged(one: ImportedCase, other: ImportedCase) -> ImportedCase:
    """Return the case of both rows; ``other`` is the later one. Raises Contradiction."""
    agreed = {name: _agreed(name, one, other) for name in _OF_THE_CASE}
    details = {**one.details, **other.details}
    for name, code in one.details.items():
        if details[name] != code:
            raise Contradiction(f"details.{name}")
    institutions = {each.code: each for each in (*other.institutions, *one.institutions)}
    case = msgspec.structs.replace(
        one,
        **agreed,
        details=details,
        opened=_moment(min, one.opened, other.opened),
        institutions=tuple(institutions.values()),
        noted=(*one.noted, *other.noted),
    )
    return case.with_handovers(
        _handovers(one.all_handovers, other.all_handovers), _work(one.work, other.work)
    )


def added_up(case: ImportedCase) -> ImportedCase:
    """Return the case with one outcome of each kind and currency in each of its works."""
    handovers = [msgspec.structs.replace(one, work=_summed(one.work)) for one in case.all_handovers]
    return case.with_handovers(handovers, _summed(case.work))


def _agreed(name: str, one: Any, other: Any) -> Any:
    first, second = getattr(one, name), getattr(other, name)
    if first is not None and second not in {None, first}:
        raise Contradiction(name)
    return second if first is None else first


def _moment(which: Any, one: datetime | None, other: datetime | None) -> datetime | None:
    known = [moment for moment in (one, other) if moment is not None]
    return which(known) if known else None


def _handovers(
    one: Sequence[ImportedHandover], other: Sequence[ImportedHandover]
) -> list[ImportedHandover]:
    """Return the hand-overs that either row has; the same one twice must agree."""
    handovers = {each.n: each for each in one}
    for each in other:
        first = handovers.setdefault(each.n, each)
        if first is not each:
            agreed = {name: _agreed(name, first, each) for name in _OF_THE_HANDOVER}
            work = _work(first.work, each.work)
            handovers[each.n] = msgspec.structs.replace(first, **agreed, work=work)
    return [handovers[n] for n in sorted(handovers)]


def _work(one: ImportedWork, other: ImportedWork) -> ImportedWork:
    last = other if _ends_later(one, other) else one
    return ImportedWork(
        outcomes=(*one.outcomes, *other.outcomes),
        contacts=(*one.contacts, *other.contacts),
        services=(*one.services, *other.services),
        closed=last.closed,
        closing=last.closing,
        undated=last.undated,
    )


def _ends_later(one: ImportedWork, other: ImportedWork) -> bool:
    if other.closing is None or one.closing is None:
        return one.closing is None
    if other.closed is None or one.closed is None:
        return one.closed is None
    return other.closed >= one.closed


def _summed(work: ImportedWork) -> ImportedWork:
    """Return the work with one outcome of each kind and currency, at the latest of their dates.

    A missing amount adds nothing: it is in the kind's first currency, if one has an amount.
    """
    stated = {one.outcome: one.currency for one in reversed(work.outcomes) if one.currency}
    sums: dict[tuple[str, str | None], ImportedOutcome] = {}
    for each in work.outcomes:
        key = each.outcome, each.currency or stated.get(each.outcome)
        sums[key] = _sum(sums[key], each) if key in sums else each
    return msgspec.structs.replace(work, outcomes=tuple(sums.values()))


def _sum(one: ImportedOutcome, other: ImportedOutcome) -> ImportedOutcome:
    amounts = [amount for amount in (one.amount, other.amount) if amount is not None]
    days = [day for day in (one.on, other.on) if day is not None]
    with exact():
        total = sum(amounts[1:], amounts[0]) if amounts else None
    return msgspec.structs.replace(
        one,
        amount=total,
        currency=one.currency or other.currency,
        on=max(days) if days else None,
        happened=_moment(max, one.happened, other.happened),
    )
