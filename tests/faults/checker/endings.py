"""How referrals and cases end otherwise than by an answer, folded from referral's raw facts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.checker.custody import SYSTEM, at_fact, by_case
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact, Json
from tests.faults.checker.stations import OPEN, REFERRAL, Stations


def offers_end_when_custody_moves(evidence: Evidence) -> Iterator[Broken]:
    """With a transfer's acceptance, or an assignment, every other offer ends, in the same command.

    So none is ever open that another institution than the custodian made.
    """
    for facts in by_case(evidence).values():
        story = _Story()
        for n, fact in enumerate(facts):
            wrong = _falls(story, fact)
            story.read(fact)
            if not wrong and _is_last_of_its_command(facts, n):
                wrong = story.of_a_former_custodian()
            if wrong:
                yield at_fact(fact, wrong)


def only_the_custodian_ends_a_case(evidence: Evidence) -> Iterator[Broken]:
    """The custodian closes a case in which nothing waits, reopens it, and revokes its shares.

    A closed case is not closed again and not referred.
    """
    for facts in by_case(evidence).values():
        story = _Story()
        for fact in facts:
            wrong = _ends(story, fact, evidence)
            story.read(fact)
            if wrong:
                yield at_fact(fact, wrong)


@dataclass
class _Story:
    """A case's facts as far as they were read. moved: what moved custody last.

    What was never requested is told of by the rule about a life's order, and here by none.
    """

    custodian: str = ""
    closed: bool = False
    requests: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    stations: Stations = field(default_factory=Stations)
    moved: Fact | None = None

    def read(self, fact: Fact) -> None:
        """Go on by one fact."""
        payload = fact.payload
        self.custodian = str(payload.get("custodian", self.custodian))
        if fact.name in {"case-closed", "case-reopened"}:
            self.closed = fact.name == "case-closed"
        if fact.name == "custody-assigned":
            self.moved = fact
        if fact.name not in REFERRAL:
            return
        referral = str(payload["referral_id"])
        if fact.name == "referral-requested":
            self.requests[referral] = payload
        if referral not in self.requests:
            return
        self.stations.take(fact)
        if fact.name == "referral-accepted" and payload["kind"] == "transfer":
            self.moved = fact

    @property
    def open(self) -> list[str]:
        """The referrals that wait for their answer."""
        return [referral for referral, station in self.stations.at.items() if station in OPEN]

    def of_a_former_custodian(self) -> str | None:
        """Whether somebody may still take up what a former custodian offered."""
        others = [r for r in self.open if self.requests[r]["sender"] != self.custodian]
        return "an offer outlived its custodian" if others else None


def _is_last_of_its_command(facts: Sequence[Fact], n: int) -> bool:
    return n + 1 == len(facts) or facts[n + 1].causation != facts[n].causation


def _falls(story: _Story, fact: Fact) -> str | None:
    """What is wrong with an offer that falls."""
    if fact.name != "referral-superseded":
        return None
    moved = story.moved
    if moved is None or moved.causation != fact.causation:
        return "an offer was superseded without a move of custody"
    by_it = fact.payload["by"] == moved.payload.get("referral_id")
    return None if by_it else "an offer was superseded by another referral"


def _ends(story: _Story, fact: Fact, evidence: Evidence) -> str | None:
    """What is wrong with a closing, a reopening or a revocation, or comes after a closing."""
    if fact.name == "referral-requested":
        return "a closed case was referred" if story.closed else None
    if fact.name not in {"case-closed", "case-reopened", "referral-revoked"}:
        return None
    if fact.institution != story.custodian or fact.role == SYSTEM:
        return f"{fact.name} by who does not have custody"
    if fact.name == "referral-revoked":
        share = story.requests.get(fact.payload["referral_id"], {}).get("kind") == "share"
        return None if share else "a transfer was revoked"
    if story.closed == (fact.name == "case-closed"):
        return "a case was closed or reopened twice"
    return _closes(story, fact, evidence) if fact.name == "case-closed" else None


def _closes(story: _Story, fact: Fact, evidence: Evidence) -> str | None:
    payload = fact.payload
    if story.open:
        return "a case was closed while a referral waits"
    if payload["custodian"] != story.custodian:
        return "a closing names another custodian"
    outcome = evidence.contracts.says("outcome_kinds", payload["outcome"], "class")
    return None if payload["outcome_class"] == outcome else "a closing is of another class"
