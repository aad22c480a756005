"""The parties of a case besides its registering institution: those to whom it was referred.

Stored so that intake knows who may see a case without a call to another service: an addressee
becomes a party with the referral's request and stops being one if the referral comes to nothing.
One that accepted has had a part in the case, and stays when the case turns out to be an error.
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
    """The case was referred to ``institution`` (a reaction)."""

    referral_id: UUID
    institution: str


class ConfirmParty(Command, kw_only=True):
    """The referral was accepted (a reaction)."""

    referral_id: UUID


class DismissParty(Command, kw_only=True):
    """The referral came to nothing (a reaction). with_case: it fell with its case."""

    referral_id: UUID
    with_case: bool = False


PartiesCommand = AdmitParty | ConfirmParty | DismissParty


class PartyAdmitted(Value):
    """``institution`` may see the case by this referral."""

    referral_id: UUID
    institution: str


class PartyConfirmed(Value):
    """The institution accepted this referral: that the case was an error takes no sight from it."""

    referral_id: UUID


class PartyDismissed(Value):
    """The case may no longer be seen by this referral."""

    referral_id: UUID


PartiesFact = PartyAdmitted | PartyConfirmed | PartyDismissed

FACTS = stored_names(PartiesFact)


class Parties(Value):
    """Which institution is a party by which referral. confirmed: the referrals it accepted."""

    by_referral: Mapping[UUID, str] = {}
    confirmed: frozenset[UUID] = frozenset()

    @property
    def institutions(self) -> frozenset[str]:
        """Those that may see the case because it was referred to them."""
        return frozenset(self.by_referral.values())


def decide(command: PartiesCommand, state: Parties) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    return reaction_only(command) or _change(command, state)


def _change(command: PartiesCommand, state: Parties) -> Decision:
    match command:
        case AdmitParty():
            known = command.referral_id in state.by_referral
            return () if known else (PartyAdmitted(command.referral_id, command.institution),)
        case ConfirmParty():
            waits = command.referral_id in state.by_referral.keys() - state.confirmed
            return (PartyConfirmed(command.referral_id),) if waits else ()
        case DismissParty():
            stays = state.confirmed if command.with_case else frozenset()
            known = command.referral_id in state.by_referral.keys() - stays
            return (PartyDismissed(command.referral_id),) if known else ()
        case _:
            assert_never(command)


def evolve(state: Parties, fact: PartiesFact) -> Parties:
    match fact:
        case PartyAdmitted():
            by_referral = {**state.by_referral, fact.referral_id: fact.institution}
            return Parties(by_referral, state.confirmed)
        case PartyConfirmed():
            return Parties(state.by_referral, state.confirmed | {fact.referral_id})
        case PartyDismissed():
            left = {r: i for r, i in state.by_referral.items() if r != fact.referral_id}
            return Parties(left, state.confirmed - {fact.referral_id})
        case _:
            assert_never(fact)


DECIDER: Decider[Parties] = Decider(nothing=Parties(), decide=decide, evolve=evolve)
