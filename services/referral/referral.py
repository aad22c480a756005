"""One referral: the status it has after each of its facts.

Each status is a type with its code of ``referral_statuses``; that list has what follows from the
status. ``life`` has who may do what in which status.
"""

from datetime import date, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from services.referral.clocks import NO_TIMING, Timing
from services.referral.referral_facts import (
    AnswerEnteredInError,
    InformationAnswered,
    InformationPartlyAnswered,
    ReferralDrafted,
    ReferralRequested,
)
from shared.kernel import sight
from shared.kernel.coded_fields import canonical
from shared.kernel.statuses import REFERRAL_STATUSES, Status, status_in
from shared.kernel.value import Value, replace

TRANSFER = sight.TRANSFER
"""The kind of referral (``referral_kinds``) whose acceptance moves custody."""

# --- statuses -------------------------------------------------------------------------------


class NotRequested(Value):
    """The case has no such referral."""


class Begun(Value):
    """A referral that was requested; each of its statuses is a subclass.

    answered: the topics about which the sender has answered. coordinator: the institution that was
    last asked to confirm a decline; empty: none was. rated: those of its two institutions that have
    rated the other. loop_closed: whether its sender is done with it. timing: its clocks.
    """

    request: ReferralRequested
    answered: tuple[str, ...] = ()
    coordinator: str = ""
    rated: tuple[str, ...] = ()
    loop_closed: bool = False
    timing: Timing = NO_TIMING
    status: ClassVar[str]


class Draft(Begun, kw_only=True):
    """Worded, and not sent. request: what it would be."""

    drafted: ReferralDrafted
    status: ClassVar[str] = "draft"


class Discarded(Begun, kw_only=True):
    """A draft that is not sent."""

    reason: str
    status: ClassVar[str] = "discarded"


class Requested(Begun):
    """Asked for; the addressee has not answered at all."""

    status: ClassVar[str] = "requested"


class Delivered(Begun):
    """Asked for, and there to be read by the addressee, which has not answered at all."""

    status: ClassVar[str] = "delivered"


class Acknowledged(Begun):
    """The addressee has it and has yet to decide."""

    status: ClassVar[str] = "acknowledged"


class InformationAwaited(Begun, kw_only=True):
    """The addressee waits for the sender to answer about ``topics``, which are those left."""

    topics: tuple[str, ...]
    status: ClassVar[str] = "information-awaited"


class Waitlisted(Begun, kw_only=True):
    """To be decided once the addressee has room. expected_on: as in the fact."""

    expected_on: date | None
    status: ClassVar[str] = "waitlisted"


class DeclineAwaited(Begun, kw_only=True):
    """Not to be taken on, if the coordinator confirms it. reason, reason_class: as in the fact."""

    reason: str
    reason_class: str
    status: ClassVar[str] = "decline-proposed"


class Accepted(Begun):
    """Taken on; what follows is the follow-up's to say."""

    status: ClassVar[str] = "accepted"


class Scheduled(Begun, kw_only=True):
    """The person has an appointment."""

    scheduled_for: datetime
    status: ClassVar[str] = "scheduled"


class InProgress(Begun):
    """The service is being given."""

    status: ClassVar[str] = "in-progress"


class OnHold(Begun):
    """Paused with its follow-up."""

    status: ClassVar[str] = "on-hold"


class ServiceDelivered(Begun, kw_only=True):
    """The service was given. undelivered: as in the fact."""

    undelivered: tuple[str, ...]
    status: ClassVar[str] = "service-delivered"


class OutcomeConfirmed(Begun, kw_only=True):
    """Provider and person have confirmed that the service was given."""

    undelivered: tuple[str, ...]
    status: ClassVar[str] = "outcome-confirmed"


class Declined(Begun, kw_only=True):
    """Not taken on."""

    reason: str
    status: ClassVar[str] = "declined"


class Rerouted(Begun, kw_only=True):
    """Not taken on; the addressee suggested another institution instead."""

    suggested: str
    status: ClassVar[str] = "rerouted"


class ExpiredUnacknowledged(Begun):
    """Its addressee never said that it has it."""

    status: ClassVar[str] = "expired-unacknowledged"


class ExpiredUndecided(Begun):
    """It was never decided."""

    status: ClassVar[str] = "expired-undecided"


