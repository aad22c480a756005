"""A case's history as it is told: all of it, or a window of its facts.

A case may have tens of thousands of facts. Their order, and what they add up to, need little of
each: its line. Only the facts of the window are read whole, so that no page and no answer grows
with the case.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, tzinfo
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from services.reporting import history
from services.reporting.axes import AS_OF_CHANGED, NOW, Axes, Timed
from services.reporting.history import REPLACES, Fact, History, Parties, Period, Span, Told
from services.reporting.leaving_out import as_told
from shared.kernel.refusals import Refused
from shared.kernel.sight import Sight
from shared.kernel.text import Text
from shared.web.paging import CursorNotOurs, cursor_of

MOST_FACTS = 200
"""How many facts are told at once unless somebody asks for another number."""
NOTHING_THEN = Text(
    "En ese momento no cuenta ningún hecho de este caso: el primero ocurrió el {happened} y se"
    " registró el {recorded}.",
    "At that moment no fact of this case counts: the first happened on {happened} and was recorded"
    " on {recorded}.",
)
"""The hint beside a history that is empty."""
Cut = Callable[[Sequence[str]], tuple[int, int]]
"""Chooses a window: of the ids of all facts in order, from which place to before which."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """What the order of a history and the axes of time need of a fact.

    Its fields are those of ``history.Fact``. It refers to nothing that refers back, so the garbage
    collector need not look at tens of thousands of them.
    """

    id: str
    causation: str
    happened_at: datetime
    recorded_at: datetime
    service: str
    position: int


class Brief(NamedTuple):
    """What a history's folds need of a fact. Its fields are those of ``history.Fact``."""

    id: str
    name: str
    service: str
    happened_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A case, and how it is seen. institution: by whom; None: by somebody who sees all cases."""

    case_id: UUID
    institution: str | None
    sees: Sight
    until: datetime | None
    parties: Parties


@dataclass(frozen=True, slots=True)
class Facts:
    """Where a history is told from.

    lines: of every fact. telling: of those that the folds need (``history.TELLING``), by id. read:
    reads facts whole. names: finds institutions' names by code.
    """

    lines: Sequence[Timed]
    telling: Mapping[str, Told]
    read: Callable[[Sequence[Timed]], Iterable[Fact]]
    names: Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Window:
    """Some of a history's facts, in a row, with the custody and the referrals that they are about.

    What ``history`` says of the case as such is what all its facts add up to. first: the number of
    the first of these facts, from 1; total: how many there are in all. numbers: of all facts, by
    id. known: these facts and those that they replace or are replaced by. zone: the case's wall
    clock; None if nothing is known of it.
    """

    history: History
    first: int
    total: int
    numbers: Mapping[str, int]
    known: Mapping[str, Fact]
    zone: tzinfo | None
    began: tuple[datetime, datetime] | None = None

    @property
    def last(self) -> int:
        """The number of the last of these facts."""
        return self.first + len(self.history.facts) - 1


@dataclass(frozen=True, slots=True)
class HistoryPage(History):
    """A page of a history: some of its facts, with the custody and referrals they are about.

    All else is said of the case by all its facts. first: the number of the page's first fact, from
    1. total: how many facts there are. next: the cursor of the next page; None on the last.
    notices: what whoever asks should know about the answer, in their language.
    """

    first: int = 1
    total: int = 0
    next: str | None = None
    notices: Sequence[str] = ()


def notices_of(window: Window, *, only_as_of: bool) -> list[Text]:
    """Say what whoever asks should know. only_as_of: they gave ``as_of`` without ``as_known``."""
    notices = [AS_OF_CHANGED] if only_as_of else []
    if window.began and not window.total:
        happened, recorded = (at.astimezone(window.zone) for at in window.began)
        notices.append(
            NOTHING_THEN.filled(
                happened=happened.isoformat(" ", "minutes"),
                recorded=recorded.isoformat(" ", "minutes"),
            )
        )
    return notices


def page_of(window: Window, notices: Sequence[str] = ()) -> HistoryPage:
    """Return a window as reporting's interface gives it."""
    told = window.history
    more = window.last < window.total and told.facts
    return HistoryPage(
        **{each.name: getattr(told, each.name) for each in fields(told)},
        first=window.first,
        total=window.total,
        next=cursor_of(told.facts[-1].id) if more else None,
        notices=notices,
    )


def everything(ids: Sequence[str]) -> tuple[int, int]:
    """Choose all facts."""
    return 0, len(ids)


def up_to(number: int | None, most: int) -> Cut:
    """Choose this many facts up to the one with this number; None: up to the last."""

    def cut(ids: Sequence[str]) -> tuple[int, int]:
        stop = len(ids) if number is None else min(len(ids), max(number, most))
        return max(0, stop - most), stop

    return cut


def after(fact_id: str | None, most: int) -> Cut:
    """Choose this many facts after one; None: from the first on. Raises Refused (CursorNotOurs)."""

    def cut(ids: Sequence[str]) -> tuple[int, int]:
        try:
            start = 0 if fact_id is None else ids.index(fact_id) + 1
        except ValueError:
            raise Refused(CursorNotOurs(field="cursor")) from None
        return start, min(len(ids), start + most)

    return cut


