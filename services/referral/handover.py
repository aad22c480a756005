"""One referral from its request to its end: what can happen to it, and where it stands then.

Requested → acknowledged ⇄ information awaited → accepted | declined; the sender may withdraw it
while it is open; a case entered in error takes its referrals with it. Each station is a type.
"""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

TRANSFER = "transfer"
"""The kind of referral (``referral_kinds``) whose acceptance moves custody."""

# --- facts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReferralRequested:
    """The custodian asked another institution to take the case on, or to share it."""

    referral: UUID
    sender: str
    addressee: str
    kind: str
    services: tuple[str, ...]
    priority: str


@dataclass(frozen=True, slots=True)
class ReferralAcknowledged:
    """The addressee has it."""

    referral: UUID


@dataclass(frozen=True, slots=True)
class InformationRequested:
    """The addressee asked about these topics."""

    referral: UUID
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InformationAnswered:
    """The sender answered about these topics."""

    referral: UUID
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferralAccepted:
    """The addressee took it on. ``custodian`` answers for the case from this fact on.

    programme, state: the case's, as custody was taken with, for the follow-up that opens now.
    """

    referral: UUID
    kind: str
    sender: str
    addressee: str
    custodian: str
    previous_custodian: str
    programme: str
    state: str


@dataclass(frozen=True, slots=True)
class ReferralDeclined:
    """The addressee did not take it on. ``reason_class``: on whose side the cause lay then."""

    referral: UUID
    reason: str
    reason_class: str


@dataclass(frozen=True, slots=True)
class ReferralWithdrawn:
    """The sender took it back."""

    referral: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ReferralEnteredInError:
    """The case should never have been registered, and this referral falls with it."""

    referral: UUID


HandoverFact = (
    ReferralAcknowledged
    | InformationRequested
    | InformationAnswered
    | ReferralAccepted
    | ReferralDeclined
    | ReferralWithdrawn
    | ReferralEnteredInError
)

# --- states ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Requested:
    """Asked for; the addressee has not answered at all."""

    request: ReferralRequested


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The addressee has it and has yet to decide."""

    request: ReferralRequested


@dataclass(frozen=True, slots=True)
class InformationAwaited:
    """The addressee waits for the sender to answer about ``topics``."""

    request: ReferralRequested
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Taken on; what follows is the follow-up's."""

    request: ReferralRequested


@dataclass(frozen=True, slots=True)
class Declined:
    """Not taken on."""

    request: ReferralRequested
    reason: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Taken back."""

    request: ReferralRequested
    reason: str


@dataclass(frozen=True, slots=True)
class InError:
    """Fallen with its case."""

    request: ReferralRequested


Open = Requested | Acknowledged | InformationAwaited
Referral = Open | Accepted | Declined | Withdrawn | InError


# --- evolve ---------------------------------------------------------------------------------


def evolve(referral: Referral, fact: HandoverFact) -> Referral:
    """Where the referral stands once this has happened. It judges nothing."""
    request = referral.request
    match fact:
        case ReferralAcknowledged() | InformationAnswered():
            return Acknowledged(request)
        case InformationRequested(topics=topics):
            return InformationAwaited(request, topics)
        case ReferralAccepted():
            return Accepted(request)
        case ReferralDeclined(reason=reason):
            return Declined(request, reason)
        case ReferralWithdrawn(reason=reason):
            return Withdrawn(request, reason)
        case ReferralEnteredInError():
            return InError(request)
        case _:
            assert_never(fact)
