"""Reads how referrals reach their addressees, are put off, left and confirmed, and then rated."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.referral import referral_facts as facts
from shared.kernel.codes import codes
from tests.personas import SYSTEM
from tests.unit.machines.following_auditor import TAKEN_ON


@dataclass
class Answers:
    """What an auditor of a case knows of its referrals' answers."""

    requests: dict[UUID, facts.ReferralRequested] = field(default_factory=dict)
    ended: dict[UUID, str] = field(default_factory=dict)
    acknowledged: set[UUID] = field(default_factory=set)
    open_questions: dict[UUID, set[str]] = field(default_factory=dict)
    delivered: set[UUID] = field(default_factory=set)
    proposed: dict[UUID, facts.DeclineProposed] = field(default_factory=dict)
    """The declines that wait for the coordinator."""
    ratings: set[tuple[UUID, str]] = field(default_factory=set)
    loops: set[UUID] = field(default_factory=set)
    by_clock: bool = False
    """Whether a clock brought the fact at hand about."""
    confirming: str | None = None
    """Who is to confirm the decline at hand; None: nobody."""
    rules: int = 0
    """The version of the programme's rules that say so."""

    def heard(self, fact: Any, by: str) -> bool:
        """Take a fact in that is this one's to judge; object where it is out of turn."""
        request = self.requests.get(fact.referral_id)
        assert request is not None, "no such referral"
        match fact:
            case facts.ReferralDelivered() | facts.ReferralCancelledByPerson():
                self._reached_or_left(fact, request, by)
            case facts.ReferralWaitlisted() | facts.ReferralRerouted() | facts.DeclineProposed():
                self._put_off(fact, request, by)
            case facts.DeclineSentBack() | facts.ReferralDeclined():
                return self._judged(fact, request, by)
            case facts.CounterpartRated():
                self._rated(fact, request, by)
            case facts.LoopClosed():
                self._done(fact, request, by)
            case _:
                return self._goes_on(fact)
        return True

    def _goes_on(self, fact: Any) -> bool:
        if isinstance(fact, facts.ReferralReopened | facts.DeclineEnteredInError):
            self.loops.discard(fact.referral_id)
        if isinstance(fact, facts.ReferralAccepted | facts.InformationRequested):
            assert fact.referral_id not in self.proposed, "decided while that is to be confirmed"
        return False

    def _reached_or_left(
        self,
        fact: facts.ReferralDelivered | facts.ReferralCancelledByPerson,
        request: facts.ReferralRequested,
        by: str,
    ) -> None:
        identity = fact.referral_id
        followed = self.ended.get(identity) in TAKEN_ON and by == SYSTEM.institution
        if isinstance(fact, facts.ReferralCancelledByPerson) and followed:
            self.ended[identity] = "cancelled"
            return
        assert identity not in self.ended, "delivered, or left, after its end"
        if isinstance(fact, facts.ReferralDelivered):
            assert identity not in self.delivered | self.acknowledged, "delivered too late"
            self.delivered.add(identity)
        else:
            assert by in {request.sender, request.addressee}, "left by hearsay"
            self.ended[identity] = "cancelled"

    def _judged(
        self,
        fact: facts.DeclineSentBack | facts.ReferralDeclined,
        request: facts.ReferralRequested,
        by: str,
    ) -> bool:
        identity = fact.referral_id
        proposed = self.proposed.pop(identity, None)
        if proposed is None:
            assert isinstance(fact, facts.ReferralDeclined), "nothing to send back"
            assert self.confirming in {None, request.addressee}, "declined without a confirmation"
            return False
        assert self.by_clock or by == proposed.coordinator, "confirmed by somebody else"
        assert identity not in self.ended, "ended twice"
        if isinstance(fact, facts.ReferralDeclined):
            said = (fact.reason, fact.reason_class)
            assert said == (proposed.reason, proposed.reason_class), "declined for another reason"
            self.ended[identity] = "declined"
        return True

    def _put_off(
        self,
        fact: facts.ReferralWaitlisted | facts.ReferralRerouted | facts.DeclineProposed,
        request: facts.ReferralRequested,
        by: str,
    ) -> None:
        identity = fact.referral_id
        assert by == request.addressee, "decided by somebody else"
        assert identity in self.acknowledged, "decided before it was received"
        assert identity not in self.ended, "ended twice"
        assert identity not in self.proposed, "decided while that is to be confirmed"
        self.open_questions.pop(identity, None)
        match fact:
            case facts.ReferralRerouted(suggested=suggested):
                assert suggested not in {request.addressee, request.sender}, "passed on to itself"
                self.ended[identity] = "rerouted"
            case facts.DeclineProposed():
                wanted = (fact.coordinator, fact.rules_version)
                assert wanted == (self.confirming, self.rules), "asks somebody else to confirm"
                assert fact.coordinator != request.addressee, "confirms its own"
                self.proposed[identity] = fact
            case _:
                assert fact.reason in codes("waitlist_reasons"), "an unknown code"

    def _rated(
        self, fact: facts.CounterpartRated, request: facts.ReferralRequested, by: str
    ) -> None:
        rater = (fact.referral_id, by)
        assert fact.institution == by, "rated by somebody else"
        assert {by, fact.counterpart} == {request.sender, request.addressee}, "rated another"
        assert self.ended.get(fact.referral_id, "in error") != "in error", "rated too early"
        assert rater not in self.ratings, "rated twice"
        self.ratings.add(rater)

    def _done(self, fact: facts.LoopClosed, request: facts.ReferralRequested, by: str) -> None:
        assert by == request.sender, "closed by somebody else"
        ended = self.ended.get(fact.referral_id)
        assert ended not in TAKEN_ON | {None, "in error"}, "closed before its end"
        assert fact.referral_id not in self.loops, "closed twice"
        self.loops.add(fact.referral_id)
