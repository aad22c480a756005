"""Who else is told when custody moves: every party but the new custodian."""

from services.referral.assigning import CustodyAssigned
from services.referral.decisions import CaseContext
from services.referral.referral import sides_of
from services.referral.referral_facts import ReferralAccepted, ReferralSuperseded
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command, Decision
from shared.kernel.refusals import Refusal
from shared.kernel.sight import Sight
from shared.kernel.value import Value


class CustodyAnnounced(Value):
    """Custody moved to ``custodian``, and these institutions are told."""

    custodian: str
    institutions: tuple[str, ...]


def custody_moves(fact: ReferralAccepted | CustodyAssigned) -> bool:
    """Whether custody moves with the fact: by every assignment, but not by a share's acceptance."""
    return fact.custodian != fact.previous_custodian


def with_announcement(decision: Decision, command: Command, known: CaseContext) -> Decision:
    """Tell the other parties, if custody moves by this decision.

    They are whoever had custody, those with whom the case is shared, and those whose offers end. An
    import tells nobody: it has happened.
    """
    if isinstance(decision, Refusal) or command.imported is not None:
        return decision
    for fact in decision:
        if isinstance(fact, ReferralAccepted | CustodyAssigned) and custody_moves(fact):
            told = {fact.previous_custodian, *_sharing(known), *_ended(decision, known)}
            others = canonical(told - {fact.custodian})
            return (*decision, CustodyAnnounced(fact.custodian, others)) if others else decision
    return decision


def _sharing(known: CaseContext) -> set[str]:
    """Return with whom the case is shared."""
    sides = map(sides_of, known.referrals.values())
    return {each.addressee for each in sides if each.addressee_sees is Sight.CASE}


def _ended(decision: tuple[object, ...], known: CaseContext) -> set[str]:
    """Return whose offers end by the decision."""
    return {
        known.referrals[fact.referral_id].request.addressee
        for fact in decision
        if isinstance(fact, ReferralSuperseded)
    }
