"""Declines that a coordinator confirms, where a programme's rules ask for that.

Folded from referral's raw facts alone: the rules of each programme, and the declines of its cases.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.checker.custody import SYSTEM, at_fact, those
from tests.faults.checker.directory import STEWARDS
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import REFERRAL, Stations

_RULES = ("decline-confirmation-required", "decline-confirmation-waived")
_COORDINATORS = ("coordinator-appointed", "coordinator-relieved")


@dataclass
class _Rules:
    """A programme's rules as of a position. coordinators: by subdivision, "" for all others."""

    coordinators: dict[str, str] = field(default_factory=dict)
    confirms: bool = False
    version: int = 0

    def read(self, fact: Fact) -> None:
        self.version = fact.version
        there = str(fact.payload.get("subdivision") or "")
        match fact.name:
            case "coordinator-appointed":
                self.coordinators[there] = str(fact.payload["institution"])
            case "coordinator-relieved":
                self.coordinators.pop(there, None)
            case _:
                self.confirms = fact.name == "decline-confirmation-required"

    def coordinator(self, subdivision: str) -> str:
        return self.coordinators.get(subdivision) or self.coordinators.get("", "")


@dataclass
class _Known:
    """Programmes, cases and proposed declines as of a position."""

    rules: dict[str, _Rules] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    stations: Stations = field(default_factory=Stations)
    proposed: dict[str, Fact] = field(default_factory=dict)

    def read(self, fact: Fact) -> None:
        payload = fact.payload
        if fact.name in {*_RULES, *_COORDINATORS}:
            self.rules.setdefault(str(payload["programme"]), _Rules()).read(fact)
        elif fact.name in {"custody-taken", "case-relocated"}:
            programme, _ = self.places.get(fact.stream, (payload.get("programme"), ""))
            self.places[fact.stream] = str(programme), str(payload["subdivision"])
        elif fact.name in REFERRAL:
            referral = str(payload["referral_id"])
            self.stations.take(fact)
            if fact.name == "decline-proposed":
                self.proposed[referral] = fact

    def of(self, fact: Fact) -> tuple[_Rules, str]:
        programme, subdivision = self.places.get(fact.stream, ("", ""))
        return self.rules.get(programme, _Rules()), subdivision


def declines_are_confirmed_where_that_is_asked(evidence: Evidence) -> Iterator[Broken]:
    """Where a programme asks for it, its coordinator confirms each decline, or sends it back.

    Or its clock runs out. A coordinator declines at once, and what an import records has happened.
    """
    known = _Known()
    for fact in sorted(evidence.services["referral"].facts, key=lambda each: each.position):
        if fact.imported is None:
            for sentence in _objections(fact, known):
                yield at_fact(fact, sentence)
        known.read(fact)


def programmes_are_ruled_by_stewards(evidence: Evidence) -> Iterator[Broken]:
    """Stewards say who coordinates a programme, and whether its declines are confirmed."""
    for fact in evidence.services["referral"].facts:
        if fact.name in {*_RULES, *_COORDINATORS} and fact.role not in STEWARDS:
            yield at_fact(fact, "a programme was ruled by who may not", role=fact.role)


def _objections(fact: Fact, known: _Known) -> Iterator[str]:
    rules, subdivision = known.of(fact)
    referral = str(fact.payload.get("referral_id"))
    waits = known.stations.of(referral) == "decline-proposed"
    if fact.name == "decline-proposed":
        coordinates = fact.payload["coordinator"] == rules.coordinator(subdivision)
        yield from those(
            ("a decline was proposed that needed nobody's word", not rules.confirms),
            ("a decline waits for who does not coordinate", rules.confirms and not coordinates),
        )
    elif fact.name == "referral-declined" and not waits:
        other = rules.coordinator(subdivision) != fact.institution
        yield from those(
            ("a decline took effect that nobody had confirmed", rules.confirms and other)
        )
    elif fact.name in {"referral-declined", "decline-sent-back"} and waits:
        yield from _decided(fact, known.proposed[referral])


def _decided(fact: Fact, proposal: Fact) -> Iterator[str]:
    """What is wrong with what was said of a decline that waits."""
    theirs = fact.institution == proposal.payload["coordinator"] or fact.role == SYSTEM
    declined, by_nobody = fact.name == "referral-declined", fact.role == SYSTEM
    same = fact.payload["reason"] == proposal.payload["reason"]
    yield from those(
        ("a decline was decided by who does not coordinate", not theirs),
        ("a decline was sent back by nobody", by_nobody and not declined),
        ("a decline was confirmed for another reason", declined and not same),
    )
