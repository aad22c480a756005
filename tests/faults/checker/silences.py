"""Whether the clocks of follow-ups speak in time, once of one silence, and to whom it is said.

Folded from followup's raw facts alone: since when nothing was done, by the follow-up's own facts;
how long nothing may be done, by the list of clocks, and the holidays that were heard of; what was
said of it, beside the follow-up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.faults.checker.custody import at_fact, those
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.follow_ups import FOLLOW_UP, GOING, REMARKS, Standing
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.working_days import HEARD, Calendar

_SET, _REMINDED, _ESCALATED = "follow-up-clock-set", "follow-up-reminded", "follow-up-escalated"
_NEXT_AFTER = {_REMINDED: 5, _ESCALATED: 10}
"""Working days until the next one is told."""
_LONGEST = timedelta(days=366)
_APPOINTED = "scheduled"


@dataclass
class _FollowUp:
    """A follow-up as far as its facts were read. said: of the silence since its last fact.

    latest: of all its facts; turned: when the appointment was made.
    """

    institution: str = ""
    place: str = ""
    version: int = 0
    latest: datetime | None = None
    turned: datetime | None = None
    appointment: datetime | None = None
    said: list[Fact] = field(default_factory=list)

    def read(self, fact: Fact) -> None:
        """Go on by one fact of its own."""
        at = datetime.fromisoformat(fact.happened_at)
        self.latest = at if self.latest is None else max(self.latest, at)
        self.version, self.said = fact.version, []
        if fact.name == "follow-up-opened":
            self.institution = str(fact.payload["institution"])
            self.place = str(fact.payload["subdivision"])
        elif fact.name == "service-scheduled":
            self.turned = self.latest
            self.appointment = datetime.fromisoformat(fact.payload["scheduled_for"])

    def silent_since(self, status: str) -> datetime | None:
        """Since when something was to be done: the last fact, or the appointment."""
        if status == _APPOINTED and self.turned and self.appointment:
            return min(max(self.appointment, self.turned), self.turned + _LONGEST)
        return self.latest


def follow_ups_clocks_speak_once(evidence: Evidence) -> Iterator[Broken]:
    """A clock reminds whoever follows up once its limit is over, and not before; then it escalates.

    It speaks of what is still so, reminds once of one silence, and tells the next not before it
    said that it would. Its limit is counted in working days of where the case is.
    """
    reading = _Reading(evidence)
    for fact in evidence.services["followup"].facts:
        if fact.name in REMARKS:
            for sentence in reading.objections(fact):
                yield at_fact(fact, sentence, said=dict(fact.payload))
        reading.read(fact)


class _Reading:
    """All follow-ups, as far as the log was read."""

    def __init__(self, evidence: Evidence) -> None:
        self._codes = evidence.contracts.codes
        self._calendar, self._facts = Calendar(), evidence.facts
        self._standing = Standing(FOLLOW_UP)
        self._follow_ups: dict[str, _FollowUp] = {}

    def read(self, fact: Fact) -> None:
        """Go on by one fact."""
        self._calendar.read(fact)
        if fact.name in REMARKS:
            self._of(fact).said.append(fact)
        elif fact.name in FOLLOW_UP:
            self._standing.read(fact.stream, fact.name)
            self._follow_ups.setdefault(fact.stream, _FollowUp()).read(fact)

    def objections(self, fact: Fact) -> Iterator[str]:
        """Say what is wrong with what a clock brought about."""
        one, payload = self._of(fact), fact.payload
        status = self._standing.of(str(payload["referral_id"]))
        at, due = (datetime.fromisoformat(t) for t in (fact.happened_at, payload["due_at"]))
        followed = payload.get("whom", one.institution) == one.institution
        said = [each for each in one.said if each.name != _SET]
        yield from those(
            ("a clock spoke of a follow-up that had ended", status not in GOING),
            (
                "a clock spoke of what had been done since",
                payload["follow_up_version"] != one.version,
            ),
            ("a clock was set for what was due already", self._is_set(fact) and at >= due),
            ("a clock was early", fact.name != _SET and at < _allowed(said, due)),
            ("a clock spoke twice of one silence", fact.name != _ESCALATED and bool(said)),
            ("a clock told another before whoever follows up", _escalates(fact) and not said),
            ("a clock told another than it should", _escalates(fact) == followed),
            ("a clock ran by another limit", not said and not self._is_due(due, one, status)),
            ("the next was to be told at another moment", not self._is_next(fact, at, one)),
        )

    def _is_set(self, fact: Fact) -> bool:
        """Whether a clock is set because its timer came early; a holiday may have moved it back."""
        cause = self._facts.get(fact.causation)
        return fact.name == _SET and not (cause and cause.name == HEARD)

    def _of(self, fact: Fact) -> _FollowUp:
        return self._follow_ups.setdefault(str(fact.payload["referral_id"]), _FollowUp())

    def _is_due(self, due: datetime, one: _FollowUp, status: str) -> bool:
        """Whether that is the end of the limit, by one of the clocks that the place can go by."""
        clock = self._codes["follow_up_statuses"].get(status, {}).get("clock")
        since = one.silent_since(status)
        if clock is None or since is None:
            return True  # another sentence says what is wrong
        if status == _APPOINTED and one.turned != one.latest:
            return due >= since  # whether what was said since makes it another turn is not told
        return self._counts(one.place, since, int(self._codes["clocks"][clock]["within"]), due)

    def _is_next(self, fact: Fact, at: datetime, one: _FollowUp) -> bool:
        told = fact.payload.get("next_at")
        days = _NEXT_AFTER.get(fact.name, 0)
        return told is None or self._counts(one.place, at, days, datetime.fromisoformat(told))

    def _counts(self, place: str, since: datetime, days: int, to: datetime) -> bool:
        ways = self._calendar.ways(place)
        known = self._calendar.knows(place, since)
        return not known or any(counted(since, days) == to for counted in ways)


def _escalates(fact: Fact) -> bool:
    return fact.name == _ESCALATED


def _allowed(said: list[Fact], due: datetime) -> datetime:
    """When the next may be told: once the limit is over, or when the last one said."""
    told: Any = said[-1].payload.get("next_at") if said else None
    return due if told is None else datetime.fromisoformat(told)
