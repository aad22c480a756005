"""A follow-up: what the institution that accepted a referral did, and what came of it.

Each status is a type with its code of ``follow_up_statuses``, which says what follows from it. Who
may do what in which status stands in ``life``.
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
    """``institution`` follows the referral up from now on."""

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
    """Something came of it. ``outcome_class``: favourable, unfavourable or neutral, as of then."""

    outcome: str
    outcome_class: str
    amount: Decimal | None
    currency: str | None
    on: date | None


class FollowUpClosed(AboutReferral):
    """Nothing more will be done. ``outcome_class`` as of then."""

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
    | FollowUpEnteredInError
)

FACTS = stored_names(FollowUpFact)

# --- statuses -------------------------------------------------------------------------------


class NotOpened(Value):
    """The referral was not accepted, or that has not arrived here yet."""


class Open(Value):
    """Being followed up. The counts and ``outcomes`` tell how far, for who looks at it."""

    opening: FollowUpOpened
    contacts: int = 0
    services: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRecorded, ...] = ()
    status: ClassVar[str] = "open"

    @property
    def referral_id(self) -> UUID:
        """The referral that is followed up."""
        return self.opening.referral_id

    @property
    def work(self) -> "Open":
        """What has been done, which is all of it."""
        return self

    @property
    def outcome(self) -> None:
        """Nothing: it was not closed."""


class OnHold(Open):
    """Paused: nothing is recorded until it is resumed."""

    status: ClassVar[str] = "on-hold"


class Ended(Value):
    """Not being worked on; ``work`` is what had been done by then."""

    work: Open

    @property
    def opening(self) -> FollowUpOpened:
        """How it began."""
        return self.work.opening

    @property
    def referral_id(self) -> UUID:
        """The referral that was followed up."""
        return self.work.referral_id


class Closed(Ended):
    """Done, with an outcome; its ``work`` goes on if it is reopened."""

    outcome: str
    status: ClassVar[str] = "closed"


class InError(Ended):
    """Fallen with its case. ``outcome``: what it had been closed with; None if it was open."""

    outcome: str | None
    status: ClassVar[str] = "entered-in-error"


FollowUp = NotOpened | Open | OnHold | Closed | InError

# --- evolve, where the names of the fields do not say it ------------------------------------


def with_contact(one: Open, _: ContactRecorded) -> Open:
    """Count one contact more."""
    return replace(one, contacts=one.contacts + 1)


def with_service(one: Open, fact: ServiceDelivered) -> Open:
    """Keep which service was delivered, after those before it."""
    return replace(one, services=(*one.services, fact.service))


def with_outcome(one: Open, fact: OutcomeRecorded) -> Open:
    """Keep the outcome whole, after those before it."""
    return replace(one, outcomes=(*one.outcomes, fact))


def reopened(one: Closed, _: FollowUpReopened) -> Open:
    """Go on with the work as it was when it was closed."""
    return one.work
