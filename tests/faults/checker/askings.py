"""What goes before a request, and what is told when custody moves: drafts, transfers asked for.

Folded from referral's raw facts alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.checker.custody import SYSTEM, at_fact, by_case, those
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import GOES_ON, OPEN, REFERRAL, Stations

_WORDS = ("sender", "addressee", "kind", "services", "priority")
"""What a draft says, and the request that is made of it says again."""
_ASKED_FOR = "transfer-request"


@dataclass
class _Case:
    """A case's facts as far as they were read."""

    custodian: str = ""
    stations: Stations = field(default_factory=Stations)
    words: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    asking: dict[str, str] = field(default_factory=dict)
    """Who asks for custody, by its open request."""
    granted: dict[str, Fact] = field(default_factory=dict)
    """The grants, by the referral by which each is offered."""

    def read(self, fact: Fact) -> None:
        payload = fact.payload
        if fact.name != "custody-announced":
            self.custodian = str(payload.get("custodian", self.custodian))
        if fact.name in {"referral-drafted", "referral-requested"}:
            self.words[str(payload["referral_id"])] = payload
        if fact.name in REFERRAL:
            self.stations.take(fact)
        elif fact.name == "transfer-requested":
            self.asking[str(payload["request_id"])] = str(payload["institution"])
        elif fact.name in {"transfer-granted", "transfer-refused"}:
            self.asking.pop(str(payload["request_id"]), None)
        if fact.name == "transfer-granted":
            self.granted[str(payload["granted"])] = fact

    def addressees(self, *statuses: str) -> set[str]:
        """Who was asked about the referrals that stand so; of drafts nobody was."""
        return {
            str(self.words[referral]["addressee"])
            for referral, status in self.stations.at.items()
            if status in statuses and referral in self.words
        }

    def shares(self) -> set[str]:
        """Who follows up beside the custodian."""
        return self.addressees(*GOES_ON)


def drafts_become_what_they_say(evidence: Evidence) -> Iterator[Broken]:
    """The custodian words a draft, and sends it as it stands, or discards it; it falls with both.

    So none is there when custody has moved.
    """
    for case, fact, _ in _cases(evidence):
        payload, referral = fact.payload, str(fact.payload.get("referral_id"))
        draft = case.words.get(referral, {})
        if fact.name == "referral-drafted":
            if fact.institution != payload["sender"] or case.custodian != payload["sender"]:
                yield at_fact(fact, "a draft of who has no custody")
        elif fact.name == "draft-discarded":
            moved = payload["reason"] == "custody-moved"
            if fact.role != SYSTEM and not moved and fact.institution != draft.get("sender"):
                yield at_fact(fact, "a draft was discarded by who did not write it")
        elif fact.name == "referral-requested" and case.stations.of(referral) == "draft":
            otherwise = [name for name in _WORDS if draft.get(name) != payload.get(name)]
            if otherwise:
                yield at_fact(fact, "a draft was sent as something else", fields=otherwise)


def transfers_are_asked_for_and_granted(evidence: Evidence) -> Iterator[Broken]:
    """Who shares the case asks for custody of it, once at a time; the custodian says yes or no.

    What is granted is offered in the same command, to who asked; nothing else says that of itself.
    """
    for case, fact, _ in _cases(evidence):
        for sentence in _asked(case, fact):
            yield at_fact(fact, sentence)


def _asked(case: _Case, fact: Fact) -> Iterator[str]:
    payload, by = fact.payload, fact.institution
    match fact.name:
        case "transfer-requested":
            shares = by == payload["institution"] and by in case.shares() - {case.custodian}
            yield from those(
                ("custody was asked for by who does not share the case", not shares),
                ("custody was asked for twice at once", by in case.asking.values()),
            )
        case "transfer-granted" | "transfer-refused":
            asks = case.asking.get(str(payload["request_id"]))
            yield from those(
                ("a transfer was decided by who has no custody", by != case.custodian),
                ("a transfer was decided that nobody asks for", asks != payload["institution"]),
            )
        case "referral-requested":
            grant = case.granted.get(str(payload["referral_id"]))
            same = grant is not None and grant.causation == fact.causation
            to = grant.payload["institution"] if grant and same else payload["addressee"]
            of_one = payload.get("origin") == _ASKED_FOR
            transfers = payload["kind"] == "transfer" or not same
            yield from those(
                ("a transfer that was asked for was not granted so", of_one != same),
                ("a grant is offered to another", to != payload["addressee"]),
                ("a grant is offered as no transfer", not transfers),
            )
        case _:
            pass


def everybody_is_told_when_custody_moves(evidence: Evidence) -> Iterator[Broken]:
    """With the move all others are named: who had the case, who shares it, whose offer fell."""
    for case, fact, of_command in _cases(evidence):
        told = [each for each in of_command if each.name == "custody-announced"]
        if fact.name == "custody-announced" and not any(map(_moves, of_command)):
            yield at_fact(fact, "custody was announced that had not moved")
        if not _moves(fact):
            continue
        custodian = str(fact.payload["custodian"])
        others = ({case.custodian} | case.shares() | case.addressees(*OPEN)) - {custodian}
        named = {str(each) for one in told for each in one.payload["institutions"]}
        details = {"told": sorted(named), "others": sorted(others)}
        for sentence in those(
            ("custody moved, and others were told than those concerned", named != others),
            ("another was announced", any(each.payload["custodian"] != custodian for each in told)),
        ):
            yield at_fact(fact, sentence, **details)


def _moves(fact: Fact) -> bool:
    payload = fact.payload
    named = fact.name in {"referral-accepted", "custody-assigned"} and fact.imported is None
    return named and payload["custodian"] != payload["previous_custodian"]


_AND = ("transfer-requested", "transfer-granted", "transfer-refused", "custody-announced")


def _cases(evidence: Evidence) -> Iterator[tuple[_Case, Fact, Sequence[Fact]]]:
    """Yield each fact with its case as it stood before, and all facts of the same command."""
    for facts in by_case(evidence, *_AND).values():
        case = _Case()
        for fact in facts:
            yield case, fact, [each for each in facts if each.causation == fact.causation]
            case.read(fact)
