"""One referral from its request to its end: what can happen to it, and where it stands then.

Requested → acknowledged ⇄ information awaited → accepted | declined; the sender may withdraw it
while it is open; a case entered in error takes its referrals with it. Each station is a type.
"""

from typing import assert_never
from uuid import UUID

from shared.kernel.value import Value

TRANSFER = "transfer"
"""The kind of referral (``referral_kinds``) whose acceptance moves custody."""

# --- facts ----------------------------------------------------------------------------------


class ReferralRequested(Value):
    """The custodian asked another institution to take the case on, or to share it.

    addressee_version: of the addressee's entry in the directory, as it stood then.
    """

    referral_id: UUID
    sender: str
    addressee: str
    kind: str
    services: tuple[str, ...]
    priority: str
    addressee_version: int


class ReferralAcknowledged(Value):
    """The addressee has it."""

    referral_id: UUID


class InformationRequested(Value):
    """The addressee asked about these topics."""

    referral_id: UUID
    topics: tuple[str, ...]


class InformationAnswered(Value):
    """The sender answered about these topics."""

    referral_id: UUID
    topics: tuple[str, ...]


class ReferralAccepted(Value):
    """The addressee took it on. ``custodian`` answers for the case from this fact on.

    programme, subdivision: the case's, as custody was taken with, for the follow-up that opens now.
    """

    referral_id: UUID
    kind: str
    sender: str
    addressee: str
    custodian: str
    previous_custodian: str
    programme: str
    subdivision: str


class ReferralDeclined(Value):
    """The addressee did not take it on. ``reason_class``: on whose side the cause lay then."""

    referral_id: UUID
    reason: str
    reason_class: str


class ReferralWithdrawn(Value):
    """The sender took it back."""

    referral_id: UUID
    reason: str


class ReferralEnteredInError(Value):
    """The case should never have been registered, and this referral falls with it."""

    referral_id: UUID


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


class Requested(Value):
    """Asked for; the addressee has not answered at all."""

    request: ReferralRequested


class Acknowledged(Value):
    """The addressee has it and has yet to decide."""

    request: ReferralRequested


class InformationAwaited(Value):
    """The addressee waits for the sender to answer about ``topics``."""

    request: ReferralRequested
    topics: tuple[str, ...]


class Accepted(Value):
    """Taken on; what follows is the follow-up's."""

    request: ReferralRequested


class Declined(Value):
    """Not taken on."""

    request: ReferralRequested
    reason: str


class Withdrawn(Value):
    """Taken back."""

    request: ReferralRequested
    reason: str


class InError(Value):
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
