"""Two axes of time: what had happened by a moment, as far as was recorded by another.

The one rule for histories, lists and indicators alike. Promises:
- known as of p, exactly the facts count that were recorded up to p: a replay of the logs up to p;
- as of T, of these the facts count that speak of a time up to T. A fact speaks of the time at which
  it happened. One that mends another speaks of the time of what it mends, since it says what was so
  all along: as of a day of March, an award of March counts as it was corrected in June.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, tzinfo
from typing import ClassVar, Protocol, TypeVar

from services.reporting.history import (
    CONSENT_SAID,
    CONSENT_VOIDED,
    AsKnown,
    Placed,
    Told,
    mended_version,
)
from shared.contracts import CONTRACTS
from shared.contracts.contract import parts_of
from shared.kernel.limits import of_moment
from shared.kernel.refusals import Invalid, Refused
from shared.kernel.text import Text
from shared.messaging.port import partition_of

NOW_WRITTEN = "now"
"""What asks for the axis' end: all that has happened, or is recorded."""
_REGISTRATION = frozenset({"case-registered"})
_DECLINE = frozenset({"referral-declined"})
MENDS: Mapping[str, frozenset[str]] = {
    "case-corrected": _REGISTRATION,
    "case-entered-in-error": _REGISTRATION,
    "correction-turned-into-proposal": _REGISTRATION,
    "void-turned-into-request": _REGISTRATION,
    "decline-corrected": _DECLINE,
    "decline-entered-in-error": _DECLINE,
    "answer-entered-in-error": frozenset({"information-answered", "information-partly-answered"}),
    "referral-entered-in-error": frozenset({"referral-requested"}),
    "follow-up-entered-in-error": frozenset({"follow-up-opened"}),
    CONSENT_VOIDED: CONSENT_SAID,
}
"""What is mended by facts that do not name its version: the last of these in the same stream."""
AS_OF_CHANGED = Text(
    "«as_of» dice ahora lo que había ocurrido hasta ese momento, según se sabe hoy. Lo que estaba"
    " registrado entonces se pide con «as_known»; con «as_known=now» este aviso no aparece. En la"
    " línea de órdenes: «--as-known now».",
    "“as_of” now means what had happened by that moment, as it is known today. For what had been"
    " recorded by then, ask with “as_known”; with “as_known=now” this notice does not appear. On"
    " the command line: “--as-known now”.",
)
"""The notice of one version: until 0.2.0 ``as_of`` meant what was recorded by then."""
_SOURCES = frozenset(parts_of(name).service for name in CONTRACTS)


class NotAMoment(Invalid):
    """What was written is neither a moment with its zone, a day, nor positions of logs."""

    code: ClassVar[str] = "not-a-moment"
    text: ClassVar[Text] = Text(
        "«{field}» es un momento con su zona, como 2026-03-01T09:30:00-07:00; un día hasta su fin,"
        " como 2026-03-01; posiciones de las bitácoras, como intake:120,referral:98; o now.",
        "“{field}” is a moment with its zone, such as 2026-03-01T09:30:00-07:00; a day to its end,"
        " such as 2026-03-01; positions of the logs, such as intake:120,referral:98; or now.",
    )


class NotADayOrMoment(Invalid):
    """What was written for ``as_of`` is neither a moment with its zone nor a day."""

    code: ClassVar[str] = "not-a-day-or-moment"
    text: ClassVar[Text] = Text(
        "«{field}» es un momento con su zona, como 2026-03-01T09:30:00-07:00, o un día hasta su"
        " fin, como 2026-03-01; si falta, es ahora.",
        "“{field}” is a moment with its zone, such as 2026-03-01T09:30:00-07:00, or a day to its"
        " end, such as 2026-03-01; left out, it is now.",
    )


class PositionsUnclear(Invalid):
    """Positions of logs that say two things of one, or name a partition that there is not."""

    code: ClassVar[str] = "positions-unclear"
    text: ClassVar[Text] = Text(
        "En «{field}» cada bitácora tiene una posición, entera o por particiones que hay:"
        " intake:120, o intake/0:80,intake/1:40; no dos veces la misma, ni entera y también por"
        " particiones.",
        "In “{field}” each log has one position, as a whole or by partitions that there are:"
        " intake:120, or intake/0:80,intake/1:40; not the same twice, nor whole and by partitions.",
    )


class Timed(Placed, Protocol):
    """What the rule needs of a fact. The fields are those of ``Fact``."""

    @property
    def happened_at(self) -> datetime: ...


AnyTimed = TypeVar("AnyTimed", bound=Timed)


@dataclass(frozen=True, slots=True)
class Axes:
    """The place on both axes that is asked for. None: now.

    as_of: what had happened by then. as_known: what was recorded by then: a moment, or positions by
    ``source`` or ``source/partition``, as reports name them; of a source that is not named, all.
    A moment without an offset is of a wall clock still to be found (``on``).
    """

    as_of: datetime | None = None
    as_known: AsKnown = None

    @property
    def by_partition(self) -> bool:
        """Whether it depends on how many partitions there are."""
        return any(self._partitions())

    def require(self, partitions: int) -> None:
        """Raise Refused (PositionsUnclear) if a partition is named that there is not."""
        if any(int(n) >= partitions for n in self._partitions()):
            raise Refused(PositionsUnclear(field="as_known"))

    def _partitions(self) -> Iterator[str]:
        """Yield the numbers of the partitions that are named."""
        if isinstance(self.as_known, Mapping):
            yield from filter(None, (name.partition("/")[2] for name in self.as_known))

    def on(self, zone: tzinfo | None) -> "Axes":
        """Read moments without an offset on a wall clock; None: UTC."""
        known = self.as_known
        return replace(
            self,
            as_of=_on(self.as_of, zone),
            as_known=_on(known, zone) if isinstance(known, datetime) else known,
        )

    def of_key(self, key: str, partitions: int) -> "Axes":
        """Return the axes for the facts of one key, whose partition has positions of its own."""
        if not isinstance(self.as_known, Mapping):
            return self
        n = partition_of(key, partitions)
        limits = {
            name.partition("/")[0]: position
            for name, position in self.as_known.items()
            if name.partition("/")[2] in {"", str(n)}
        }
        return replace(self, as_known=limits)

    def counting(self, facts: Iterable[AnyTimed], telling: Mapping[str, Told]) -> list[AnyTimed]:
        """Choose the facts that count, of one key (``of_key``). telling: as of ``Facts``."""
        known = [fact for fact in facts if self._knows(fact)]
        if self.as_of is None:
            return known
        speaks_of = spoken_of(known, telling)
        return [fact for fact in known if speaks_of[fact.id] <= self.as_of]

    def _knows(self, fact: Placed) -> bool:
        match self.as_known:
            case None:
                return True
            case datetime() as moment:
                return fact.recorded_at <= moment
            case limits:
                return fact.service not in limits or fact.position <= limits[fact.service]


