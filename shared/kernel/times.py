"""Times have an order: nothing happens before what it answers.

The facts of a stream stand on its main line, or on one of several lines beside it, as the referrals
of a case do. A fact that turns its line (a status, a description) comes after everything on it; one
that only adds to it (a contact) comes after the last turn, and among its like in any order, because
people record things late. What stands on a line comes after the last turn of the main line too, and
what turns the main line comes after everything.
"""

from collections.abc import Hashable, Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from shared.kernel.refusals import Invalid
from shared.kernel.text import Text
from shared.kernel.value import Value

CLOCKS_MAY_DIFFER = timedelta(minutes=5)
"""By how much one clock may go before another: so much too early, or in the future, is taken."""


class Place(Value):
    """Where a fact stands among those of its stream.

    line: which one, None for the main line. turns: whether later facts of the line answer it.
    turns_main: whether those of all lines do, as an acceptance with which custody moves. adds:
    whether it answers the last turn only; else all that is on its line. aside: whether it answers
    nothing and nothing answers it, as a reminder.
    """

    line: Hashable = None
    turns: bool = True
    turns_main: bool = False
    adds: bool = False
    aside: bool = False


MAIN = Place()
"""On the main line, which it turns: where every fact of a simple stream stands."""
ASIDE = Place(aside=True)
"""On no line: where what the system itself remarks upon stands."""


class Line(Value):
    """How far a line has come. turned: when its last turn happened. latest: of all its facts."""

    turned: datetime
    latest: datetime


class Times(Value):
    """When the facts of a stream happened, as far as the order of later ones depends on it.

    turned: when the main line last turned, None before its first fact. latest: of all facts.
    lines: those beside the main line, by name.
    """

    turned: datetime | None = None
    latest: datetime | None = None
    lines: Mapping[Hashable, Line] = {}

    def earliest(self, place: Place) -> datetime | None:
        """Return the moment before which no fact at this place can have happened, if there is one.

        It is that of a fact which the new one answers.
        """
        if place.aside:
            return None
        if place.line is None or place.turns_main:
            return self.turned if place.adds else self.latest
        line = self.lines.get(place.line)
        if line is None:
            return self.turned
        own = line.turned if place.adds else line.latest
        return own if self.turned is None else max(own, self.turned)

    def after(self, place: Place, at: datetime) -> "Times":
        """Return the times after a fact at this place. An earlier moment never turns them back."""
        if place.aside:
            return self
        latest = at if self.latest is None else max(self.latest, at)
        turns_main = place.turns_main or (place.line is None and place.turns)
        turned = latest if turns_main else self.turned
        if place.line is None:
            return Times(turned, latest, self.lines)
        before = self.lines.get(place.line)
        own = at if before is None else max(before.latest, at)
        line = Line(own if before is None or place.turns else before.turned, own)
        return Times(turned, latest, {**self.lines, place.line: line})


NO_TIMES = Times()


class BeforeWhatItAnswers(Invalid):
    """A moment is earlier than that of what it answers. Neither is repeated."""

    code: ClassVar[str] = "before-what-it-answers"
    text: ClassVar[Text] = Text(
        "«{field}» es anterior a lo que responde. Nada ocurre antes de su registro ni de su paso"
        " anterior; indique cuándo ocurrió, con su zona.",
        "“{field}” is earlier than what it answers. Nothing happens before its registration or the"
        " step before it; say when it happened, with its time zone.",
    )


def out_of_order(times: Times, place: Place, at: datetime, now: datetime) -> bool:
    """Whether a fact at this place would have happened before what it answers.

    now: by this process's clock; nothing that happens now is out of order, even if another process
    has recorded a moment still to come.
    """
    earliest = times.earliest(place)
    return earliest is not None and at < min(earliest, now) - CLOCKS_MAY_DIFFER
