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
    """Custody moved to ``custodian`` (a reaction). custody_version: as in the fact."""

    custodian: str
    custody_version: int


class CustodyMoved(Value):
    """``custodian`` answers for the case.

    custody_version: the version of referral's stream at which custody moved.
    """

    custodian: str
    custody_version: int


FACTS = stored_names(CustodyMoved)


class Custody(Value):
    """Who has custody, and since which version; None: it never moved."""

    custodian: str | None = None
    version: int = 0


def decide(command: MoveCustody, state: Custody) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    if refusal := reaction_only(command):
        return refusal
    if command.custody_version <= state.version:
        return ()
    return (CustodyMoved(command.custodian, command.custody_version),)


def evolve(_: Custody, fact: CustodyMoved) -> Custody:
    return Custody(fact.custodian, fact.custody_version)


DECIDER: Decider[Custody] = Decider(nothing=Custody(), decide=decide, evolve=evolve)
