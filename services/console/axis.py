"""The time axis of a drawing: the positions and labels of its ticks, for an hour or decades."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.reporting import moments

_ROOM = 76.0  # a tick's label needs so many units


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick on the axis. context: the day or the year, if it changes here."""

    x: float
    label: str
    context: str
    anchor: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """A division of time: the ticks from a moment on, and their labels."""

    after: Callable[[datetime], Iterator[datetime]]
    seconds: float
    label: Callable[[datetime, str], str]
    context: Callable[[datetime, str], str]


class Axis:
    """Time from left to right, in the zone of its first moment."""

    def __init__(self, first: datetime, last: datetime, left: float, right: float) -> None:
        """Map first to last, or at least ten minutes around them, to left to right."""
        lacking = max(timedelta(0), timedelta(minutes=10) - (last - first)) / 2
        self.first, self.last = first - lacking, last + lacking
        self.left, self.right = left, right

    def x(self, at: datetime) -> float:
        """Return the x of a moment; a moment outside of the axis is put on its edge."""
        share = (at - self.first) / (self.last - self.first)
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)

    def ticks(self, lang: str) -> list[Tick]:
        """Return the ticks of the finest scale whose labels do not touch."""
        span = (self.last - self.first).total_seconds()
        most = max(1.0, (self.right - self.left) / _ROOM)
        scale = next((s for s in _SCALES if span / s.seconds <= most), _SCALES[-1])
        ticks, shown = [], ""
        for at in scale.after(self.first):
            if at > self.last:
                break
            context = scale.context(at, lang)
            ticks.append(
                Tick(
                    x := self.x(at),
                    scale.label(at, lang),
                    "" if context == shown else context,
                    self._anchor(x),
                )
            )
            shown = context
        return ticks

    def _anchor(self, x: float) -> str:
        edge = _ROOM / 3
        if x < self.left + edge:
            return "start"
        return "end" if x > self.right - edge else "middle"


def _every(step: timedelta) -> Callable[[datetime], Iterator[datetime]]:
    def after(first: datetime) -> Iterator[datetime]:
        at = first.replace(hour=0, minute=0, second=0, microsecond=0)
        at += -(-(first - at) // step) * step
        while True:
            yield at
            at += step

    return after


def _days(step: int) -> Callable[[datetime], Iterator[datetime]]:
    def after(first: datetime) -> Iterator[datetime]:
        at = first.replace(hour=0, minute=0, second=0, microsecond=0)
        at -= timedelta(days=(at.toordinal() - 1) % step)  # day 1 of the calendar was a Monday
        while True:
            if at >= first:
                yield at
            at += timedelta(days=step)

    return after


def _months(step: int) -> Callable[[datetime], Iterator[datetime]]:
    def after(first: datetime) -> Iterator[datetime]:
        start = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        count = start.year * 12 + start.month - 1
        count -= count % step
        while count < 12 * 9_999:
            at = start.replace(year=count // 12, month=count % 12 + 1)
            if at >= first:
                yield at
            count += step

    return after


def _clock(at: datetime, _: str) -> str:
    return f"{at:%H:%M}"


def _day(at: datetime, lang: str) -> str:
    return f"{at.day} {moments.month(at.month, lang)}"


def _month(at: datetime, lang: str) -> str:
    return moments.month(at.month, lang)


def _year(at: datetime, _: str) -> str:
    return str(at.year)


def _nothing(_: datetime, __: str) -> str:
    return ""


_SCALES = (
    *(
        _Scale(_every(step := timedelta(minutes=m)), step.total_seconds(), _clock, moments.day)
        for m in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
    ),
    *(_Scale(_days(d), d * 86_400, _day, _year) for d in (1, 2, 7, 14)),
    *(_Scale(_months(m), m * 30.4 * 86_400, _month, _year) for m in (1, 2, 3, 6)),
    *(_Scale(_months(12 * y), y * 365.2 * 86_400, _year, _nothing) for y in (1, 2, 5, 10, 20, 50)),
)
