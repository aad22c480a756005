"""The parties of a case besides its registering institution: those to whom it was referred.

Stored so that intake knows who may see a case without a call to another service: an addressee
becomes a party with the referral's request and stops being one when the referral ends.
"""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value


def stream_of(case_id: UUID) -> UUID:
    """Return the id of the stream that holds a case's parties."""
    return derived_id("parties", str(case_id))


class AdmitParty(Command, kw_only=True):
    """The case was referred to ``institution``, or goes on there (a reaction)."""

    referral_id: UUID
    institution: str


class DismissParty(Command, kw_only=True):
    """The referral ended (a reaction)."""

    referral_id: UUID


PartiesCommand = AdmitParty | DismissParty


class PartyAdmitted(Value):
    """``institution`` may see the case by this referral."""

    referral_id: UUID
    institution: str


class PartyDismissed(Value):
    """The case may no longer be seen by this referral."""

    referral_id: UUID


PartiesFact = PartyAdmitted | PartyDismissed

FACTS = stored_names(PartiesFact)


class Parties(Value):
    """Which institution is a party by which referral."""

    by_referral: Mapping[UUID, str] = {}


def decide(command: PartiesCommand, state: Parties) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    return reaction_only(command) or _change(command, state)


def _change(command: PartiesCommand, state: Parties) -> Decision:
    match command:
        case AdmitParty():
            known = command.referral_id in state.by_referral
            return () if known else (PartyAdmitted(command.referral_id, command.institution),)
        case DismissParty():
            known = command.referral_id in state.by_referral
            return (PartyDismissed(command.referral_id),) if known else ()
        case _:
            assert_never(command)


def evolve(state: Parties, fact: PartiesFact) -> Parties:
    match fact:
        case PartyAdmitted():
            return Parties({**state.by_referral, fact.referral_id: fact.institution})
        case PartyDismissed():
            return Parties({r: i for r, i in state.by_referral.items() if r != fact.referral_id})
        case _:
            assert_never(fact)


DECIDER: Decider[Parties] = Decider(nothing=Parties(), decide=decide, evolve=evolve)
