"""A follow-up: what the institution that accepted a referral did, and what came of it.

Each status is a type with its code of ``follow_up_statuses``; that list has what follows from the
status. ``life`` has who may do what in which status.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar
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
    | FollowUpClosed
    | FollowUpReopened
    | FollowUpPutOnHold
    | FollowUpResumed
    | FollowUpRevoked
    | FollowUpEnteredInError
)

FACTS = stored_names(FollowUpFact)

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
    """Being followed up.

    version: of the stream, which is how many facts it has. items: what counts of the work, each by
    the version of the fact that says it: so a fact that mends a mistake names what it replaces.
    """

    opening: FollowUpOpened
    version: int = 1
    items: Mapping[int, Item] = {}
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


class OnHold(Open):
    """Paused: nothing is recorded until it is resumed."""

    status: ClassVar[str] = "on-hold"


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


def with_item(one: Open, fact: ContactRecorded | ServiceDelivered | OutcomeRecorded) -> Open:
    return replace(one, items={**one.items, one.version + 1: fact})


def mended(one: Open | Closed, fact: Mended) -> Open | OnHold | Closed:
    """Count what replaces an item in its place, if anything does."""
    items = {version: item for version, item in one.work.items.items() if version != fact.replaces}
    if isinstance(fact, ContactCorrected | ServiceCorrected | OutcomeCorrected):
        items[one.version + 1] = fact
    if isinstance(one, Closed):
        return replace(one, work=replace(one.work, items=items))
    return replace(one, items=items)


def reopened(one: Closed, _: FollowUpReopened) -> Open:
    """Go on with the work as it was at the closing, or as it was mended since."""
    return one.work
