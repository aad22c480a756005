"""What is offered again: after an end without an answer, once, and to whom the consent names.

Folded from referral's raw facts alone. Whether the next institution can take the case, the rules of
the directory and of agreements say, as of any other request.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.faults.checker.custody import SYSTEM, at_fact, by_case
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import REFERRAL, Stations

REFUSED = ("declined", "expired-unacknowledged", "expired-undecided")
"""How an institution did not take a referral."""
_ENDS = (*REFUSED, "rerouted", "withdrawn", "superseded")
"""After what a referral may be offered again."""
_SAME = ("kind", "services", "priority")


def what_is_offered_again_had_ended(evidence: Evidence) -> Iterator[Broken]:
    """It replaces one of its case that ended without being taken, as nothing else does.

    It is about the same, and its sender is the custodian. By itself it comes in the same command as
    the end, and never to who did not take the case before.
    """
    for facts in by_case(evidence).values():
        chain = _Chain()
        for fact in facts:
            for sentence in chain.objections(fact):
                yield at_fact(fact, sentence)
            chain.read(fact)


def cases_go_to_whom_the_consent_names(evidence: Evidence) -> Iterator[Broken]:
    """The addressee of a request is among those to whom its consent extends, and for its services.

    What replaces another leans on that one's consent, in force on that day.
    """
    for facts in by_case(evidence).values():
        requests: dict[str, Mapping[str, Any]] = {}
        for fact in facts:
            if fact.name != "referral-requested":
                continue
            payload = fact.payload
            requests[str(payload["referral_id"])] = payload
            before = requests.get(str(payload.get("replaces")))
            consent = _consent(payload)
            if before is not None and not _extends(_consent(before), consent):
                yield at_fact(fact, "what is offered again leans on another consent")
            if payload["addressee"] not in consent["recipients"]:
                yield at_fact(fact, "a case was offered outside its consent")
            if not {*payload["services"]} <= {*consent["services"]}:
                yield at_fact(fact, "a case was offered for what its consent does not cover")
            until = consent.get("until")
            if until is not None and fact.imported is None and until < _day(fact):
                yield at_fact(fact, "a case was offered after its consent had ended")


class _Chain:
    """A case's referrals as far as they were read: how each stands, and what ended it."""

    def __init__(self) -> None:
        self._requests: dict[str, Mapping[str, Any]] = {}
        self._stations = Stations()
        self._last: dict[str, Fact] = {}
        self._replaced: set[str] = set()
        self._kept: set[str] = set()

    def read(self, fact: Fact) -> None:
        """Go on by one fact."""
        if fact.name not in REFERRAL:
            return
        referral = str(fact.payload["referral_id"])
        before, status = self._stations.of(referral), self._stations.take(fact)
        if status != before:
            self._last[referral] = fact
        if fact.name == "referral-requested":
            self._requests[referral] = fact.payload
            self._replaced.add(str(fact.payload.get("replaces")))

    def objections(self, fact: Fact) -> Iterator[str]:
        """Say what is wrong with what is offered again."""
        payload, replaced = fact.payload, str(fact.payload.get("replaces"))
        if fact.name != "referral-requested" or replaced == "None":
            return
        status, before = self._stations.of(replaced), self._requests.get(replaced, {})
        if status not in _ENDS:
            yield "a referral replaces one that had not ended"
            return
        if replaced in self._replaced:
            yield "a referral was replaced twice"
        if status == "superseded" and before["addressee"] != payload["addressee"]:
            yield "a referral replaces one to another institution"
        if status != "superseded" and any(before[n] != payload[n] for n in _SAME):
            yield "a referral replaces one about something else"
        by_itself = self._last[replaced].causation == fact.causation
        if by_itself and payload["addressee"] in self._tried(replaced):
            yield "a case was offered by itself to who did not take it"
        if fact.role == SYSTEM and not by_itself:
            yield "a case was offered again by the system for no reason"

    def _tried(self, referral: str) -> Sequence[str]:
        """Who did not take this referral, and those that it replaces."""
        tried: list[str] = []
        while referral in self._requests:
            tried.append(str(self._requests[referral]["addressee"]))
            referral = str(self._requests[referral].get("replaces"))
        return tried


def _consent(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is told of the consent: of old requests, that it covers themselves."""
    told = payload.get("consent")
    own = {"recipients": [payload["addressee"]], "services": payload["services"]}
    return own if told is None else told


def _extends(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether one consent covers no more than the one before."""
    return {*now["recipients"]} <= {*before["recipients"]} and {*now["services"]} <= {
        *before["services"]
    }


def _day(fact: Fact) -> str:
    return fact.happened_at[:10]
