"""Agreements: a referral leans on one that was in force, or on a second person's override.

Folded from the raw facts alone. A day is that of the place of the case; the checker knows no zones,
so it takes every day that it can have been anywhere in the countries of the programmes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

_ZONES = [timezone(timedelta(hours=hours)) for hours in (-8, -7, -6, -5)]
_OVERRIDE_LASTS, _CLOCKS_DIFFER = timedelta(hours=72), timedelta(minutes=5)
_TERMS = ("agreement-drafted", "agreement-revised")
_CHANGES = (
    *("agreement-renewed", "agreement-suspended", "agreement-resumed", "agreement-terminated"),
)


@dataclass
class _Agreement:
    """An agreement as of a position. out: the days from, and before, which it does not hold."""

    parties: frozenset[str] = frozenset()
    programme: str = ""
    services: frozenset[str] = frozenset()
    begins: date | None = None
    ends: date | None = None
    over: date | None = None
    out: list[tuple[date, date]] = field(default_factory=list)
    version: int = 0

    def read(self, fact: Fact) -> None:
        payload, self.version = fact.payload, fact.version
        if fact.name in _TERMS:
            self.parties, self.programme = frozenset(payload["parties"]), str(payload["programme"])
            self.services, self.ends = frozenset(payload["services"]), _day(payload["valid_until"])
        elif fact.name == "agreement-signed":
            self.begins = _day(payload["begins"]) or self.begins
        elif fact.name in _CHANGES:
            self._change(fact.name, payload, date.fromisoformat(str(payload["on"])))

    def _change(self, name: str, payload: Mapping[str, Any], on: date) -> None:
        if name == "agreement-renewed":
            if self.ends is not None and on > self.ends:
                self.out.append((self.ends + timedelta(days=1), on))
            self.ends = _day(payload["valid_until"])
        elif name == "agreement-suspended":
            self.out.append((on, date.max))
        elif name == "agreement-resumed":
            self.out = [(since, on if until == date.max else until) for since, until in self.out]
        else:
            self.over = on

    def in_force(self, day: date) -> bool:
        begun = self.begins is not None and self.begins <= day
        ended = (self.ends is not None and day > self.ends) or (
            self.over is not None and day >= self.over
        )
        return begun and not ended and not any(since <= day < until for since, until in self.out)


@dataclass
class _Agreements:
    """All agreements as of a position, and the programmes that require one."""

    all: dict[str, _Agreement] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    programmes: dict[str, str] = field(default_factory=dict)

    def read(self, fact: Fact) -> None:
        if fact.name == "custody-taken":
            self.programmes[fact.stream] = str(fact.payload["programme"])
        elif fact.name == "agreements-required":
            self.required.add(str(fact.payload["programme"]))
        elif fact.name == "agreements-waived":
            self.required.discard(str(fact.payload["programme"]))
        elif fact.name.startswith("agreement-") and fact.name not in {
            "agreement-overridden",
            "agreement-noted",
        }:
            self.all.setdefault(str(fact.payload["agreement_id"]), _Agreement()).read(fact)

    def need_one(self, sender: str, addressee: str, programme: str) -> bool:
        """Whether these two cannot refer without one: it is required, or they have had one."""
        return programme in self.required or any(
            {sender, addressee} <= each.parties and each.programme == programme
            for each in self.all.values()
            if each.begins is not None
        )


def referrals_lean_on_agreements_in_force(evidence: Evidence) -> Iterator[Broken]:
    """What a referral names was in force, between its two sides, for its services, as it says.

    What names none, and no override, needed none. What an import records has happened.
    """
    for fact, agreements in _through(evidence):
        if fact.name == "referral-requested" and fact.imported is None:
            yield from _leaning(fact, agreements)


def _leaning(fact: Fact, agreements: _Agreements) -> Iterator[Broken]:
    payload, programme = fact.payload, agreements.programmes.get(fact.stream, "")
    sides = str(payload["sender"]), str(payload["addressee"])
    named = payload.get("agreement_id")
    if named is None:
        if payload.get("override_id") is None and agreements.need_one(*sides, programme):
            yield _at(fact, "a case was referred without the agreement that it needed")
        return
    one = agreements.all.get(str(named), _Agreement())
    if payload.get("agreement_version") != one.version:
        yield _at(fact, "a referral names another version of its agreement", now=one.version)
    if not {*sides} <= one.parties or one.programme != programme:
        yield _at(fact, "a referral leans on an agreement of others")
    if one.services and not {*payload["services"]} <= one.services:
        yield _at(fact, "a referral leans on an agreement about other services")
    if not any(one.in_force(day) for day in _days(fact.happened_at)):
        yield _at(fact, "a referral leans on an agreement that was not in force")


def overrides_are_a_second_persons(evidence: Evidence) -> Iterator[Broken]:
    """An override is a supervisor's of the sender; another person refers, once, within 72 hours."""
    overrides: dict[str, Fact] = {}
    used: set[str] = set()
    for fact, _ in _through(evidence):
        if fact.name == "agreement-overridden":
            overrides[str(fact.payload["override_id"])] = fact
            own = fact.institution == fact.payload["institution"]
            if not own or fact.role != "supervisor":
                yield _at(fact, "an agreement was overridden by who may not", role=fact.role)
            if fact.subject != fact.payload["subject"]:
                yield _at(fact, "an override names another person than who said it")
        elif fact.name == "referral-requested" and fact.payload.get("override_id") is not None:
            identity = str(fact.payload["override_id"])
            yield from _used(fact, overrides.get(identity), again=identity in used)
            used.add(identity)


def _used(fact: Fact, override: Fact | None, *, again: bool) -> Iterator[Broken]:
    if override is None or override.stream != fact.stream:
        yield _at(fact, "a referral leans on an override that nobody said")
        return
    said, payload = override.payload, fact.payload
    if again:
        yield _at(fact, "an override was used twice")
    if override.subject == fact.subject:
        yield _at(fact, "one person overrode the agreement and referred")
    if (said["institution"], said["addressee"]) != (payload["sender"], payload["addressee"]):
        yield _at(fact, "an override was used for other institutions")
    at, began = map(datetime.fromisoformat, (fact.happened_at, override.happened_at))
    if not began - _CLOCKS_DIFFER <= at <= began + _OVERRIDE_LASTS:
        yield _at(fact, "an override was used after its time")


def _through(evidence: Evidence) -> Iterator[tuple[Fact, _Agreements]]:
    """Yield referral's facts in their order, each with the agreements as they stood before it."""
    agreements = _Agreements()
    for fact in sorted(evidence.services["referral"].facts, key=lambda each: each.position):
        yield fact, agreements
        agreements.read(fact)


def _days(moment: str) -> set[date]:
    """Every day that it can have been."""
    return {datetime.fromisoformat(moment).astimezone(zone).date() for zone in _ZONES}


def _day(written: object) -> date | None:
    return None if written is None else date.fromisoformat(str(written))


def _at(fact: Fact, sentence: str, **evidence: Any) -> Broken:
    return Broken(fact.correlation, sentence, {"fact": fact.id, "name": fact.name, **evidence})
