"""One referral: what can happen to it, and the status it has then.

Each status is a type with its code of ``referral_statuses``; that list has what follows from the
status. ``life`` has who may do what in which status.
"""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from shared.kernel import sight
from shared.kernel.coded_fields import canonical
from shared.kernel.fields import AttributeOf
from shared.kernel.statuses import REFERRAL_STATUSES, Status, status_in
from shared.kernel.value import Value, replace

TRANSFER = sight.TRANSFER
"""The kind of referral (``referral_kinds``) whose acceptance moves custody."""

# --- facts ----------------------------------------------------------------------------------


class AboutReferral(Value):
    """A fact about one referral."""

    referral_id: UUID


class ReferralRequested(AboutReferral, omit_defaults=True):
    """The custodian asked another institution to take the case on, or to share it.

    addressee_version: the version of the addressee's entry in the directory at that time. replaces:
    the superseded referral that the new custodian makes again. agreement_id, agreement_version: the
    agreement that it leans on. override_id: the override, in place of one.
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


class ReferralAcknowledged(AboutReferral):
    """The addressee has it."""


class InformationRequested(AboutReferral):
    """The addressee asked about these topics."""

    topics: tuple[str, ...]


class InformationAnswered(AboutReferral):
    """The sender answered about these topics."""

    topics: tuple[str, ...]


class InformationPartlyAnswered(AboutReferral):
    """The sender answered about these topics; those ``awaited`` are still to be answered."""

    topics: tuple[str, ...]
    awaited: tuple[str, ...]


class ReferralAccepted(AboutReferral, omit_defaults=True):
    """The addressee took it on. ``custodian`` answers for the case from this fact on.

    programme, subdivision: the case's, as referral knows them, for the follow-up that opens now.
    received_at: when the acceptance came in; facts of before do not have it.
    """

    kind: str
    sender: str
    addressee: str
    custodian: str
    previous_custodian: str
    programme: str
    subdivision: str
    received_at: datetime | None = None


class ReferralDeclined(AboutReferral):
    """The addressee did not take it on. ``reason_class``: on whose side the cause was."""

    reason: str
    reason_class: Annotated[str, AttributeOf("reason", "class")]


class DeclineCorrected(AboutReferral):
    """It was declined, and this is why. The fields are those of ``ReferralDeclined``."""

    reason: str
    reason_class: Annotated[str, AttributeOf("reason", "class")]


class DeclineEnteredInError(AboutReferral):
    """Its addressee did not decline it: it is undecided again. ``reason``: why that was said."""

    reason: str


class AnswerEnteredInError(AboutReferral):
    """These topics were not answered after all; ``awaited`` are all that are awaited now."""

    topics: tuple[str, ...]
    reason: str
    awaited: tuple[str, ...]


class ReferralWithdrawn(AboutReferral):
    """The sender took it back."""

    reason: str


class ReferralSuperseded(AboutReferral):
    """Custody moved while this one waited for an answer.

    by: the transfer whose acceptance moved it; None: a steward assigned it.
    """

    by: UUID | None


class ReferralRevoked(AboutReferral):
    """The custodian ended a share that had been accepted."""

    reason: str


class ReferralClosed(AboutReferral):
    """Its follow-up was closed, and the referral ended with it."""


class ReferralReopened(AboutReferral):
    """Its follow-up was reopened: the addressee goes on with it."""


class ReferralEnteredInError(AboutReferral):
    """The case should never have been registered, and this referral falls with it."""


ReferralFact = (
    ReferralRequested
    | ReferralAcknowledged
    | InformationRequested
    | InformationAnswered
    | InformationPartlyAnswered
    | ReferralAccepted
    | ReferralDeclined
    | DeclineCorrected
    | DeclineEnteredInError
    | AnswerEnteredInError
    | ReferralWithdrawn
    | ReferralSuperseded
    | ReferralRevoked
    | ReferralClosed
    | ReferralReopened
    | ReferralEnteredInError
)

# --- statuses -------------------------------------------------------------------------------


class NotRequested(Value):
    """The case has no such referral."""


class Begun(Value):
    """A referral that was requested; each of its statuses is a subclass.

    answered: the topics about which the sender has answered.
    """

    request: ReferralRequested
    answered: tuple[str, ...] = ()
    status: ClassVar[str]


class Requested(Begun):
    """Asked for; the addressee has not answered at all."""

    status: ClassVar[str] = "requested"


class Acknowledged(Begun):
    """The addressee has it and has yet to decide."""

    status: ClassVar[str] = "acknowledged"


class InformationAwaited(Begun, kw_only=True):
    """The addressee waits for the sender to answer about ``topics``, which are those left."""

    topics: tuple[str, ...]
    status: ClassVar[str] = "information-awaited"


class Accepted(Begun):
    """Taken on; what follows is the follow-up's."""

    status: ClassVar[str] = "accepted"


class Declined(Begun, kw_only=True):
    """Not taken on."""

    reason: str
    status: ClassVar[str] = "declined"


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


Received = Acknowledged | InformationAwaited
Undecided = Requested | Received


class InError(Begun, kw_only=True):
    """Fallen with its case. ``was``: how it stood until then."""

    was: Undecided | Accepted | Closed
    status: ClassVar[str] = "entered-in-error"


Referral = Undecided | Accepted | Closed | Declined | Withdrawn | Superseded | Revoked | InError


def what_follows(referral: Referral) -> Status:
    """Return a referral's status with what follows from it: whether it is open, and the rest."""
    return status_in(REFERRAL_STATUSES, referral.status)


def is_a_transfer(referral: Referral | NotRequested) -> bool:
    """Whether custody moves with its acceptance."""
    return not isinstance(referral, NotRequested) and referral.request.kind == TRANSFER


def sides_of(referral: Referral) -> sight.Sides:
    """Return a referral as far as it decides who sees the case."""
    sees = sight.after(sight.Sight.NOTHING, what_follows(referral))
    if isinstance(referral, InError):
        sees = sight.after(sides_of(referral.was).addressee_sees, what_follows(referral))
    request = referral.request
    return sight.Sides(request.sender, request.addressee, request.kind, sees)


def informed(
    referral: InformationAwaited, fact: InformationAnswered | InformationPartlyAnswered
) -> Acknowledged | InformationAwaited:
    """Wait for what was not answered, if anything was not."""
    answered = canonical({*referral.answered, *fact.topics})
    if isinstance(fact, InformationPartlyAnswered):
        return replace(referral, answered=answered, topics=fact.awaited)
    return Acknowledged(referral.request, answered)


def unanswered(
    referral: Acknowledged | InformationAwaited, fact: AnswerEnteredInError
) -> InformationAwaited:
    """Wait again for what was not answered after all."""
    answered = canonical({*referral.answered} - {*fact.topics})
    return InformationAwaited(referral.request, answered, topics=fact.awaited)
