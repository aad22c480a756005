"""The geometry of a case's timeline of custody: lanes, bars, arrows and symbols.

Each institution has a lane: its name, a bar for as long as it has custody, and below it a symbol
for each of its facts. A referral is an arrow from its sender's lane, where it was requested, to its
addressee's, where it was decided. What is still going on runs on past the last fact, to the margin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from services.console import labels
from services.console.arrows import Arrow, Passing, draw
from services.console.axis import Axis, Tick
from services.console.looks import LOOKS
from services.reporting.history import Fact, History, Period, Span

_TOP, _SIDE, _ONGOING = 6.0, 10.0, 26.0
_LANE, _NAME, _BAR, _SYMBOL = 72.0, 15.0, 24.0, 53.0  # a lane's height, and what stands where in it
BAR_HEIGHT = 16.0
_AXIS = 40.0
_THINNEST = 3.0  # a bar of a minute among years is still seen
_CHARACTER = 7.4  # about the width of a character of a lane's name
Lasting = TypeVar("Lasting", Period, Span)
LATE = timedelta(days=7)
"""A fact recorded later than this after it happened is drawn hollow."""


@dataclass(frozen=True, slots=True)
class Lane:
    """An institution's strip. y: its top."""

    name: str
    full_name: str
    y: float
    name_y: float
    middle: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A period of custody; an ``ongoing`` one ends in a point."""

    x: float
    y: float
    width: float
    ongoing: bool
    code: str
    institution: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """One fact, or several that would cover each other."""

    x: float
    y: float
    service: str
    late: bool
    titles: tuple[str, ...]

    @property
    def width(self) -> float:
        """How much room it takes."""
        count = len(self.titles)
        return 12.0 if count == 1 else 14.0 + 7.0 * len(str(count))


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that is drawn, with its place."""

    width: float
    height: float
    left: float
    right: float
    lanes: Sequence[Lane]
    bars: Sequence[Bar]
    arrows: Sequence[Arrow]
    symbols: Sequence[Symbol]
    ticks: Sequence[Tick]


def lay_out(history: History, width: float, lang: str, *, part: bool = False) -> Drawing:
    """Give everything its place in a drawing of this width. The history has at least one fact.

    part: these are some of the case's facts. Then their time alone is drawn: what began before
    comes in at the left, and what ends after them goes on to the margin.
    """
    left, right = _SIDE, width - _SIDE
    first, last = _time_of(history, part=part)
    axis = Axis(first, last, left + 6, right - _ONGOING)
    if part:
        history = _without_later_ends(history, last)
    lanes = _lanes(history, int((right - left) / _CHARACTER))
    bars = [_bar(period, axis, right, lanes) for period in history.custody]
    facts = [(fact, labels.titled(history, fact, lang)) for fact in history.facts]

    def edge(code: str, x: float, side: int) -> float:
        """Meet an institution at its bar's edge where it has custody, else at its lane's line."""
        middle = lanes[code].middle
        held = any(bar.code == code and bar.x - 2 <= x <= bar.x + bar.width + 2 for bar in bars)
        return middle + side * (BAR_HEIGHT / 2 if held else 1.0)

    return Drawing(
        width=width,
        height=_TOP + _LANE * len(lanes) + _AXIS,
        left=left,
        right=right,
        lanes=list(lanes.values()),
        bars=bars,
        arrows=draw(_passings(history, lang), axis, right - 9, edge),
        symbols=[
            symbol
            for code, lane in lanes.items()
            for symbol in _symbols([f for f in facts if f[0].institution == code], axis, lane)
        ],
        ticks=axis.ticks(lang),
    )


def _time_of(history: History, *, part: bool) -> tuple[datetime, datetime]:
    """Return from when to when there is something to draw."""
    if part:
        happened = [fact.happened_at for fact in history.facts]
        return min(happened), max(happened)
    moments = [at for at, _, _ in _appearances(history)]
    untils = (*(p.until for p in history.custody), *(s.until for s in history.referrals))
    return moments[0], max(*moments, *(until for until in untils if until), moments[0])


def _without_later_ends(history: History, last: datetime) -> History:
    """Say of what ends after a moment that it goes on."""
    return replace(
        history,
        custody=[_going_on(period, last) for period in history.custody],
        referrals=[_going_on(span, last) for span in history.referrals],
    )


def _going_on(lasting: Lasting, last: datetime) -> Lasting:
    return replace(lasting, until=None) if lasting.until and lasting.until > last else lasting


def _appearances(history: History) -> list[tuple[datetime, int, str]]:
    """Say when which institution appears, the custodian before those that it refers to."""
    return sorted(
        [
            *((p.since, 0, p.institution) for p in history.custody),
            *((s.since, 1, s.sender) for s in history.referrals),
            *((s.since, 2, s.addressee) for s in history.referrals),
            *((f.happened_at, 3, f.institution) for f in history.facts),
        ]
    )


def _lanes(history: History, characters: int) -> dict[str, Lane]:
    codes = dict.fromkeys(code for _, _, code in _appearances(history))
    lanes = {}
    for number, code in enumerate(codes):
        name, y = history.name_of(code), _TOP + _LANE * number
        lanes[code] = Lane(
            _shortened(name, characters), name, y, y + _NAME, y + _BAR + BAR_HEIGHT / 2
        )
    return lanes


def _passings(history: History, lang: str) -> list[Passing]:
    return [
        Passing(
            span.number,
            span.sender,
            span.addressee,
            LOOKS[span.status],
            span.since,
            span.until,
            labels.passed(history, span, lang),
        )
        for span in history.referrals
    ]


def _shortened(name: str, characters: int) -> str:
    return name if len(name) <= characters else name[: characters - 1].rstrip() + "…"


def _bar(held: Period, axis: Axis, right: float, lanes: Mapping[str, Lane]) -> Bar:
    start = axis.x(held.since)
    end = right if held.until is None else axis.x(held.until)
    lane = lanes[held.institution]
    return Bar(
        x=start,
        y=lane.middle - BAR_HEIGHT / 2,
        width=max(_THINNEST, end - start),
        ongoing=held.until is None,
        code=held.institution,
        institution=lane.full_name,
    )


def _symbols(facts: Sequence[tuple[Fact, str]], axis: Axis, lane: Lane) -> list[Symbol]:
    """Draw each fact; those that would cover each other become one symbol, again and again."""
    symbols = [
        Symbol(
            axis.x(fact.happened_at),
            lane.y + _SYMBOL,
            fact.service,
            fact.recorded_at - fact.happened_at > LATE,
            (title,),
        )
        for fact, title in sorted(facts, key=lambda noted: noted[0].happened_at)
    ]
    done: list[Symbol] = []
    for symbol in symbols:
        done.append(symbol)
        while len(done) > 1 and _covers(done[-2], done[-1]):
            done[-2:] = [_joined(done[-2], done[-1])]
    return done


def _covers(one: Symbol, other: Symbol) -> bool:
    return other.x - one.x < (one.width + other.width) / 2 + 1


def _joined(one: Symbol, other: Symbol) -> Symbol:
    count, more = len(one.titles), len(other.titles)
    return replace(
        one,
        x=(one.x * count + other.x * more) / (count + more),
        service=one.service if one.service == other.service else "several",
        late=one.late and other.late,
        titles=(*one.titles, *other.titles),
    )