def tell(found: Found, facts: Facts, cut: Cut, axes: Axes = NOW, partitions: int = 1) -> Window:
    """Tell a window of a case's history.

    axes: a moment without an offset is read on the case's wall clock. partitions: of the bus.
    """
    seen = _seen(found, facts.lines, facts.telling)
    named, zone, began = seen, _zone(facts, seen), _began(seen)
    if axes != NOW:
        axes = axes.on(zone)
        there_and_then = axes.of_key(str(found.case_id), partitions)
        known_then = replace(there_and_then, as_of=None).counting(facts.lines, facts.telling)
        named = _seen(found, known_then, facts.telling)
        counting = there_and_then.counting(facts.lines, facts.telling)
        seen = _seen(found, counting, facts.telling)
    ordered = history.in_order(seen)
    ids = [line.id for line in ordered]
    start, stop = cut(ids)
    numbers = {each: number for number, each in enumerate(ids, 1)}
    telling = [facts.telling[each] for each in ids if each in facts.telling]
    replaced = {history.replaced_id(each): each.id for each in telling if REPLACES in each.data}
    chosen = ids[start:stop]
    around = {*chosen, *_related(chosen, facts.telling, replaced)} & numbers.keys()
    known = {
        fact.id: _linked(_as_told(fact, found), numbers, replaced)
        for fact in facts.read([ordered[numbers[each] - 1] for each in sorted(around)])
    }
    shown = [known[each] for each in chosen]
    custody, referrals = history.custody_of(telling), history.referrals_of(telling)
    there = list(_in_force(custody, numbers, start, stop))
    about = {str(fact.data.get("referral_id")) for fact in shown}
    passed = [span for span in referrals if str(span.referral_id) in about]
    custodian = next((p.institution for p in custody if p.until is None), None)
    programme, subdivision, in_error = history.described(telling)
    whole = History(
        case_id=found.case_id,
        folio=history.folio_of(facts.telling[e.id] for e in named if e.id in facts.telling),
        programme=programme,
        subdivision=subdivision,
        in_error=in_error,
        custodian=custodian,
        parties=found.parties,
        facts=shown,
        custody=there,
        referrals=passed,
        names=facts.names(_named(shown, there, passed, custodian)),
        as_of=axes.as_of,
        as_known=axes.as_known,
        sees=found.sees,
        until=found.until,
        closed_with=history.closing_of(telling) if found.sees is Sight.CASE else None,
    )
    return Window(whole, start + 1, len(ids), numbers, known, zone, began)


def _seen(found: Found, lines: Iterable[Timed], telling: Mapping[str, Told]) -> list[Timed]:
    """Return the facts that the asking institution sees."""
    lines = list(lines)
    if found.institution is None or found.sees is Sight.CASE:
        return lines
    told = [telling[line.id] for line in lines if line.id in telling]
    own = {each.id for each in history.seen(told, found.institution, found.until)}
    until = found.until
    return [line for line in lines if line.id in own or (until and line.recorded_at <= until)]


def _as_told(fact: Fact, found: Found) -> Fact:
    if found.institution is None or found.sees is Sight.CASE:
        return fact
    return as_told(fact, found.institution, found.until)


def _zone(facts: Facts, seen: Sequence[Timed]) -> tzinfo | None:
    """Return the wall clock on which the fact recorded last happened."""
    if not seen:
        return None
    last = max(seen, key=lambda line: (line.recorded_at, line.service, line.position))
    return next(iter(facts.read([last]))).happened_at.tzinfo


def _began(seen: Sequence[Timed]) -> tuple[datetime, datetime] | None:
    if not seen:
        return None
    return min(line.happened_at for line in seen), min(line.recorded_at for line in seen)


def _related(
    chosen: Iterable[str], telling: Mapping[str, Told], replaced: Mapping[str, str]
) -> Iterator[str]:
    """Return the facts that these replace, and those that replace them."""
    for each in chosen:
        if each in replaced:
            yield replaced[each]
        if each in telling and REPLACES in telling[each].data:
            yield history.replaced_id(telling[each])


def _linked(fact: Fact, numbers: Mapping[str, int], replaced: Mapping[str, str]) -> Fact:
    follows = fact.causation if fact.causation in numbers else None
    return replace(fact, follows=follows, replaced_by=replaced.get(fact.id))


def _in_force(
    custody: Sequence[Period], numbers: Mapping[str, int], start: int, stop: int
) -> Iterator[Period]:
    """Return the periods that began in the window, and the one that it found."""
    for place, period in enumerate(custody):
        following = custody[place + 1 : place + 2]
        ended = bool(following) and numbers[following[0].by] <= start
        if numbers[period.by] <= stop and not ended:
            yield period


def _named(
    facts: Iterable[Fact], custody: Iterable[Period], referrals: Iterable[Span], *more: str | None
) -> list[str]:
    """Return the codes of the institutions that are spoken of."""
    codes = {code for code in more if code}
    for fact in facts:
        codes.add(fact.institution)
        codes |= {str(fact.data[name]) for name in history.INSTITUTIONS if fact.data.get(name)}
        codes |= {each for name in history.SEVERAL for each in fact.data.get(name) or ()}
    codes |= {period.institution for period in custody}
    codes |= {code for span in referrals for code in (span.sender, span.addressee)}
    return sorted(codes)
