"""A follow-up: what the institution that accepted a referral did, and what came of it.

Each status is a type with its code of ``follow_up_statuses``; that list has what follows from the
status. ``life`` has who may do what in which status.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from shared.kernel.fields import AttributeOf, stored_names
from shared.kernel.value import Value, replace

# --- facts ----------------------------------------------------------------------------------


class AboutReferral(Value):
    """A fact about the follow-up of one referral."""

    referral_id: UUID


class FollowUpOpened(AboutReferral):
    """``institution`` follows up the referral from now on."""

    case_id: UUID
    institution: str
    sender: str
    kind: str
    programme: str
    subdivision: str


class ContactRecorded(AboutReferral):
    """There was contact."""

    channel: str


class ServiceDelivered(AboutReferral):
    """A service was delivered."""

    service: str


class OutcomeRecorded(AboutReferral):
    """Something came of it. ``outcome_class``: favourable, unfavourable or neutral, at the time."""

    outcome: str
    outcome_class: str
    amount: Decimal | None
    currency: str | None
    on: date | None


class FollowUpClosed(AboutReferral):
    """Nothing more will be done. ``outcome_class``: as in ``OutcomeRecorded``."""

    outcome: str
    outcome_class: Annotated[str, AttributeOf("outcome", "class")]


class FollowUpReopened(AboutReferral):
    """There was more to do after all."""

    reason: str


class FollowUpPutOnHold(AboutReferral):
    """The work pauses, and the referral is on hold."""

    reason: str


class FollowUpResumed(AboutReferral):
    """The work goes on."""


class FollowUpRevoked(AboutReferral):
    """The custodian revoked the share, and the follow-up ended with it."""


class FollowUpEnteredInError(AboutReferral):
    """The follow-up fell with its case."""


FollowUpFact = (
    FollowUpOpened
    | ContactRecorded
    | ServiceDelivered
    | OutcomeRecorded
    | FollowUpClosed
    | FollowUpReopened
    | FollowUpPutOnHold
    | FollowUpResumed
    | FollowUpRevoked
    | FollowUpEnteredInError
)

FACTS = stored_names(FollowUpFact)

# --- statuses -------------------------------------------------------------------------------


class NotOpened(Value):
    """The referral was not accepted, or its acceptance has not arrived here yet."""


class Open(Value):
    """Being followed up. No rule depends on the counts and ``outcomes``: they are for people."""

    opening: FollowUpOpened
    contacts: int = 0
    services: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRecorded, ...] = ()
    status: ClassVar[str] = "open"

    @property
    def referral_id(self) -> UUID:
        return self.opening.referral_id

    @property
    def work(self) -> "Open":
        return self

    @property
    def outcome(self) -> None:
        """None, since it is not closed."""


class OnHold(Open):
    """Paused: nothing is recorded until it is resumed."""

    status: ClassVar[str] = "on-hold"


class Ended(Value):
    """No longer followed up; ``work`` is what had been done by then."""

    work: Open

    @property
    def opening(self) -> FollowUpOpened:
        return self.work.opening

    @property
    def referral_id(self) -> UUID:
        return self.work.referral_id


class Closed(Ended):
    """Done, with an outcome; its ``work`` goes on if it is reopened."""

    outcome: str
    status: ClassVar[str] = "closed"


class Revoked(Ended):
    """Ended by the custodian. ``outcome``: what it had been closed with; None if it was open."""

    outcome: str | None
    status: ClassVar[str] = "revoked"


class InError(Ended):
    """Fallen with its case. ``outcome``: what it had been closed with; None if it was open."""

    outcome: str | None
    status: ClassVar[str] = "entered-in-error"


FollowUp = NotOpened | Open | OnHold | Closed | Revoked | InError

# --- evolve, for facts whose fields are not simply kept -------------------------------------


def with_contact(one: Open, _: ContactRecorded) -> Open:
    return replace(one, contacts=one.contacts + 1)


def with_service(one: Open, fact: ServiceDelivered) -> Open:
    return replace(one, services=(*one.services, fact.service))


def with_outcome(one: Open, fact: OutcomeRecorded) -> Open:
    return replace(one, outcomes=(*one.outcomes, fact))


def reopened(one: Closed, _: FollowUpReopened) -> Open:
    """Go on with the work as it was at the closing."""
    return one.work
