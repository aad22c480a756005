"""What happens with the service that a follow-up is about: its facts. ``followup`` has the rest."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from shared.kernel.fields import Coded
from shared.kernel.value import Value


class AboutReferral(Value):
    """A fact about the follow-up of one referral."""

    referral_id: UUID


class ServiceScheduled(AboutReferral):
    """The person has an appointment."""

    scheduled_for: datetime


class ServiceStarted(AboutReferral):
    """The service is being given, or is again, after a pause."""


class ServiceCompleted(AboutReferral):
    """The service was given.

    undelivered: what was asked for and was not delivered: the referral was served in part.
    """

    delivered: tuple[str, ...]
    undelivered: tuple[str, ...]


class DeliveryConfirmed(AboutReferral):
    """The provider, or the person, says that the service was given (list ``confirmers``).

    taken_by: who took that word; the person's counts unless whoever follows up took it.
    custody_version: of the stream that says who has custody, here, then; 0: custody never moved.
    """

    confirmer: Annotated[str, Coded("confirmers")]
    taken_by: str
    custody_version: int


class OutcomeConfirmed(AboutReferral):
    """The provider and the person have both said that the service was given."""


class FollowUpFailed(AboutReferral):
    """The service was not given, and will not be."""

    reason: str


class FollowUpCancelled(AboutReferral):
    """The person does not want it any more."""

    reason: str


class EnrolmentStated(AboutReferral):
    """What was found out about the person's place in the service (list ``enrolment_statuses``)."""

    enrolment: Annotated[str, Coded("enrolment_statuses")]
