"""What provider and person say of a service that was given, folded from followup's raw facts."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.checker.custody import at_fact, those
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

_BOTH = frozenset({"provider", "person"})
_ASSESSMENT = "assessment"


@dataclass
class _FollowUp:
    """A follow-up as far as it was read. words: whose, of those that count since it was given."""

    follower: str = ""
    sender: str = ""
    kind: str = ""
    services: frozenset[str] = frozenset()
    words: set[str] = field(default_factory=set)
    enrolled: bool = False

    def read(self, fact: Fact) -> None:
        payload = fact.payload
        match fact.name:
            case "follow-up-opened":
                self.follower, self.sender = str(payload["institution"]), str(payload["sender"])
                self.kind, self.services = (
                    str(payload["kind"]),
                    frozenset(payload.get("services", ())),
                )
            case "service-completed" | "follow-up-reopened":
                self.words = set()
            case "delivery-confirmed" if self.counts(fact):
                self.words.add(str(payload["confirmer"]))
            case "enrolment-stated":
                self.enrolled = True
            case _:
                pass

    def counts(self, fact: Fact) -> bool:
        """Whether a word counts: the person's does not if whoever follows up took it."""
        return fact.payload["confirmer"] == "provider" or fact.institution != self.follower


def outcomes_are_confirmed_by_both(evidence: Evidence) -> Iterator[Broken]:
    """An outcome is confirmed with the second of two words: the provider's and the person's.

    The provider's is the follower's; the person's counts if another took it, who has sent the
    referral or has custody. What was asked for was delivered, or was said not to have been.
    """
    follow_ups: dict[str, _FollowUp] = {}
    custodians = _custodians(evidence)
    facts = [
        fact for fact in evidence.services["followup"].facts if fact.payload.get("referral_id")
    ]
    for n, fact in enumerate(facts):
        one = follow_ups.setdefault(fact.stream, _FollowUp())
        for sentence in _objections(fact, one, custodians.get(fact.correlation, set())):
            yield at_fact(fact, sentence)
        one.read(fact)
        if fact.name == "delivery-confirmed" and one.words >= _BOTH:
            after = facts[n + 1] if n + 1 < len(facts) else None
            same = after is not None and after.causation == fact.causation
            if not (same and after is not None and after.name == "outcome-confirmed"):
                yield at_fact(fact, "both have confirmed an outcome, and nobody said so")


def assessments_say_what_they_found(evidence: Evidence) -> Iterator[Broken]:
    """A referral for an assessment only is not closed before an enrolment was stated."""
    follow_ups: dict[str, _FollowUp] = {}
    for fact in evidence.services["followup"].facts:
        if not fact.payload.get("referral_id"):
            continue
        one = follow_ups.setdefault(fact.stream, _FollowUp())
        if fact.name == "follow-up-closed" and one.kind == _ASSESSMENT and not one.enrolled:
            yield at_fact(fact, "an assessment was closed that found nothing")
        one.read(fact)


def _objections(fact: Fact, one: _FollowUp, custodians: set[str]) -> Iterator[str]:
    payload = fact.payload
    match fact.name:
        case "service-completed":
            told = {*payload["delivered"], *payload["undelivered"]}
            missing = one.services - told
            twice = {*payload["delivered"]} & {*payload["undelivered"]}
            yield from those(("what was asked for is not told of", bool(missing or twice)))
        case "delivery-confirmed":
            theirs = {"provider": {one.follower}, "person": {one.follower, one.sender, *custodians}}
            mine = fact.institution in theirs[payload["confirmer"]]
            yield from those(
                ("an outcome was confirmed by who has no word in it", not mine),
                ("another is said to have taken a word", payload["taken_by"] != fact.institution),
            )
        case "outcome-confirmed":
            yield from those(("an outcome was confirmed by one of both", not one.words >= _BOTH))
        case _:
            pass


def _custodians(evidence: Evidence) -> dict[str, set[str]]:
    """Who had custody of each case at one time or another: followup hears of it late."""
    found: dict[str, set[str]] = {}
    for fact in evidence.services["referral"].facts:
        if fact.name in {"custody-taken", "custody-assigned", "referral-accepted"}:
            found.setdefault(fact.correlation, set()).add(str(fact.payload["custodian"]))
    return found
