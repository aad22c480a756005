"""The parties of a case besides its registering institution: those to whom it was referred.

Stored so that intake knows what each institution may see of a case (``shared.kernel.sight``)
without a call to another service: with a referral's request its addressee may see a preview, with
its acceptance the case.
"""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.sight import TRANSFER, Sides, Sight
from shared.kernel.value import Value, replace


def stream_of(case_id: UUID) -> UUID:
    """Return the id of the stream that holds a case's parties."""
    return derived_id("parties", str(case_id))


# --- commands -------------------------------------------------------------------------------


class AdmitParty(Command, kw_only=True):
    """The case was referred to ``institution`` (a reaction)."""

    referral_id: UUID
    institution: str


class ConfirmParty(Command, kw_only=True):
    """``institution`` accepted the referral (a reaction)."""

    referral_id: UUID
    institution: str
    sender: str
    kind: str


class ReadmitParty(Command, kw_only=True):
    """A referral that had ended goes on (a reaction)."""

    referral_id: UUID


class DismissParty(Command, kw_only=True):
    """The referral ended (a reaction). with_case: it fell with its case."""

    referral_id: UUID
    with_case: bool = False


PartiesCommand = AdmitParty | ConfirmParty | ReadmitParty | DismissParty

# --- facts ----------------------------------------------------------------------------------


class PartyAdmitted(Value):
    """``institution`` was asked by this referral, and may see a preview of the case."""

    referral_id: UUID
    institution: str


class PartyConfirmed(Value):
    """``institution`` accepted: a share lets it see the case, a transfer gives it custody."""

    referral_id: UUID
    institution: str
    sender: str
    kind: str


class PartyReadmitted(Value):
    """The case may be seen by this referral again."""

    referral_id: UUID


class PartyDismissed(Value):
    """The case may no longer be seen by this referral."""

    referral_id: UUID


PartiesFact = PartyAdmitted | PartyConfirmed | PartyReadmitted | PartyDismissed

FACTS = stored_names(PartiesFact)

# --- state ----------------------------------------------------------------------------------


class Parties(Value):
    """What each institution sees of the case by which referral."""

    by_referral: Mapping[UUID, Sides] = {}

    @property
    def institutions(self) -> frozenset[str]:
        """Those that have a part in the case by a referral: by a share, or by handing it over."""
        return frozenset(
            each.sender if each.kind == TRANSFER else each.addressee
            for each in self.by_referral.values()
            if (each.accepted if each.kind == TRANSFER else each.addressee_sees is Sight.CASE)
        )


# --- decide ---------------------------------------------------------------------------------


def decide(command: PartiesCommand, state: Parties) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    return reaction_only(command) or _change(command, state.by_referral.get(command.referral_id))


def _change(command: PartiesCommand, held: Sides | None) -> Decision:
    referral_id, sees = command.referral_id, held.addressee_sees if held else None
    match command:
        case AdmitParty():
            return () if held else (PartyAdmitted(referral_id, command.institution),)
        case ConfirmParty(institution=institution, sender=sender, kind=kind):
            accepted = held is not None and held.accepted
            return () if accepted else (PartyConfirmed(referral_id, institution, sender, kind),)
        case ReadmitParty():
            ended = sees in {Sight.PAST, Sight.NOTHING}
            return (PartyReadmitted(referral_id),) if ended else ()
        case DismissParty():
            # An error takes away no sight that an acceptance has given.
            ends = {Sight.PREVIEW} if command.with_case else {Sight.PREVIEW, Sight.CASE}
            return (PartyDismissed(referral_id),) if sees in ends else ()
        case _:
            assert_never(command)


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Parties, fact: PartiesFact) -> Parties:
    referral_id = fact.referral_id
    match fact:
        case PartyAdmitted(institution=institution):
            after = Sides("", institution, "", Sight.PREVIEW)
        case PartyConfirmed(institution=institution, sender=sender, kind=kind):
            after = Sides(sender, institution, kind, Sight.CASE)
        case PartyReadmitted():
            held = state.by_referral[referral_id]
            after = replace(held, addressee_sees=Sight.CASE if held.accepted else Sight.PREVIEW)
        case PartyDismissed():
            held = state.by_referral[referral_id]
            sees = Sight.PAST if held.accepted else Sight.NOTHING
            after = replace(held, addressee_sees=sees)
        case _:
            assert_never(fact)
    return Parties({**state.by_referral, referral_id: after})


DECIDER: Decider[Parties] = Decider(nothing=Parties(), decide=decide, evolve=evolve)
