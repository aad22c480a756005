"""A consent as it stands: in force, to be asked again, expired, withdrawn or entered in error."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from services.intake.consent.facts import (
    ConsentEnteredInError,
    ConsentExpired,
    ConsentFact,
    ConsentNarrowed,
    ConsentPartlyWithdrawn,
    ConsentRecorded,
    ConsentRenewed,
    ConsentWithdrawn,
    LaterFact,
    NewVersion,
    PersonToBeAskedAgain,
)
from services.intake.consent.manner import ConsentManner
from shared.kernel.consenting.standing import IN_FORCE, Standing
from shared.kernel.consenting.terms import ConsentTerms, Cut
from shared.kernel.times import ASIDE, MAIN, Place
from shared.kernel.value import Value, fields_of, replace


class NotRecorded(Value):
    """There is no such consent."""


class Recorded(Value):
    """A consent in its last version. cuts: what was taken back since it was given or renewed."""

    consent_id: UUID
    case_id: UUID
    person: UUID
    institution: str
    subdivision: str
    purpose: str
    terms: ConsentTerms
    manner: ConsentManner
    version: int
    expires_at: datetime
    ask_again_at: datetime | None
    cuts: tuple[Cut, ...] = ()
    status: ClassVar[str]


class InForce(Recorded):
    """Disclosures may lean on it, from its first day to its last."""

    status: ClassVar[str] = IN_FORCE


class ToBeAskedAgain(Recorded):
    """A guardian gave it, and the person is of age by now."""

    status: ClassVar[str] = "to-be-asked-again"


class Expired(Recorded):
    """Its last day is over; what was disclosed under it was disclosed rightly."""

    status: ClassVar[str] = "expired"


class Withdrawn(Recorded):
    """The person took it back; who consents again does so anew."""

    status: ClassVar[str] = "withdrawn"


class InError(Recorded):
    """It should never have been recorded."""

    status: ClassVar[str] = "entered-in-error"


Living = InForce | ToBeAskedAgain | Expired
"""What can be renewed, narrowed, and taken back: data may be held under each of them."""
Ended = Withdrawn | InError
Consent = NotRecorded | Living | Ended


_BY_WHAT_ENDS_IT: Mapping[type, Callable[..., Living | Ended]] = MappingProxyType(
    {
        ConsentWithdrawn: Withdrawn,
        ConsentExpired: Expired,
        PersonToBeAskedAgain: ToBeAskedAgain,
        ConsentEnteredInError: InError,
    }
)


def evolve(state: Consent, fact: ConsentFact) -> Consent:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, ConsentRecorded):
        given = fields_of(fact)
        del given["case_version"]
        return InForce(**given)
    return state if isinstance(state, NotRecorded) else _after(state, fact)


def _after(state: Living | Ended, fact: LaterFact) -> Consent:
    kept = fields_of(state)
    match fact:
        case ConsentNarrowed():
            return InForce(**{**kept, **_version(fact)})
        case ConsentRenewed():
            return InForce(**{**kept, **_version(fact), "cuts": ()})
        case ConsentPartlyWithdrawn():
            return replace(state, cuts=(*state.cuts, fact.part))
        case _:
            return _BY_WHAT_ENDS_IT[type(fact)](**kept)


def _version(fact: NewVersion) -> dict[str, object]:
    """Return what a new version says anew; who recorded the consent first stays as it was."""
    return {
        "terms": fact.terms,
        "manner": fact.manner,
        "version": fact.version,
        "expires_at": fact.expires_at,
        "ask_again_at": fact.ask_again_at,
    }


def standing(consent: Consent) -> Standing | None:
    """Return what ``covers`` reads of a consent; None: there is none."""
    if isinstance(consent, NotRecorded):
        return None
    guardianship = consent.manner.guardianship
    return Standing(
        status=consent.status,
        purpose=consent.purpose,
        terms=consent.terms,
        of_age_from=guardianship.of_age_from if guardianship else None,
        cuts=consent.cuts,
    )


def place(fact: ConsentFact) -> Place:
    """Return a fact's place: what a clock remarks keeps nobody from recording late."""
    return ASIDE if isinstance(fact, ConsentExpired | PersonToBeAskedAgain) else MAIN
