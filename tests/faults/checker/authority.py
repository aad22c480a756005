"""Who changes a case, from the raw facts: its custodian, or else it was turned into a proposal.

Custody is what referral's facts say it was, not what intake had heard of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

ACTS = ("case-corrected", "case-entered-in-error", "proposal-adopted", "proposal-rejected")
PROPOSALS = ("correction-proposed", "void-requested")
TURNED = ("correction-turned-into-proposal", "void-turned-into-request", "proposal-reopened")
_OWN = ("subdivision", "municipality", "channel", "opened_at")
"""What can be corrected of a case besides its details."""


@dataclass(frozen=True)
class Move:
    """Custody came to an institution at a version of referral's stream; received: when asked."""

    version: int
    custodian: str
    received: datetime | None
    fact: str


@dataclass
class Case:
    """What both logs say of one case, each in its order. moves: the first is the registration."""

    intake: list[Fact] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    ended: bool = False

    def holder(self, version: int) -> str | None:
        """To whom custody came at a version; None if it did not come to anybody then."""
        return next((move.custodian for move in self.moves if move.version == version), None)

    def after(self, version: int) -> Move | None:
        """The acceptance, or assignment, that ended the custody which came with this version."""
        return next((move for move in self.moves if move.version > version), None)

    def undone(self, act: Fact) -> bool:
        """Whether intake turned an act when it next heard that custody had moved."""
        after = self.intake[self.intake.index(act) + 1 :]
        heard = next((fact for fact in after if fact.name == "custodian-changed"), None)
        return heard is not None and any(
            fact.name in TURNED and fact.causation == heard.causation and _names(fact, act)
            for fact in after
        )


def only_the_custodian_changes_a_case(evidence: Evidence) -> Iterator[Broken]:
    """Who corrects, voids or decides names a custody that it had, and had it until then.

    If custody had moved by an acceptance that was received before, and intake has heard of it, the
    act was turned; and nothing else ever was.
    """
    heard = {str(event.envelope["id"]) for event in evidence.heard("intake")}
    for case in _cases(evidence).values():
        for act in (fact for fact in case.intake if fact.name in ACTS):
            version = int(act.payload.get("custody_version", 0))
            after, undone = case.after(version), case.undone(act)
            too_late = after is not None and _before(after.received, _received(act))
            if case.holder(version) != act.institution:
                yield _at(act, "a case was changed by who did not have custody of it")
            elif undone and not too_late:
                yield _at(act, "what the custodian did was turned into a proposal")
            elif too_late and after and after.fact in heard and not undone:
                yield _at(act, "what came after custody had moved stands", acceptance=after.fact)


def intake_and_referral_agree(evidence: Evidence) -> Iterator[Broken]:
    """Both know the same custodian, and the same cases that are in error, once all is through."""
    aside = {
        row.key
        for service in ("intake", "referral")
        for row in evidence.services[service].parked
        if not row.resolved or (row.source, row.position) in evidence.services[service].set_aside
    }
    for case_id, case in _cases(evidence).items():
        if case_id in aside or not case.moves:
            continue
        in_error, custodian = False, case.moves[0].custodian
        for fact in case.intake:
            in_error = _IN_ERROR.get(fact.name, in_error)
            if fact.name == "custodian-changed":
                custodian = str(fact.payload["custodian"])
        details = {"intake": custodian, "referral": case.moves[-1].custodian}
        if in_error != case.ended:
            yield Broken(case_id, "a case is in error for one service only", {"error": in_error})
        if custodian != case.moves[-1].custodian:
            yield Broken(case_id, "intake knows another custodian than referral", details)


def proposals_are_made_by_parties_and_decided_once(evidence: Evidence) -> Iterator[Broken]:
    """A party without custody proposes; what is adopted sets what was proposed and nothing else."""
    for case in _cases(evidence).values():
        parties, proposals = _Parties(), _Proposals()
        for fact in case.intake:
            parties.read(fact)
            wrong = parties.objects_to(fact) or proposals.read(fact)
            if wrong:
                yield _at(fact, wrong)


