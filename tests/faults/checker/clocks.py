"""Whether no referral stays silent: each that waits has a clock, and each clock does what it says.

Folded from referral's raw facts alone. A clock is told in full by the fact that starts it; what it
does, reminds, escalates and expires, are facts that follow from one of the referral's own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.faults.checker.custody import SYSTEM, at_fact, those
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.order import clock_was_stepped
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import OPEN, REFERRAL, Stations
from tests.faults.checker.working_days import HOLIDAYS, Calendar

STEPS = ("remind", "escalate", "coordinate", "expire")
"""What a clock does, one after another."""
_MOMENTS = {
    "remind": "remind_at",
    "escalate": "escalate_at",
    "coordinate": "coordinate_at",
    "expire": "expires_at",
}
WAITS = (*OPEN, "draft")
_EXPIRIES = {
    **dict.fromkeys(("referral-expired-unacknowledged", "referral-expired-undecided"), WAITS),
    "draft-discarded": ("draft",),
    "referral-declined": ("decline-proposed",),
}
"""What an expiry leads to, and from where; of the last two, if the system says it."""
AT_MOST = timedelta(seconds=60)
"""By so much a clock may be late."""
_AROUND = timedelta(minutes=2)
"""By so much the moment at which a command comes in may differ from that of its facts."""


@dataclass
class Waiting:
    """A referral that may be waiting, as far as its facts were read. fired: of the clock it has."""

    status: str = ""
    stations: Stations = field(default_factory=Stations)
    clock: Mapping[str, Any] | None = None
    fired: list[str] = field(default_factory=list)
    imported: bool = False
    priority: str = ""
    last: Fact | None = None

    def read(self, fact: Fact) -> None:
        """Go on by one fact."""
        self.status = self.stations.take(fact)
        self.priority = str(fact.payload.get("priority", self.priority))
        self.imported = self.imported or fact.imported is not None
        clock = fact.payload.get("clock")
        if isinstance(clock, dict):
            self._start(clock, goes_on=fact.name == "clock-moved")
        elif self.status not in WAITS:
            self.clock = None
        if (step := step_of(fact, self.status)) is not None:
            self.fired.append(step)
        self.last = fact

    def _start(self, clock: Mapping[str, Any], *, goes_on: bool) -> None:
        if not goes_on:
            self.fired = []
        self.clock = clock

    def at(self, step: str) -> datetime | None:
        """When the clock does this; None where it does not."""
        told = (self.clock or {}).get(_MOMENTS[step])
        return None if told is None else _at(told)

    @property
    def next(self) -> str | None:
        """What its clock does next."""
        left = [step for step in STEPS if step not in self.fired and self.at(step) is not None]
        return left[0] if left else None


def step_of(fact: Fact, was: str) -> str | None:
    """What a clock did with this fact; None if that was no clock's doing. was: the status."""
    if fact.role != SYSTEM:
        return None
    if fact.name == "referral-reminded":
        return "remind"
    if fact.name == "referral-escalated":
        return "escalate" if fact.payload["level"] == "sender" else "coordinate"
    return "expire" if was in _EXPIRIES.get(fact.name, ()) else None


def every_referral_that_waits_has_a_clock(evidence: Evidence) -> Iterator[Broken]:
    """From the fact by which it waits on; and one that an import left waiting, within a day."""
    for fact, one in _referrals(evidence, after=True):
        young = one.imported and one.clock is None
        if one.status in WAITS and one.clock is None and not young:
            yield at_fact(fact, "a referral waits and has no clock", status=one.status)
        clock = fact.payload.get("clock")
        if isinstance(clock, dict) and not _in_order(clock):
            yield at_fact(fact, "a clock runs backwards", clock=clock)


def clocks_do_what_they_say_once(evidence: Evidence) -> Iterator[Broken]:
    """A clock reminds, then escalates, then expires: each once, not before its time, for a cause.

    Nothing else reminds, escalates or expires, and nothing expires of which nobody was told.
    """
    for fact, one in _referrals(evidence, after=False):
        step = step_of(fact, one.status)
        if step is None:
            if fact.name in {"referral-reminded", "referral-escalated"}:
                yield at_fact(fact, "somebody did what only a clock does")
            continue
        at, happened = one.at(step), _at(fact.happened_at)
        for sentence in those(
            ("a clock did what no clock says", at is None),
            ("a clock was early", at is not None and happened < at),
            ("a clock did the same twice", step in one.fired),
            ("a clock left something out", step not in one.fired and one.next not in {step, None}),
            ("a clock did something for no cause of its own", not _is_its_own(fact, evidence)),
        ):
            details = {"step": step, "due": at, "next": one.next}
            yield at_fact(fact, sentence, **details)