NOW = Axes()
"""All that has happened, as far as it is recorded."""


def spoken_of(facts: Iterable[Timed], telling: Mapping[str, Told]) -> Mapping[str, datetime]:
    """Return, by id, of which time each fact speaks."""
    times: dict[str, datetime] = {}
    last: dict[tuple[str, str], str] = {}
    for fact in sorted(facts, key=lambda each: (each.service, each.position)):
        told, stream = telling.get(fact.id), fact.id.rpartition(":")[0]
        times[fact.id] = fact.happened_at
        if told is None:
            continue
        for mended in _mended(told, stream, last):
            times[fact.id] = times.get(mended, fact.happened_at)
        last[stream, told.name] = fact.id
    return times


def _mended(told: Told, stream: str, last: Mapping[tuple[str, str], str]) -> Sequence[str]:
    """Return the id of what a fact mends, if it mends anything."""
    version = mended_version(told)
    if version is not None:
        return [f"{stream}:{version}"]
    before = [last[stream, n] for n in MENDS.get(told.name, ()) if (stream, n) in last]
    return sorted(before, key=lambda each: int(each.rpartition(":")[2]))[-1:]


def axes_of(as_of: str | None, as_known: str | None) -> Axes:
    """Read what a program wrote: every moment has its offset; a day needs none, as for people.

    Raises Refused (NotADayOrMoment, NotAMoment, PositionsUnclear).
    """
    axes = axes_written(as_of, as_known)
    if _lacks_offset(as_of, axes.as_of):
        raise Refused(NotADayOrMoment(field="as_of"))
    if _lacks_offset(as_known, axes.as_known):
        raise Refused(NotAMoment(field="as_known"))
    return axes


def _lacks_offset(text: str | None, read: AsKnown) -> bool:
    """Whether what was read is a moment of some wall clock, and no day."""
    without = isinstance(read, datetime) and read.tzinfo is None
    return without and not _DAY.fullmatch((text or "").strip())


def axes_written(
    as_of: str | None, as_known: str | None, fields: tuple[str, str] = ("as_of", "as_known")
) -> Axes:
    """Read what a person wrote: a moment may lack its offset, and nothing is now.

    fields: what the person calls the two. Raises Refused, as ``axes_of``.
    """
    happened, known = fields
    return Axes(
        moment_of(as_of.strip(), happened, NotADayOrMoment) if as_of else None,
        as_known_of(as_known or NOW_WRITTEN, known),
    )


def as_known_of(text: str, field: str = "as_known") -> AsKnown:
    """Read what somebody wrote for ``as_known``: a moment, positions, or now (also nothing).

    Raises Refused (NotAMoment, PositionsUnclear).
    """
    text = text.strip()
    if text in {"", NOW_WRITTEN}:
        return None
    return _positions(text, field) or moment_of(text, field)


def moment_of(text: str, field: str, refusal: type[Invalid] = NotAMoment) -> datetime:
    """Read a moment in ISO 8601, which may lack its offset; a day alone counts to its end.

    Raises Refused with the refusal.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(refusal(field=field)) from None
    if _DAY.fullmatch(text):
        moment = datetime.combine(moment, time.max)
    if of_moment(moment if moment.tzinfo else moment.replace(tzinfo=UTC)) is not None:
        raise Refused(refusal(field=field))
    return moment


def written(as_known: datetime | Mapping[str, int]) -> str:
    """Write it so that ``as_known_of`` reads it again."""
    if isinstance(as_known, datetime):
        return as_known.isoformat()
    return ",".join(f"{name}:{position}" for name, position in as_known.items())


def _positions(text: str, field: str) -> Mapping[str, int] | None:
    """Read positions; None if it is something else. Raises Refused (PositionsUnclear)."""
    found: dict[str, int] = {}
    unclear = False
    for part in text.split(","):
        name, _, position = part.strip().partition(":")
        source, slash, n = name.partition("/")
        is_partition = n.isascii() and n.isdecimal() if slash else True
        number = position.isascii() and position.isdecimal() and len(position) < _DIGITS
        if source not in _SOURCES or not is_partition or not number:
            return None
        unclear |= name in found or (n != "" and n != str(int(n)))
        found[name] = int(position)
    if unclear or any(name.partition("/")[0] in found for name in found if "/" in name):
        raise Refused(PositionsUnclear(field=field))
    return found


_DIGITS = 19
_DAY = re.compile(r"\d{4}-?\d{2}-?\d{2}|\d{4}-?W\d{2}(-?\d)?", re.ASCII)


def _on(moment: datetime | None, zone: tzinfo | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone or UTC)
