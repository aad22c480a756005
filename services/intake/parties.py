"""The parties of a case besides its registering institution: those to whom it was referred.

Stored so that intake knows what each institution may see of a case (``shared.identity.scope``)
without a call to another service. With a referral's request its addressee gets a preview: what
intake knows of the case then, in a few codes, as a fact of its own. A later correction does not
change it, because an institution answers what it was asked; it sees the correction once it accepts.
"""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from services.intake import case
from shared.identity.scope import TRANSFER, Sides, Sight
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value, replace

CASE = "case"
"""The name under which the rules get the case itself."""


def stream_of(case_id: UUID) -> UUID:
    """Return the id of the stream that holds a case's parties."""
    return derived_id("parties", str(case_id))


# --- commands -------------------------------------------------------------------------------


class AdmitParty(Command, kw_only=True):
    """The case was referred to ``institution`` (a reaction)."""

    case_id: UUID
    referral_id: UUID
    institution: str


class ConfirmParty(Command, kw_only=True):
    """``institution`` took the referral on, or goes on with it (a reaction)."""

    referral_id: UUID
    institution: str
    sender: str
    kind: str


class DismissParty(Command, kw_only=True):
    """The referral ended (a reaction). by_error: with its case, which was entered in error."""

    referral_id: UUID
    by_error: bool


PartiesCommand = AdmitParty | ConfirmParty | DismissParty

# --- facts ----------------------------------------------------------------------------------


class PartyAdmitted(Value):
    """``institution`` was asked by this referral, and sees a preview of the case."""

    referral_id: UUID
    institution: str


class CasePreviewed(Value):
    """What ``addressee`` sees of the case until it accepts: the case as it was when it was asked.

    case_version: of the case, with which it was described so.
    """

    referral_id: UUID
    addressee: str
    programme: str
    subdivision: str
    age_band: str | None
    sex: str | None
    case_version: int


class PartyConfirmed(Value):
    """``institution`` accepted: it sees the case, and by a transfer it is the custodian."""

    referral_id: UUID
    institution: str
    sender: str
    kind: str


class PartyDismissed(Value):
    """The case may no longer be seen by this referral."""

    referral_id: UUID


PartiesFact = PartyAdmitted | CasePreviewed | PartyConfirmed | PartyDismissed

FACTS = stored_names(PartiesFact)

# --- state ----------------------------------------------------------------------------------


class Parties(Value):
    """What each institution sees of the case by which referral.

    previews: what the addressee of a referral was shown, by referral. custodian: by the last
    transfer that was accepted; None: the case was never transferred.
    """

    by_referral: Mapping[UUID, Sides] = {}
    previews: Mapping[UUID, CasePreviewed] = {}
    custodian: str | None = None


# --- decide ---------------------------------------------------------------------------------


def leans_on(command: PartiesCommand, _: Parties) -> Leans:
    """Return the other stream that a preview is made from: the case's own."""
    if isinstance(command, AdmitParty):
        return {CASE: (case.DECIDER, command.case_id)}
    return {}


def decide(command: PartiesCommand, state: Parties, known: Mapping[str, Known]) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    return reaction_only(command) or _change(command, state, known)


def _change(command: PartiesCommand, state: Parties, known: Mapping[str, Known]) -> Decision:
    held = state.by_referral.get(command.referral_id)
    match command:
        case AdmitParty():
            return () if held else _admitted(command, known[CASE])
        case ConfirmParty(referral_id=referral_id, institution=institution):
            if held and held.addressee_sees is Sight.CASE:
                return ()
            return (PartyConfirmed(referral_id, institution, command.sender, command.kind),)
        case DismissParty():
            return (PartyDismissed(command.referral_id),) if _is_over(command, held) else ()
        case _:
            assert_never(command)


def _admitted(command: AdmitParty, known: Known) -> Decision:
    described = case.described(known.state)
    if described is None:
        return case.CaseNotRegistered()
    return (
        PartyAdmitted(command.referral_id, command.institution),
        CasePreviewed(
            referral_id=command.referral_id,
            addressee=command.institution,
            programme=described.programme,
            subdivision=described.subdivision,
            age_band=described.details.age_band,
            sex=described.details.sex,
            case_version=known.version,
        ),
    )


def _is_over(command: DismissParty, held: Sides | None) -> bool:
    """Whether there is sight to lose. An error takes none away that an acceptance has given."""
    if held is None:
        return False
    return held.addressee_sees is Sight.PREVIEW or (
        held.addressee_sees is Sight.CASE and not command.by_error
    )


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Parties, fact: PartiesFact) -> Parties:
    match fact:
        case PartyAdmitted(referral_id=referral_id, institution=institution):
            return _with(state, referral_id, Sides("", institution, "", Sight.PREVIEW))
        case CasePreviewed():
            return replace(state, previews={**state.previews, fact.referral_id: fact})
        case PartyConfirmed(referral_id=referral_id, institution=institution):
            sides = Sides(fact.sender, institution, fact.kind, Sight.CASE)
            moved = institution if fact.kind == TRANSFER else state.custodian
            return replace(_with(state, referral_id, sides), custodian=moved)
        case PartyDismissed(referral_id=referral_id):
            before = state.by_referral[referral_id]
            sees = Sight.PAST if before.accepted else Sight.NOTHING
            return _with(state, referral_id, replace(before, addressee_sees=sees))
        case _:
            assert_never(fact)


def _with(state: Parties, referral_id: UUID, sides: Sides) -> Parties:
    return replace(state, by_referral={**state.by_referral, referral_id: sides})


DECIDER: Decider[Parties] = Decider(
    nothing=Parties(), decide=decide, evolve=evolve, leans_on=leans_on
)
