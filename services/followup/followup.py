"""A follow-up: what the institution that accepted a referral did, and what came of it.

Each status is a type with its code of ``follow_up_statuses``; that list has what follows from the
status. ``life`` has who may do what in which status.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

from services.followup.service_facts import (
    AboutReferral,
    DeliveryConfirmed,
    EnrolmentStated,
    FollowUpCancelled,
    FollowUpFailed,
    OutcomeConfirmed,
    ServiceCompleted,
    ServiceScheduled,
    ServiceStarted,
)
from shared.kernel.fields import AttributeOf, stored_names
from shared.kernel.value import Value, fields_of, replace

# --- facts ----------------------------------------------------------------------------------


class FollowUpOpened(AboutReferral, omit_defaults=True):
    """``institution`` follows up the referral from now on.

    services: what was asked for; facts of before do not have it.
    """

    case_id: UUID
    institution: str
    sender: str
    kind: str
    programme: str
    subdivision: str
    services: tuple[str, ...] = ()


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


class Mended(AboutReferral):
    """A mistake is mended: ``replaces`` is the version of the fact that no longer counts."""

    replaces: int


class ContactCorrected(Mended):
    """There was that contact, and this is how."""

    channel: str


class ContactEnteredInError(Mended):
    """There was no such contact in this follow-up."""

    reason: str


class ServiceCorrected(Mended):
    """A service was delivered, and it was this one."""

    service: str


class ServiceEnteredInError(Mended):
    """No such service was delivered in this follow-up."""

    reason: str


class OutcomeCorrected(Mended):
    """Something came of it, and it was this. The fields are those of ``OutcomeRecorded``."""

    outcome: str
    outcome_class: str
    amount: Decimal | None
    currency: str | None
    on: date | None


class OutcomeEnteredInError(Mended):
    """Nothing like that came of this follow-up."""

    reason: str


class FollowUpClosed(AboutReferral, omit_defaults=True):
    """Nothing more will be done. ``outcome_class``: as in ``OutcomeRecorded``.

    undated: it is not known when, only that it was by the time at which it happened.
    """

    outcome: str
    outcome_class: Annotated[str, AttributeOf("outcome", "class")]
    undated: bool = False


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
    | ContactCorrected
    | ContactEnteredInError
    | ServiceCorrected
    | ServiceEnteredInError
    | OutcomeCorrected
    | OutcomeEnteredInError
    | ServiceScheduled
    | ServiceStarted
    | ServiceCompleted
    | DeliveryConfirmed
    | OutcomeConfirmed
    | EnrolmentStated
    | FollowUpClosed
    | FollowUpFailed
    | FollowUpCancelled
    | FollowUpReopened
    | FollowUpPutOnHold
    | FollowUpResumed
    | FollowUpRevoked
    | FollowUpEnteredInError
)

FACTS = stored_names(FollowUpFact)

PROVIDER, PERSON = "provider", "person"
"""Whose word it is that a service was given, of the list ``confirmers``."""

CONTACT = (ContactRecorded, ContactCorrected)
SERVICE = (ServiceDelivered, ServiceCorrected)
OUTCOME = (OutcomeRecorded, OutcomeCorrected)
"""The facts that say what was done, or came of it."""
Item = (
    ContactRecorded
    | ContactCorrected
    | ServiceDelivered
    | ServiceCorrected
    | OutcomeRecorded
    | OutcomeCorrected
)

# --- statuses -------------------------------------------------------------------------------


class NotOpened(Value):
    """The referral was not accepted, or its acceptance has not arrived here yet."""

    version: ClassVar[int] = 0


class Open(Value):
    """Being followed up; the other statuses in which it is are subclasses.

    version: of the stream, which is how many facts it has. items: what counts of the work, each by
    the version of the fact that says it: so a fact that mends a mistake names what it replaces.
    enrolment: as it was stated last; None: it was not.
    """

    opening: FollowUpOpened
    version: int = 1
    items: Mapping[int, Item] = {}
    enrolment: str | None = None
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

    def counted(self, *kinds: type[Item]) -> Mapping[int, Any]:
        """Return what counts of these kinds of facts, by number, in the order of recording."""
        return {n: item for n, item in self.items.items() if isinstance(item, kinds)}


class Scheduled(Open, kw_only=True):
    """The person has an appointment."""

    scheduled_for: datetime
    status: ClassVar[str] = "scheduled"


class InProgress(Open):
    """The service is being given."""

    status: ClassVar[str] = "in-progress"


class OnHold(Open, kw_only=True):
    """Paused: nothing is recorded until it is resumed. ``paused``: how it stood until then."""

    paused: Open | Scheduled | InProgress
    status: ClassVar[str] = "on-hold"


class Delivered(Open, kw_only=True):
    """The service was given, and provider and person are to confirm it.

    confirmations: who has said so, and who took that word.
    """

    delivered: tuple[str, ...]
    undelivered: tuple[str, ...]
    confirmations: tuple[tuple[str, str], ...]
    status: ClassVar[str] = "service-delivered"

    def counts(self, confirmer: str, taken_by: str) -> bool:
        """Whether a word counts: the person's only if somebody else took it than the follower."""
        return confirmer == PROVIDER or taken_by != self.opening.institution

    @property
    def confirmed_by(self) -> frozenset[str]:
        """Whose word is there, and counts."""
        return frozenset(said for said, by in self.confirmations if self.counts(said, by))


