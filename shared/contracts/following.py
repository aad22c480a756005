"""What referral publishes of what followup decided: the statuses from the acceptance on."""

from typing import Annotated

from shared.contracts.contract import AboutReferral, Moment, ServiceKind, coded
from shared.kernel.statuses import REFERRAL_STATUSES, status_in

PART_OF = "referral"


class ReferralScheduledV1(AboutReferral, frozen=True, kw_only=True):
    """The person has an appointment with the addressee."""

    status = status_in(REFERRAL_STATUSES, "scheduled")
    scheduled_for: Moment


class ReferralStartedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee gives the service."""

    status = status_in(REFERRAL_STATUSES, "in-progress")


class ReferralPutOnHoldV1(AboutReferral, frozen=True, kw_only=True):
    """The referral is on hold, with its follow-up."""

    status = status_in(REFERRAL_STATUSES, "on-hold")
    reason: Annotated[str, coded("hold_reasons", "Why it is on hold")]


class ReferralResumedV1(AboutReferral, frozen=True, kw_only=True):
    """The referral goes on with its follow-up, which may say more in a fact of its own."""

    status = status_in(REFERRAL_STATUSES, "accepted")


class ReferralServiceDeliveredV1(AboutReferral, frozen=True, kw_only=True):
    """The service was given; ``undelivered`` is what was asked for and was not."""

    status = status_in(REFERRAL_STATUSES, "service-delivered")
    delivered: tuple[ServiceKind, ...]
    undelivered: tuple[ServiceKind, ...]


class ReferralOutcomeConfirmedV1(AboutReferral, frozen=True, kw_only=True):
    """The provider and the person have both said that the service was given."""

    status = status_in(REFERRAL_STATUSES, "outcome-confirmed")


class ReferralFailedV1(AboutReferral, frozen=True, kw_only=True):
    """The service was not given, and will not be."""

    status = status_in(REFERRAL_STATUSES, "failed")
    reason: Annotated[str, coded("failure_reasons", "Why the service was not given")]