def no_clock_is_forgotten(evidence: Evidence) -> Iterator[Broken]:
    """What a clock was to do long before the last fact of the log, it did."""
    facts = evidence.services["referral"].facts
    moments = [_at(fact.recorded_at) for fact in facts]
    end = max(moments, default=None)
    last: dict[str, Waiting] = {}
    for fact, one in _referrals(evidence, after=True):
        last[str(fact.payload["referral_id"])] = one
    for one in last.values():
        step = one.next
        due = None if step is None else one.at(step)
        if one.last and end and due and due < end - 2 * AT_MOST:
            yield at_fact(one.last, "a clock was forgotten", step=step, due=due.isoformat())


def clocks_are_what_the_calendar_gives(evidence: Evidence) -> Iterator[Broken]:
    """An answer is due so many hours, or working days of the case's place, after the request.

    A clock that runs is moved by nothing but a holiday, to what the calendar gives then.
    """
    counting = _Counting(evidence)
    for fact in sorted(evidence.services["referral"].facts, key=lambda each: each.position):
        counting.read(fact)
        if isinstance(fact.payload.get("clock"), dict):
            for sentence in counting.objections(fact, fact.payload["clock"]):
                yield at_fact(fact, sentence, clock=fact.payload["clock"])


class _Counting:
    """What clocks are counted by, as far as the log was read. fresh: the limits of the clocks that
    have run without a pause since their requests.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._priorities = evidence.contracts.codes["priorities"]
        self._stepped = clock_was_stepped(evidence, evidence.services["referral"])
        self._calendar = Calendar()
        self._places: dict[str, str] = {}
        self._fresh: dict[str, Mapping[str, Any]] = {}

    def read(self, fact: Fact) -> None:
        """Go on by one fact."""
        self._calendar.read(fact)
        referral = str(fact.payload.get("referral_id"))
        if fact.name in {"custody-taken", "case-relocated"}:
            self._places[fact.stream] = str(fact.payload["subdivision"])
        elif fact.name == "referral-requested":
            self._fresh[referral] = self._priorities[fact.payload["priority"]]
        elif isinstance(fact.payload.get("clock"), dict) and fact.name != "clock-moved":
            self._fresh.pop(referral, None)

    def objections(self, fact: Fact, clock: Mapping[str, Any]) -> Iterator[str]:
        """Say what is wrong with the clock that a fact tells of."""
        limits = self._fresh.get(str(fact.payload["referral_id"]))
        place = str(clock.get("calendar") or self._places.get(fact.stream, ""))
        begun = fact.name == "referral-requested"
        late = abs(_at(clock["started_at"]) - _at(fact.recorded_at)) > _AROUND
        moved = fact.name == "clock-moved"
        changed = moved and self._calendar.has_changed(place, fact.payload["because"])
        right = limits is None or _is_right(clock, place, self._calendar, limits)
        here = clock.get("calendar") in {None, self._places.get(fact.stream)} or not begun
        yield from those(
            ("a clock started at another moment", begun and late and not self._stepped),
            ("a clock goes by the calendar of another place", not here),
            ("a clock was moved by no holiday", moved and not changed),
            ("a clock goes by another calendar", not right),
        )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _is_right(
    clock: Mapping[str, Any], place: str, calendar: Calendar, of: Mapping[str, Any]
) -> bool:
    """Whether all that a clock does comes when its limits say, counted from its start.

    of: the limits: ``within``, and one for each step, in ``unit``.
    """
    limits = {"due_at": of["within"], **{_MOMENTS[step]: of[step] for step in STEPS}}
    told = {name: _at(clock[name]) for name in limits if clock.get(name) is not None}
    since = _at(clock["started_at"])
    if of["unit"] == "hours":
        return all(at == since + timedelta(hours=limits[name]) for name, at in told.items())
    return not calendar.knows(place, since) or any(
        all(at == counted(since, limits[name]) for name, at in told.items())
        for counted in calendar.ways(place)
    )


def _in_order(clock: Mapping[str, Any]) -> bool:
    told = [clock.get(_MOMENTS[step]) for step in STEPS]
    moments = [_at(each) for each in told if each is not None]
    return moments == sorted(moments)


def _is_its_own(fact: Fact, evidence: Evidence) -> bool:
    """Whether it follows from a fact about the same referral, or about a holiday."""
    cause = evidence.facts.get(fact.causation)
    if cause is None or cause.service != fact.service:
        return False
    return cause.name in HOLIDAYS or cause.payload.get("referral_id") == fact.payload["referral_id"]


def _referrals(evidence: Evidence, *, after: bool) -> Iterator[tuple[Fact, Waiting]]:
    """Yield the facts about referrals in their order, each with its referral before or after it.

    After: as it is once all facts of the same command were read.
    """
    facts = [fact for fact in evidence.services["referral"].facts if fact.name in REFERRAL]
    referrals: dict[str, Waiting] = {}
    for fact in facts:
        one = referrals.setdefault(str(fact.payload["referral_id"]), Waiting())
        if not after:
            yield fact, one
        one.read(fact)
        if after:
            yield fact, one