class _Parties:
    """Who has a part in a case, and which of them has custody, as intake has heard.

    It has a part who registered the case, handed it over, or accepted a share that goes on.
    """

    def __init__(self) -> None:
        self.registered_by = self.custodian = ""
        self.gave: set[str] = set()
        self.shares: dict[str, str] = {}
        self.going_on: set[str] = set()
        self.as_of: dict[int, frozenset[str]] = {0: frozenset()}
        """By version of their stream."""

    def read(self, fact: Fact) -> None:
        payload, referral = fact.payload, str(fact.payload.get("referral_id"))
        match fact.name:
            case "case-registered":
                self.custodian = self.registered_by = fact.institution
            case "custodian-changed":
                self.custodian = str(payload["custodian"])
            case "party-confirmed" if payload["kind"] == "transfer":
                self.gave.add(str(payload["sender"]))
            case "party-confirmed":
                self.shares[referral] = str(payload["institution"])
                self.going_on.add(referral)
            case "party-readmitted":
                self.going_on.add(referral)
            case "party-dismissed":
                self.going_on.discard(referral)
            case _:
                pass
        if fact.name.startswith("party-"):
            shared = {who for one, who in self.shares.items() if one in self.going_on}
            self.as_of[fact.version] = frozenset(self.gave | shared)

    def objects_to(self, fact: Fact) -> str | None:
        if fact.name not in PROPOSALS:
            return None
        whose = {fact.institution, str(fact.payload["institution"])}
        parts = self.as_of.get(int(fact.payload["parties_version"]), frozenset())
        theirs = whose <= (parts | {self.registered_by}) - {self.custodian}
        return None if theirs else "a change was proposed by who is no party, or decides it"


class _Proposals:
    """What waits for the custodian of a case, and what it would change."""

    def __init__(self) -> None:
        self.waiting: set[str] = set()
        self.said: dict[str, Mapping[str, Any]] = {}

    def read(self, fact: Fact) -> str | None:
        """Take a fact in; says what is wrong with it."""
        payload, proposal = fact.payload, str(fact.payload.get("proposal_id"))
        if fact.name in {*PROPOSALS, *TURNED}:
            self.waiting.add(proposal)
            if fact.name != "proposal-reopened":
                self.said[proposal] = _said(payload)
        elif fact.name in {"proposal-adopted", "proposal-rejected"}:
            waited = proposal in self.waiting
            self.waiting.discard(proposal)
            return None if waited else "a proposal was decided that did not wait"
        elif fact.name == "case-corrected" and payload.get("proposal_id"):
            only = _sets_only(payload, self.said.get(proposal, {}))
            return None if only else "an adopted proposal sets what was not proposed"
        return None


def _cases(evidence: Evidence) -> Mapping[str, Case]:
    """Both logs by case, those of intake's cases."""
    cases: dict[str, Case] = {}
    for fact in evidence.services["intake"].facts:
        if fact.name.startswith("message-"):
            continue
        case = cases.setdefault(fact.correlation, Case())
        case.intake.append(fact)
        if fact.name == "case-registered":
            case.moves.append(Move(0, fact.institution, None, fact.id))
    for fact in evidence.services["referral"].facts:
        if fact.correlation not in cases:
            continue
        case = cases[fact.correlation]
        transfer = fact.name == "referral-accepted" and fact.payload["kind"] == "transfer"
        if transfer or fact.name == "custody-assigned":
            custodian = str(fact.payload["custodian"])
            case.moves.append(Move(fact.version, custodian, _received(fact), fact.id))
        case.ended = case.ended or fact.name == "custody-ended"
    return cases


def _said(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a proposal would change, by name; a request to void changes no value."""
    described = payload.get("proposed", payload)
    return {name: _value(described, name) for name in payload.get("changed", ())}


def _sets_only(payload: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    changed: Sequence[str] = payload["changed"]
    return all(name in said and said[name] == _value(payload, name) for name in changed)


def _value(described: Mapping[str, Any], name: str) -> Any:
    return described[name] if name in _OWN else described["details"].get(name)


def _names(turned: Fact, act: Fact) -> bool:
    """Whether a fact that undoes something undoes this act."""
    own = {"case-corrected": "correction_id", "case-entered-in-error": "entry_id"}
    name = own.get(act.name, "proposal_id")
    return turned.payload.get(name) == act.payload.get(name) is not None


def _received(fact: Fact) -> datetime | None:
    text = fact.payload.get("received_at")
    return None if text is None else datetime.fromisoformat(text)


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


_IN_ERROR = {"case-entered-in-error": True, "void-turned-into-request": False}


def _at(fact: Fact, sentence: str, **evidence: Any) -> Broken:
    details = {"fact": fact.id, "name": fact.name, "position": fact.position, **evidence}
    return Broken(fact.correlation, sentence, details)
