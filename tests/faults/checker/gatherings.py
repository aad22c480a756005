"""Networks, regions and commissions: who keeps them, and that members are in them once at a time.

Folded from the raw facts alone, with the directory as it stood before each of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.faults.checker.directory import STEWARDS, as_it_stood, found
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

_FORMED = (
    *("network-formed", "region-defined", "region-redefined"),
    *("commission-formed", "commission-reformed"),
)
_JOINED, _LEFT = ("network-joined", "member-seated"), ("network-left", "member-unseated")


@dataclass
class _Members:
    """Who is in what, as of a position: seats by what they are in and whose they are."""

    secretariats: dict[str, str] = field(default_factory=dict)
    seats: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    formed: set[str] = field(default_factory=set)

    def of(self, fact: Fact) -> list[list[str]]:
        """The first and last days of each time that this institution was in it."""
        return self.seats.setdefault((fact.stream, str(fact.payload["institution"])), [])

    def read(self, fact: Fact) -> None:
        payload: Any = fact.payload
        if fact.name in _FORMED:
            self.formed.add(fact.stream)
            self.secretariats[fact.stream] = payload.get("secretariat", "")
        elif fact.name in _JOINED:
            self.of(fact).append([payload["since"], "9999-12-31"])
        elif fact.name in _LEFT:
            for seat in self.of(fact):
                if seat[0] == payload["since"]:
                    seat[1] = payload["until"]


def gatherings_are_kept_by_who_may(evidence: Evidence) -> Iterator[Broken]:
    """Stewards form them; a secretariat keeps its members; who leaves a network may say so."""
    members = _Members()
    for fact in _facts(evidence):
        own = fact.institution == fact.payload.get("institution")
        secretary = fact.institution == members.secretariats.get(fact.stream)
        speaks = {"network-left": own, "member-seated": secretary, "member-unseated": secretary}
        theirs = fact.role == "administrator" and speaks.get(fact.name, False)
        if not (fact.role in STEWARDS or theirs):
            yield found(fact, "a gathering was changed by who does not keep it", role=fact.role)
        members.read(fact)


def members_are_in_once_at_a_time(evidence: Evidence) -> Iterator[Broken]:
    """Who joins is listed and active, in the version that is named, and no member on that day."""
    members = _Members()
    for fact, directory in as_it_stood(evidence):
        payload: Any = fact.payload
        if fact.name in {*_JOINED, *_LEFT} and fact.stream not in members.formed:
            yield found(fact, "a member of what was never formed")
        if fact.name in _JOINED:
            entry = directory.of(payload["institution"])
            if entry.status != "active" or entry.version != payload["institution_version"]:
                yield found(fact, "a member that was not active, or of another version")
            if any(payload["since"] <= until for _, until in members.of(fact)):
                yield found(fact, "a member twice on one day")
        elif fact.name in _LEFT:
            open_ones = [s for s, until in members.of(fact) if until == "9999-12-31"]
            if open_ones != [payload["since"]] or payload["until"] < payload["since"]:
                yield found(fact, "a member left that was none, or before it joined")
        members.read(fact)


def _facts(evidence: Evidence) -> Iterator[Fact]:
    told = {*_FORMED, *_JOINED, *_LEFT}
    for fact in sorted(evidence.services["referral"].facts, key=lambda each: each.position):
        if fact.name in told:
            yield fact
