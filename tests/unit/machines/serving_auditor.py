"""What becomes of a follow-up's service, for the walk over follow-ups: where it stands, and why.

Reads commands and facts alone, and shares no code with the rules.
"""

from dataclasses import dataclass, field
from typing import Any

from services.followup import followup, service_facts
from shared.kernel.codes import codes
from tests.personas import COMMISSION

_UNSERVED = frozenset({"open", "scheduled", "in-progress"})
WORKING = _UNSERVED | {"service-delivered", "outcome-confirmed"}
_ALIVE = WORKING | {"on-hold", "closed", "failed", "cancelled"}
MOVES: dict[type, tuple[frozenset[str], str]] = {
    followup.FollowUpOpened: (frozenset({"nothing"}), "open"),
    service_facts.ServiceScheduled: (frozenset({"open", "scheduled"}), "scheduled"),
    service_facts.ServiceStarted: (frozenset({"open", "scheduled"}), "in-progress"),
    service_facts.ServiceCompleted: (frozenset({"in-progress"}), "service-delivered"),
    service_facts.DeliveryConfirmed: (frozenset({"service-delivered"}), ""),
    service_facts.OutcomeConfirmed: (frozenset({"service-delivered"}), "outcome-confirmed"),
    service_facts.EnrolmentStated: (WORKING, ""),
    followup.FollowUpClosed: (WORKING, "closed"),
    service_facts.FollowUpFailed: (_UNSERVED | {"on-hold", "service-delivered"}, "failed"),
    service_facts.FollowUpCancelled: (_UNSERVED | {"on-hold"}, "cancelled"),
    followup.FollowUpReopened: (frozenset({"closed", "failed"}), "open"),
    followup.FollowUpPutOnHold: (_UNSERVED, "on-hold"),
    followup.FollowUpResumed: (frozenset({"on-hold"}), "open"),
    followup.FollowUpRevoked: (_ALIVE, "revoked"),
    followup.FollowUpEnteredInError: (_ALIVE, "void"),
}
"""Where it stands before and after each fact that is not work; "": where it stood."""
_BY_THE_SYSTEM = (
    followup.FollowUpOpened,
    followup.FollowUpRevoked,
    followup.FollowUpEnteredInError,
)


@dataclass
class ServingAuditor:
    """Objects to what must never happen to a service.

    words: who has said that it was given, and who took that. paused: where it stood before a pause.
    resumed: where it must stand once it goes on.
    """

    stands: str = "nothing"
    opening: Any = None
    custodian: str | None = None
    words: set[tuple[str, str]] = field(default_factory=set)
    paused: str = ""
    resumed: str = ""
    scheduled_for: Any = None
    enrolment: str | None = None

    def read(self, command: Any, fact: Any) -> None:
        """Take a fact in."""
        before, (wanted, after) = self.stands, MOVES.get(type(fact), (WORKING, ""))
        assert before in wanted, "worked on out of turn"
        self.stands = after or before
        if isinstance(fact, _BY_THE_SYSTEM):
            assert command.by.role == "system", "not a reaction"
        elif not isinstance(fact, service_facts.DeliveryConfirmed | service_facts.OutcomeConfirmed):
            assert command.by.institution == COMMISSION.institution, "somebody else's work"
        match fact:
            case followup.FollowUpOpened():
                self.opening = fact
            case followup.FollowUpPutOnHold():
                self.paused = before
            case followup.FollowUpResumed():
                self.resumed = self.paused
            case followup.FollowUpClosed():
                assert self.opening.kind != "assessment" or self.enrolment, "nothing found out"
            case _:
                self._about_the_service(command, fact)

    def _about_the_service(self, command: Any, fact: Any) -> None:
        match fact:
            case service_facts.ServiceScheduled(scheduled_for=moment):
                if self.resumed:
                    assert moment == self.scheduled_for, "another appointment"
                else:
                    assert moment >= command.at, "an appointment that was over"
                self.scheduled_for = moment
            case service_facts.ServiceCompleted():
                self._completed(fact)
            case service_facts.DeliveryConfirmed():
                self._confirmed(command, fact)
            case service_facts.OutcomeConfirmed():
                assert self.both(), "confirmed by one alone"
            case service_facts.EnrolmentStated(enrolment=enrolment):
                assert enrolment in codes("enrolment_statuses"), "an unknown code"
                self.enrolment = enrolment
            case _:
                pass

    def _completed(self, fact: Any) -> None:
        assert fact.delivered, "nothing was given"
        assert {*fact.delivered} <= codes("service_kinds").keys(), "an unknown code"
        left = {*self.opening.services} - {*fact.delivered}
        assert {*fact.undelivered} == left, "what was not given was forgotten"
        self.words = set()

    def _confirmed(self, command: Any, fact: Any) -> None:
        word = (fact.confirmer, fact.taken_by)
        assert fact.taken_by == command.by.institution, "taken by somebody else"
        assert word not in self.words, "taken twice"
        if fact.confirmer == "provider":
            assert fact.taken_by == COMMISSION.institution, "somebody else's word"
        else:
            may = {COMMISSION.institution, self.opening.sender, self.custodian}
            assert fact.taken_by in may, "taken by a stranger"
        self.words.add(word)

    def both(self) -> bool:
        """Whether provider and person have said so, the person to somebody else."""
        others = {by for said, by in self.words if said == "person"} - {COMMISSION.institution}
        return bool(others) and any(said == "provider" for said, _ in self.words)

    def agrees(self) -> None:
        """Object where something that must follow at once did not."""
        assert self.stands != "service-delivered" or not self.both(), "confirmed in vain"
        if self.resumed:
            assert self.stands == self.resumed, "went on from somewhere else"
            self.resumed = ""
