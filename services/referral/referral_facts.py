"""What can happen to a referral: its facts. ``referral`` has the status after each."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from shared.kernel.consents import REFERRING, ConsentGiven
from shared.kernel.fields import AttributeOf, Coded
from shared.kernel.running_clock import RunningClock
from shared.kernel.value import Value


class AboutReferral(Value):
    """A fact about one referral."""

    referral_id: UUID


class ReferralDrafted(AboutReferral, omit_defaults=True):
    """The custodian worded a referral, and has not sent it. The fields are those of the request.

    alternatives, consent_until: what the consent extends to, and until when it holds. consent_id,
    override_id: what it is to lean on; neither: the sender's word. categories, purpose: of
    what it is to disclose.
    """

    sender: str
    addressee: str
    kind: str
    services: tuple[str, ...]
    priority: str
    replaces: UUID | None = None
    alternatives: tuple[str, ...] = ()
    consent_until: date | None = None
    origin: str = "custodian"
    by_link: bool = False
    clock: RunningClock | None = None
    consent_id: UUID | None = None
    override_id: UUID | None = None
    categories: tuple[str, ...] = ()
    purpose: str = REFERRING


class DraftDiscarded(AboutReferral):
    """The draft is not sent: whoever wrote it said so, or it fell with custody or its case."""

    reason: str


class ReferralRequested(AboutReferral, omit_defaults=True):
    """The custodian asked another institution to take the case on, or to share it.

    addressee_version: the version of the addressee's entry in the directory at that time. replaces:
    the one that ended without an acceptance, and is made again. agreement_id, agreement_version:
    the agreement that it leans on. override_id: the override, in place of one. consent: what the
    person let be asked; None: of before, and of imports: this addressee, for these services.
    origin: of the list ``referral_origins``. by_link: the addressee has no account, and answers by
    a link. clock: by when an answer is due; None: of before, and of imports, until
    ``ClockStarted``.
    """

    sender: str
    addressee: str
    kind: str
    services: tuple[str, ...]
    priority: str
    addressee_version: int
    replaces: UUID | None = None
    agreement_id: UUID | None = None
    agreement_version: int | None = None
    override_id: UUID | None = None
    consent: ConsentGiven | None = None
    origin: str = "custodian"
    by_link: bool = False
    clock: RunningClock | None = None


class ReferralDelivered(AboutReferral):
    """Its preview is there for the addressee to read."""


class ReferralAcknowledged(AboutReferral):
    """The addressee has it."""


class InformationRequested(AboutReferral, omit_defaults=True):
    """The addressee asked about these topics. clock: the sender's, to answer; the other waits."""

    topics: tuple[str, ...]
    clock: RunningClock | None = None


class InformationAnswered(AboutReferral, omit_defaults=True):
    """The sender answered about these topics. clock: the addressee's, which goes on."""

    topics: tuple[str, ...]
    clock: RunningClock | None = None


class InformationPartlyAnswered(AboutReferral, omit_defaults=True):
    """The sender answered about these topics; those ``awaited`` are still to be answered.

    clock: the sender's, as it runs.
    """

    topics: tuple[str, ...]
    awaited: tuple[str, ...]
    clock: RunningClock | None = None


class ReferralWaitlisted(AboutReferral, omit_defaults=True):
    """The addressee would take it on, once there is room; expected_on: by then, as it thinks."""

    reason: Annotated[str, Coded("waitlist_reasons")]
    expected_on: date | None = None
    clock: RunningClock | None = None


class ReferralAccepted(AboutReferral, omit_defaults=True):
    """The addressee took it on. ``custodian`` answers for the case from this fact on.

    programme, subdivision: the case's, as referral knows them, for the follow-up that opens now;
    services: those that were asked for. received_at: when the acceptance came in. Facts of before
    have neither of these two.
    """

    kind: str
    sender: str
    addressee: str
    custodian: str
    previous_custodian: str
    programme: str
    subdivision: str
    received_at: datetime | None = None
    services: tuple[str, ...] = ()


class ReferralDeclined(AboutReferral):
    """The addressee did not take it on. ``reason_class``: on whose side the cause was."""

    reason: str
    reason_class: Annotated[str, AttributeOf("reason", "class")]


class DeclineProposed(AboutReferral, omit_defaults=True):
    """The addressee does not want to take it on; ``coordinator`` is to confirm that.

    The reason is that of ``ReferralDeclined``. rules_version: of the programme's rules, then.
    """

    reason: str
    reason_class: Annotated[str, AttributeOf("reason", "class")]
    coordinator: str
    rules_version: int
    clock: RunningClock | None = None


class DeclineSentBack(AboutReferral, omit_defaults=True):
    """The coordinator did not confirm that it is declined: the addressee is to decide again."""

    reason: Annotated[str, Coded("send_back_reasons")]
    clock: RunningClock | None = None


class ReferralRerouted(AboutReferral):
    """The addressee does not take it on, and suggests another institution.

    suggested_version: the version of that one's entry in the directory at that time.
    """

    suggested: str
    reason: Annotated[str, Coded("reroute_reasons")]
    suggested_version: int


class DeclineCorrected(AboutReferral):
    """It was declined, and this is why. The fields are those of ``ReferralDeclined``."""

    reason: str
    reason_class: Annotated[str, AttributeOf("reason", "class")]


