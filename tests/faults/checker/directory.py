"""The directory: who keeps it, who may be referred to, and that a folio is one case's alone.

Folded from the raw facts alone. A folio's check character is computed here once more, by ISO/IEC
7064 as the standard writes it.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

STEWARDS = ("steward", "operator")
_STATUS_AFTER = {
    "institution-registered": "active",
    "institution-suspended": "suspended",
    "institution-closed": "closed",
    "institution-reactivated": "active",
}
_REACH = ("institution-made-reachable", "institution-made-unreachable")
_DESCRIBED = ("institution-registered", "institution-corrected")
_PROFILE = (
    *("institution-described", "institution-validated"),
    *("focal-point-named", "focal-point-removed", "stake-stated"),
)
"""What stands in an entry's stream, and so counts, beside what makes its name and status."""
_ISO_7064 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_RADIX, _MODULUS = 2, 37
_BODY = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTHS = [3, 3, 3, 1]


@dataclass
class _Entry:
    """What the directory says of an institution at a position."""

    status: str = ""
    reachable: bool = False
    until: datetime | None = None
    programmes: frozenset[str] = frozenset()
    name: str = ""
    version: int = 0

    def cannot_act(self, at: datetime) -> bool:
        """Whether it is inactive, or has no way to answer."""
        expired = self.until is not None and self.until <= at
        return self.status != "active" or not self.reachable or expired

    def cannot_take(self, programme: str, at: datetime, *, by_link: bool = False) -> bool:
        """Whether nothing of this programme may be referred to it.

        by_link: it is to answer by a link, having no other way to.
        """
        others = bool(self.programmes) and programme not in self.programmes
        if by_link:
            can_answer = self.status == "active" and not self.cannot_act(at)
            return self.status != "active" or can_answer or others
        return self.cannot_act(at) or others


@dataclass
class _Directory:
    """All entries as of a position, folded fact by fact."""

    entries: dict[str, _Entry] = field(default_factory=dict)

    def of(self, institution: object) -> _Entry:
        return self.entries.setdefault(str(institution), _Entry())

    def read(self, fact: Fact) -> None:
        if not (fact.name in _STATUS_AFTER or fact.name in {*_REACH, *_DESCRIBED, *_PROFILE}):
            return
        entry, payload = self.of(fact.payload["institution"]), fact.payload
        entry.version = fact.version
        entry.status = _STATUS_AFTER.get(fact.name, entry.status)
        if fact.name in _DESCRIBED:
            entry.programmes, entry.name = frozenset(payload["programmes"]), _same(payload["name"])
        elif fact.name in _REACH:
            until = payload.get("until")
            entry.reachable = fact.name == "institution-made-reachable"
            entry.until = None if until is None else datetime.fromisoformat(until)


def referrals_go_to_who_can_take_them(evidence: Evidence) -> Iterator[Broken]:
    """Nobody refers to an institution that is inactive, cannot answer, or serves other programmes.

    Nor is a case handed on to one, or from one that can act. What an import records has happened.
    """
    programmes: dict[str, str] = {}
    for fact, directory in as_it_stood(evidence):
        payload, at = fact.payload, datetime.fromisoformat(fact.happened_at)
        programme = programmes.get(fact.stream, "")
        if fact.name == "custody-taken":
            programmes[fact.stream] = str(payload["programme"])
        elif fact.name == "referral-requested" and fact.imported is None:
            by_link = bool(payload.get("by_link"))
            if directory.of(payload["addressee"]).cannot_take(programme, at, by_link=by_link):
                yield found(fact, "a case was referred to an institution that cannot take it")
        elif fact.name == "custody-assigned":
            yield from _assigned(fact, directory, programme, at)