class Confirmed(Delivered, kw_only=True):
    """Provider and person have confirmed it."""

    status: ClassVar[str] = "outcome-confirmed"


Unserved = Open | Scheduled | InProgress
"""The statuses in which the service is still to be given."""
Working = Unserved | Delivered | Confirmed
"""The statuses in which the work goes on."""


class Ended(Value):
    """No longer followed up; ``work`` is what had been done. version: as in ``Open``."""

    work: Open
    version: int

    @property
    def opening(self) -> FollowUpOpened:
        return self.work.opening

    @property
    def referral_id(self) -> UUID:
        return self.work.referral_id


class Closed(Ended):
    """Done, with an outcome; the work goes on if it is reopened."""

    outcome: str
    status: ClassVar[str] = "closed"


class WithoutOutcome(Ended):
    """Over, without the service having been given. ``reason``: why."""

    reason: str

    @property
    def outcome(self) -> None:
        """None, since it was not closed."""


class Failed(WithoutOutcome):
    """The service was not given; the work goes on if it is reopened."""

    status: ClassVar[str] = "failed"


class Cancelled(WithoutOutcome):
    """The person did not want it any more."""

    status: ClassVar[str] = "cancelled-by-person"


class Revoked(Ended):
    """Ended by the custodian. ``outcome``: what it had been closed with; None if it was not."""

    outcome: str | None
    status: ClassVar[str] = "revoked"


class InError(Ended):
    """Fallen with its case. ``outcome``: what it had been closed with; None if it was not."""

    outcome: str | None
    status: ClassVar[str] = "entered-in-error"


Going = Working | OnHold
"""The statuses in which something is still to be done."""
FollowUp = NotOpened | Going | Closed | Failed | Cancelled | Revoked | InError

# --- evolve, for facts whose fields are not simply kept -------------------------------------


def with_item(one: Open, fact: ContactRecorded | ServiceDelivered | OutcomeRecorded) -> Working:
    return replace(one, items={**one.items, one.version + 1: fact})


def mended(
    one: Going | Closed | Failed | Cancelled, fact: Mended
) -> Going | Closed | Failed | Cancelled:
    """Count what replaces an item in its place, if anything does."""
    items = {version: item for version, item in one.work.items.items() if version != fact.replaces}
    if isinstance(fact, ContactCorrected | ServiceCorrected | OutcomeCorrected):
        items[one.version + 1] = fact
    if isinstance(one, Closed | Failed | Cancelled):
        return replace(one, work=replace(one.work, items=items))
    return replace(one, items=items)


def enrolled(one: Open, fact: EnrolmentStated) -> Working:
    return replace(one, enrolment=fact.enrolment)


def confirmed(one: Delivered, fact: DeliveryConfirmed | OutcomeConfirmed) -> Delivered | Confirmed:
    """Remember one more word that it was given, or that provider and person have said so."""
    if isinstance(fact, DeliveryConfirmed):
        said = (fact.confirmer, fact.taken_by)
        return replace(one, confirmations=(*one.confirmations, said))
    return Confirmed(**fields_of(one))


def reopened(one: Closed | Failed, _: FollowUpReopened) -> Open:
    """Go on with the work as it was at the end, or as it was mended since."""
    work = one.work
    return Open(work.opening, work.version, work.items, work.enrolment)