class Withdrawn(Begun, kw_only=True):
    """Taken back."""

    reason: str
    status: ClassVar[str] = "withdrawn"


class Superseded(Begun, kw_only=True):
    """Without effect, because custody moved before it was answered. by: as in the fact."""

    by: UUID | None
    status: ClassVar[str] = "superseded"


class Revoked(Begun, kw_only=True):
    """A share that the custodian ended after its acceptance."""

    reason: str
    status: ClassVar[str] = "revoked"


class Closed(Begun):
    """Ended with its follow-up; it goes on if that is reopened."""

    status: ClassVar[str] = "closed"


class Failed(Begun, kw_only=True):
    """Ended with its follow-up, without the service; it goes on if that is reopened."""

    reason: str
    status: ClassVar[str] = "failed"


Received = Acknowledged | InformationAwaited
Answerable = Requested | Delivered | Received | Waitlisted
"""The statuses in which its addressee may answer it."""
Undecided = Answerable | DeclineAwaited
Unserved = Accepted | Scheduled | InProgress
"""The statuses in which the service is still to be given."""
TakenOn = Unserved | OnHold | ServiceDelivered | OutcomeConfirmed
"""The statuses from its acceptance on, as long as its follow-up goes on."""


class CancelledByPerson(Begun, kw_only=True):
    """Left by the person. ``was``: how it stood until then."""

    was: Undecided | TakenOn
    reason: str
    status: ClassVar[str] = "cancelled-by-person"


class InError(Begun, kw_only=True):
    """Fallen with its case. ``was``: how it stood until then."""

    was: Undecided | TakenOn | Closed | Failed
    status: ClassVar[str] = "entered-in-error"


Unsent = Draft | Discarded
"""What its addressee never hears of."""
Expired = ExpiredUnacknowledged | ExpiredUndecided
"""Nobody waits for the answer any longer."""
Unanswered = Declined | Rerouted | Expired | Withdrawn | CancelledByPerson | Superseded
Over = Closed | Failed | Unanswered | Revoked
"""The statuses in which nothing of the referral is to come any more."""
Referral = Unsent | Undecided | TakenOn | Over | InError


def what_follows(referral: Referral) -> Status:
    """Return a referral's status with what follows from it: whether it is open, and the rest."""
    return status_in(REFERRAL_STATUSES, referral.status)


def is_a_transfer(referral: Referral | NotRequested) -> bool:
    """Whether custody moves with its acceptance."""
    return not isinstance(referral, NotRequested) and referral.request.kind == TRANSFER


def known_to(referral: Referral) -> frozenset[str]:
    """Return the institutions that always see a referral, and who was to confirm its decline.

    Of a draft that is its sender alreferral.
    """
    request = referral.request
    if isinstance(referral, Unsent):
        return frozenset({request.sender})
    return frozenset({request.sender, request.addressee, referral.coordinator} - {""})


def sides_of(referral: Referral) -> sight.Sides:
    """Return a referral as far as it decides who sees the case."""
    sees = sight.after(sight.Sight.NOTHING, what_follows(referral))
    if isinstance(referral, InError | CancelledByPerson):
        sees = sight.after(sides_of(referral.was).addressee_sees, what_follows(referral))
    request = referral.request
    return sight.Sides(request.sender, request.addressee, request.kind, sees)


B = TypeVar("B", bound=Begun)


def becoming(status: type[B], referral: Begun, **otherwise: Any) -> B:
    """Return the referral in another status, with all that is known in each, but for this."""
    kept = {name: getattr(referral, name) for name in Begun.__struct_fields__}
    return status(**{**kept, **otherwise})


def informed(
    referral: InformationAwaited, fact: InformationAnswered | InformationPartlyAnswered
) -> Acknowledged | InformationAwaited:
    """Wait for what was not answered, if anything was not."""
    answered = canonical({*referral.answered, *fact.topics})
    if isinstance(fact, InformationPartlyAnswered):
        return replace(referral, answered=answered, topics=fact.awaited)
    return becoming(Acknowledged, referral, answered=answered)


def unanswered(referral: Received | Waitlisted, fact: AnswerEnteredInError) -> InformationAwaited:
    """Wait again for what was not answered after all."""
    answered = canonical({*referral.answered} - {*fact.topics})
    return becoming(InformationAwaited, referral, answered=answered, topics=fact.awaited)