def _assigned(fact: Fact, directory: _Directory, programme: str, at: datetime) -> Iterator[Broken]:
    if directory.of(fact.payload["custodian"]).cannot_take(programme, at):
        yield found(fact, "a case was handed on to an institution that cannot take it")
    if not directory.of(fact.payload["previous_custodian"]).cannot_act(at):
        yield found(fact, "a case was handed on from an institution that can act")
    if fact.role not in STEWARDS:
        yield found(fact, "a case was handed on by an institution")


def the_directory_is_kept_by_who_may(evidence: Evidence) -> Iterator[Broken]:
    """Stewards register institutions and change their status; each administrator keeps its own.

    Until when an institution can answer is told by whoever keeps the tokens.
    """
    for fact in evidence.services["referral"].facts:
        if fact.name == "institution-corrected":
            own = fact.institution == fact.payload["institution"]
            theirs = fact.role in STEWARDS or (fact.role == "administrator" and own)
        elif fact.name in _PROFILE:
            theirs = _may_say(fact)
        elif fact.name in _STATUS_AFTER:
            theirs = fact.role in STEWARDS
        elif fact.name in _REACH:
            theirs = fact.role == "operator"
        else:
            continue
        if not theirs:
            yield found(fact, "an entry was changed by who does not keep it", role=fact.role)


def _may_say(fact: Fact) -> bool:
    """Whether who acts may say this of the institution: it alone finds its own entry right."""
    own = fact.role == "administrator" and fact.institution == fact.payload["institution"]
    if fact.name == "institution-validated":
        return own
    return fact.role in STEWARDS or (own and fact.name != "stake-stated")


def no_two_institutions_have_one_name(evidence: Evidence) -> Iterator[Broken]:
    """At no position do two entries of the directory have a name that people take for the same."""
    for fact, directory in as_it_stood(evidence):
        if fact.name not in _DESCRIBED:
            continue
        mine, wanted = str(fact.payload["institution"]), _same(fact.payload["name"])
        for code, entry in directory.entries.items():
            if code != mine and entry.name == wanted:
                yield found(fact, "two institutions have one name", other=code)


def folios_are_unique_and_check(evidence: Evidence) -> Iterator[Broken]:
    """A folio is one case's alone, and its last character is what ISO/IEC 7064 makes of it."""
    held: dict[str, str] = {}
    for fact in evidence.services["intake"].facts:
        if fact.name != "case-registered":
            continue
        folio = str(fact.payload["folio"])
        if held.setdefault(_key(folio), fact.stream) != fact.stream:
            yield found(fact, "two cases have one folio", folio=folio)
        if not _checks(folio):
            yield found(fact, "a folio does not check itself", folio=folio)


def as_it_stood(evidence: Evidence) -> Iterator[tuple[Fact, _Directory]]:
    """Yield referral's facts in their order, each with the directory as it stood before it."""
    directory = _Directory()
    for fact in sorted(evidence.services["referral"].facts, key=lambda each: each.position):
        yield fact, directory
        directory.read(fact)


def _key(folio: str) -> str:
    """The folio without hyphens, as somebody may type it."""
    return folio.replace("-", "").replace("O", "0").replace("I", "1").replace("L", "1")


def _checks(folio: str) -> bool:
    *_, one, two, three, check = ["", "", "", *folio.split("-")]
    if [len(part) for part in (one, two, three, check)] != _LENGTHS:
        return False
    if not set(one + two + three + check) <= {*_BODY}:
        return False
    key = _key(folio)
    total: int = sum(
        _ISO_7064.index(character) * _RADIX**power for power, character in enumerate(reversed(key))
    )
    return total % _MODULUS == 1


def _same(name: object) -> str:
    """What is the same for names that people take for one."""
    plain = unicodedata.normalize("NFKD", str(name).casefold())
    return "".join(character for character in plain if character.isalnum())


def found(fact: Fact, sentence: str, **evidence: Any) -> Broken:
    details: Mapping[str, Any] = {"fact": fact.id, "name": fact.name, **evidence}
    return Broken(fact.correlation, sentence, details)