class DeclineEnteredInError(AboutReferral, omit_defaults=True):
    """Its addressee did not decline it: it is undecided again. ``reason``: why that was said.

    clock: a new one, to decide by.
    """

    reason: str
    clock: RunningClock | None = None


class AnswerEnteredInError(AboutReferral, omit_defaults=True):
    """These topics were not answered after all; ``awaited`` are all that are awaited now.

    clock: the sender's, to answer by.
    """

    topics: tuple[str, ...]
    reason: str
    awaited: tuple[str, ...]
    clock: RunningClock | None = None


class ReferralWithdrawn(AboutReferral):
    """The sender took it back."""

    reason: str


class ReferralCancelledByPerson(AboutReferral):
    """The person does not want it any more."""

    reason: Annotated[str, Coded("cancellation_reasons")]


class ReferralSuperseded(AboutReferral):
    """Custody moved while this one waited for an answer.

    by: the transfer whose acceptance moved it; None: a steward assigned it.
    """

    by: UUID | None


class ReferralRevoked(AboutReferral):
    """The custodian ended a share that had been accepted; or the person took back the consent."""

    reason: str


class ReferralScheduled(AboutReferral):
    """The person has an appointment with the addressee."""

    scheduled_for: datetime


class ReferralStarted(AboutReferral):
    """The addressee gives the service."""


class ReferralPutOnHold(AboutReferral):
    """Its follow-up was put on hold, and the referral with it."""

    reason: str


class ReferralResumed(AboutReferral):
    """Its follow-up goes on."""


class ReferralServiceDelivered(AboutReferral):
    """The service was given. The fields are those of followup's ``ServiceCompleted``."""

    delivered: tuple[str, ...]
    undelivered: tuple[str, ...]


class ReferralOutcomeConfirmed(AboutReferral):
    """The provider and the person have said that the service was given."""


class ReferralFailed(AboutReferral):
    """The service was not given, and will not be."""

    reason: str


class ReferralClosed(AboutReferral):
    """Its follow-up was closed, and the referral ended with it."""


class ReferralReopened(AboutReferral):
    """Its follow-up was reopened: the addressee goes on with it."""


class CounterpartRated(AboutReferral):
    """One of its two institutions said how the other one, ``counterpart``, dealt with it."""

    institution: str
    counterpart: str
    timeliness: Annotated[str, Coded("ratings")]
    effort: Annotated[str, Coded("ratings")]


class LoopClosed(AboutReferral):
    """Its sender is done with it, and says whether the person was told what came of it."""

    reason: Annotated[str, Coded("loop_reasons")]
    person_told: Annotated[str, Coded("told")]


class ReferralEnteredInError(AboutReferral):
    """The case should never have been registered, and this referral falls with it."""


class ReferralReminded(AboutReferral):
    """Whoever is to act was reminded.

    whom: its code; None if nobody is named. clock: the one that runs, of the list ``clocks``.
    due_at: by when it is to act. next_at: when the next step is due.
    """

    whom: str | None
    clock: str
    due_at: datetime
    next_at: datetime


class ReferralEscalated(AboutReferral):
    """Nobody has acted in time, and somebody else was told.

    level: of the list ``escalation_levels``. whom: who was told; None: nobody has that part.
    """

    level: str
    whom: str | None
    clock: str
    due_at: datetime
    next_at: datetime


class ReferralExpiredUnacknowledged(AboutReferral):
    """Its addressee never said that it has it, and nobody waits any longer."""

    clock: str
    due_at: datetime


class ReferralExpiredUndecided(AboutReferral):
    """It was never decided, and nobody waits any longer. clock: whose turn it last was."""

    clock: str
    due_at: datetime


class ClockStarted(AboutReferral):
    """A referral that came without a clock has one from here on."""

    clock: RunningClock


class ClockMoved(AboutReferral):
    """The running clock runs otherwise. because: the days that are, or are not, holidays now."""

    clock: RunningClock
    because: tuple[date, ...]


ReferralFact = (
    ReferralDrafted
    | DraftDiscarded
    | ReferralRequested
    | ReferralDelivered
    | ReferralAcknowledged
    | InformationRequested
    | InformationAnswered
    | InformationPartlyAnswered
    | ReferralWaitlisted
    | ReferralAccepted
    | DeclineProposed
    | DeclineSentBack
    | ReferralDeclined
    | ReferralRerouted
    | DeclineCorrected
    | DeclineEnteredInError
    | AnswerEnteredInError
    | ReferralWithdrawn
    | ReferralCancelledByPerson
    | ReferralSuperseded
    | ReferralRevoked
    | ReferralScheduled
    | ReferralStarted
    | ReferralPutOnHold
    | ReferralResumed
    | ReferralServiceDelivered
    | ReferralOutcomeConfirmed
    | ReferralFailed
    | ReferralClosed
    | ReferralReopened
    | CounterpartRated
    | LoopClosed
    | ReferralEnteredInError
    | ReferralReminded
    | ReferralEscalated
    | ReferralExpiredUnacknowledged
    | ReferralExpiredUndecided
    | ClockStarted
    | ClockMoved
)
