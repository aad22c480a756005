"""Who has custody of a case whose follow-ups are kept here: heard from referral.

Kept so that followup knows, without a call to another service, who sees a follow-up besides the
institution that follows up (``shared.identity.scope``): the custodian of the case.
"""

from uuid import UUID

from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value


def stream_of(case_id: UUID) -> UUID:
    """Return the id of the stream that holds who has custody of a case."""
    return derived_id("custody", str(case_id))


class MoveCustody(Command, kw_only=True):
    """A transfer was accepted: ``custodian`` answers for the case from then on (a reaction)."""

    referral_id: UUID
    custodian: str


class CustodyMoved(Value):
    """``custodian`` answers for the case, by the transfer ``referral_id``."""

    referral_id: UUID
    custodian: str


FACTS = stored_names(CustodyMoved)


class Custody(Value):
    """Who has custody, and by which transfer; None: the case was never transferred."""

    custodian: str | None = None
    by: UUID | None = None


def decide(command: MoveCustody, state: Custody) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    if refusal := reaction_only(command):
        return refusal
    if state.by == command.referral_id:
        return ()
    return (CustodyMoved(command.referral_id, command.custodian),)


def evolve(_: Custody, fact: CustodyMoved) -> Custody:
    return Custody(fact.custodian, fact.referral_id)


DECIDER: Decider[Custody] = Decider(nothing=Custody(), decide=decide, evolve=evolve)
