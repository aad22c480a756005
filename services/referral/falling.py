"""What falls with a fact about the case as such: the referrals that it leaves without an offer."""

from collections.abc import Iterator
from uuid import UUID

from services.referral.decisions import CaseContext, ReferralReaction
from services.referral.ending import EnterReferralInError, SupersedeReferral
from services.referral.life import LIFE
from services.referral.referral_facts import ReferralFact
from shared.kernel.decider import Actor, Command, Decision
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SYSTEM


def followed_by(command: ReferralReaction, known: CaseContext) -> tuple[ReferralFact, ...]:
    """Return what a fact about the case leads to for a referral; nothing if it has ended before."""
    decision = LIFE.decide(command, known.referrals[command.referral_id], known)
    return () if isinstance(decision, Refusal) else decision


def with_the_case(command: Command, known: CaseContext) -> Iterator[ReferralFact]:
    """Yield how every referral that has not ended falls with a case that was entered in error."""
    for each in known.referrals:
        fall = EnterReferralInError(by=command.by, at=command.at, referral_id=each)
        yield from followed_by(fall, known)


def with_superseded(
    decision: Decision, command: Command, known: CaseContext, accepted: UUID | None = None
) -> Decision:
    """Have every other open referral end, since custody moves: by a transfer, or by a steward."""
    if isinstance(decision, Refusal) or not decision:
        return decision
    system = Actor(command.by.institution, SYSTEM, SYSTEM)
    ends = [
        SupersedeReferral(by=system, at=command.at, referral_id=each, accepted=accepted)
        for each in known.referrals
        if each != accepted
    ]
    return (*decision, *(fact for each in ends for fact in followed_by(each, known)))
