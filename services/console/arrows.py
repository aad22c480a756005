"""The arrows of a timeline: one for each referral, from its request to its decision."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.console.axis import Axis
from services.console.looks import Look

Point = tuple[float, float]

_APART = 9.0  # between the ends of two arrows in one lane
_BADGE = 17.0  # a badge's width and height
_DIGIT = 6.6  # by which it is wider for each digit from the third on
_BETWEEN = 2.0  # two badges
_TRIED = (0.5, 0.38, 0.62, 0.28, 0.72, 0.2, 0.8)  # shares of an arrow at which its badge may be


@dataclass(frozen=True, slots=True)
class Passing:
    """A referral to be drawn as an arrow, from its request to its decision (None: none yet).

    number: its number in the tables, from 1. look: of its status.
    """

    number: int
    sender: str
    addressee: str
    look: Look
    since: datetime
    until: datetime | None
    title: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A referral as drawn.

    curve: four points of a Bézier curve. badge: the centre of the badge with its number; None where
    it would cover another's, and the number is in the title alone.
    """

    number: int
    look: Look
    title: str
    curve: tuple[Point, Point, Point, Point]
    badge: Point | None

    @property
    def badge_width(self) -> float:
        return _badge_width(self.number)

    @property
    def head(self) -> Point:
        return self.curve[3]

    @property
    def down(self) -> bool:
        """Whether the head points down the page."""
        return self.curve[3][1] > self.curve[0][1]

    @property
    def path(self) -> str:
        """The curve in the syntax of SVG."""
        start, *rest = (f"{x:.1f} {y:.1f}" for x, y in self.curve)
        return f"M{start}C{' '.join(rest)}"


def draw(
    passings: Sequence[Passing], axis: Axis, open_x: float, edge: Callable[[str, float, int], float]
) -> list[Arrow]:
    """Draw the arrows so that no badges overlap and, if possible, no ends do.

    open_x: the end of arrows without a decision. edge: the height of an institution's bar or line
    at an x: above it (-1), on its middle (0) or below it (1).
    """
    arrows: list[Arrow] = []
    widest = _badge_width(max((passing.number for passing in passings), default=0))
    ends, badges = Occupied(_APART), Occupied(widest + _BETWEEN)
    for passing in sorted(passings, key=lambda p: (p.since, p.number)):
        since = axis.x(passing.since)
        until = open_x if passing.until is None else axis.x(passing.until)
        down = edge(passing.addressee, until, 0) >= edge(passing.sender, since, 0)
        direction = 1 if down else -1
        start = _free((since, edge(passing.sender, since, direction)), ends)
        end = _free((max(until, start[0]), edge(passing.addressee, until, -direction)), ends)
        bend = (start[1] + end[1]) / 2
        curve = (start, (start[0], bend), (end[0], bend), end)
        arrows.append(
            Arrow(passing.number, passing.look, passing.title, curve, _badge(curve, badges))
        )
    return arrows


class Occupied:
    """Where something is drawn already, in squares: a look at a place sees its neighbours alone.

    So the time that a drawing takes grows with its arrows, and not with their square.
    """

    def __init__(self, apart: float) -> None:
        """Tell places apart whose distance is at least this."""
        self.apart = apart
        self._squares: dict[tuple[int, int], set[Point]] = {}

    def take(self, place: Point) -> None:
        """Note a place, to a tenth of a unit: what covers another is noted once."""
        x, y = place
        self._squares.setdefault(self._square(x, y), set()).add((round(x, 1), round(y, 1)))

    def near(self, place: Point) -> Iterator[Point]:
        """Return the places that may be nearer than ``apart``."""
        column, row = self._square(*place)
        for across in (column - 1, column, column + 1):
            for down in (row - 1, row, row + 1):
                yield from self._squares.get((across, down), ())

    def _square(self, x: float, y: float) -> tuple[int, int]:
        return int(x // self.apart), int(y // self.apart)


def _free(wanted: Point, occupied: Occupied) -> Point:
    """Move a point a few units on if another arrow begins or ends there already."""
    x, y = wanted
    for _ in range(4):
        near = occupied.near((x, y))
        if all(abs(x - other) >= occupied.apart or abs(y - height) > 1 for other, height in near):
            break
        x += occupied.apart
    else:
        x = wanted[0]
    occupied.take((x, y))
    return x, y


def _badge_width(number: int) -> float:
    return _BADGE + _DIGIT * max(0, len(str(number)) - 2)


def _badge(curve: tuple[Point, Point, Point, Point], badges: Occupied) -> Point | None:
    positions = [_along(curve, share) for share in _TRIED]
    free = (
        (x, y)
        for x, y in positions
        if all((x - a) ** 2 + (y - b) ** 2 >= badges.apart**2 for a, b in badges.near((x, y)))
    )
    badge = next(free, None)
    if badge:
        badges.take(badge)
    return badge


def _along(curve: tuple[Point, Point, Point, Point], share: float) -> Point:
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    return (
        sum(w * x for w, (x, _) in zip(weights, curve, strict=True)),
        sum(w * y for w, (_, y) in zip(weights, curve, strict=True)),
    )
