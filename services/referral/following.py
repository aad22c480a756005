"""What becomes of a referral after its acceptance: followup says it, and referral hears it.

These commands are reactions to followup's facts, and give the status that followup decided; nobody
else gives one of these statuses. How a referral ends with its follow-up, and is reopened with it,
is in ``ending``; ``life`` has the other rows of the table.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.referral.ending import CloseReferral, ReopenReferral
from services.referral.referral import (
    Accepted,
    CancelledByPerson,
    Closed,
    Failed,
    InProgress,
    OnHold,
    OutcomeConfirmed,
    Scheduled,
    ServiceDelivered,
    TakenOn,
    Unserved,
)
from services.referral.referral_facts import (
    ReferralCancelledByPerson,
    ReferralClosed,
    ReferralFailed,
    ReferralOutcomeConfirmed,
    ReferralPutOnHold,
    ReferralReopened,
    ReferralResumed,
    ReferralScheduled,
    ReferralServiceDelivered,
    ReferralStarted,
)
from shared.kernel.decider import Command
from shared.kernel.life import Transition
from shared.kernel.roles import SYSTEM
from shared.kernel.text import Text


class ScheduleReferral(Command, kw_only=True):
    """The person was given an appointment (a reaction)."""

    title: ClassVar[Text] = Text("Dar cita en el seguimiento", "Schedule in the follow-up")

    referral_id: UUID
    scheduled_for: datetime


class StartReferral(Command, kw_only=True):
    """The service began (a reaction)."""

    title: ClassVar[Text] = Text("Empezar en el seguimiento", "Start in the follow-up")

    referral_id: UUID


class PutReferralOnHold(Command, kw_only=True):
    """The follow-up was put on hold (a reaction)."""

    title: ClassVar[Text] = Text("Poner en pausa con su seguimiento", "Hold with its follow-up")

    referral_id: UUID
    reason: str


class ResumeReferral(Command, kw_only=True):
    """The follow-up goes on (a reaction)."""

    title: ClassVar[Text] = Text("Reanudar con su seguimiento", "Resume with its follow-up")

    referral_id: UUID


class CompleteReferral(Command, kw_only=True):
    """The service was given (a reaction)."""

    title: ClassVar[Text] = Text("Prestarse en el seguimiento", "Complete in the follow-up")

    referral_id: UUID
    delivered: tuple[str, ...]
    undelivered: tuple[str, ...]


class ConfirmReferralOutcome(Command, kw_only=True):
    """Provider and person have confirmed that the service was given (a reaction)."""

    title: ClassVar[Text] = Text("Confirmarse en el seguimiento", "Confirm in the follow-up")

    referral_id: UUID


class FailReferral(Command, kw_only=True):
    """The follow-up failed (a reaction)."""

    title: ClassVar[Text] = Text("No lograrse en el seguimiento", "Fail with its follow-up")

    referral_id: UUID
    reason: str


class CancelReferral(Command, kw_only=True):
    """The follow-up was cancelled for the person (a reaction)."""

    title: ClassVar[Text] = Text("Cancelarse en el seguimiento", "Cancel with its follow-up")

    referral_id: UUID
    reason: str


FollowingReaction = (
    ScheduleReferral
    | StartReferral
    | PutReferralOnHold
    | ResumeReferral
    | CompleteReferral
    | ConfirmReferralOutcome
    | FailReferral
    | CancelReferral
)
"""The commands by which referral hears what followup decided."""

FOLLOWING = (
    Transition(
        ScheduleReferral,
        by=SYSTEM,
        from_=Accepted | Scheduled,
        fact=ReferralScheduled,
        to=Scheduled,
    ),
    Transition(
        StartReferral,
        by=SYSTEM,
        from_=Accepted | Scheduled,
        fact=ReferralStarted,
        to=InProgress,
    ),
    Transition(PutReferralOnHold, by=SYSTEM, from_=Unserved, fact=ReferralPutOnHold, to=OnHold),
    Transition(ResumeReferral, by=SYSTEM, from_=OnHold, fact=ReferralResumed, to=Accepted),
    Transition(
        CompleteReferral,
        by=SYSTEM,
        from_=Unserved,
        fact=ReferralServiceDelivered,
        to=ServiceDelivered,
    ),
    Transition(
        ConfirmReferralOutcome,
        by=SYSTEM,
        from_=ServiceDelivered,
        fact=ReferralOutcomeConfirmed,
        to=OutcomeConfirmed,
    ),
    Transition(CloseReferral, by=SYSTEM, from_=TakenOn, fact=ReferralClosed, to=Closed),
    Transition(FailReferral, by=SYSTEM, from_=TakenOn, fact=ReferralFailed, to=Failed),
    Transition(
        CancelReferral,
        by=SYSTEM,
        from_=TakenOn,
        fact=ReferralCancelledByPerson,
        to=CancelledByPerson,
    ),
    Transition(
        ReopenReferral,
        by=SYSTEM,
        from_=Closed | Failed,
        fact=ReferralReopened,
        to=Accepted,
        sets={"loop_closed": False},
    ),
)
"""The rows of a referral's table that followup's facts lead to."""
