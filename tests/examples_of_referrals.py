"""What the examples of facts about referrals and follow-ups say, for a reason.

See ``tests.examples``.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.followup import clock, followup, holidays
from services.referral import (
    announcing,
    assigning,
    closing,
    public_holidays,
    referral_facts,
    transfer_requests,
)
from shared.kernel.consents import ConsentGiven
from shared.kernel.running_clock import RunningClock
from shared.kernel.value import replace
from tests.personas import AT, COMMISSION, OFFICE

AGREEMENT, OVERRIDE = (UUID(f"00000000-0000-4000-8000-0000000000{each}") for each in ("a1", "a2"))
NEEDS_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("replaces", "agreement_id", "agreement_version", "override_id", "consent")),
    "origin": "custodian",
    "clock": None,
    "by_link": False,
}
LEANING: dict[str, Any] = {"agreement_id": AGREEMENT, "agreement_version": 3}
OVERRIDDEN: dict[str, Any] = {"override_id": OVERRIDE}
CONSENT = ConsentGiven("recorded-by-sender", (COMMISSION.institution,), ("shelter",))
WIDER_CONSENT = ConsentGiven(
    "recorded-by-sender",
    (COMMISSION.institution, "albergue-juarez"),
    ("shelter",),
    date(2026, 12, 31),
)
RECORDED_CONSENT = replace(
    WIDER_CONSENT,
    basis="recorded-consent",
    consent_id=UUID("00000000-0000-4000-8000-0000000000f1"),
    consent_version=2,
    categories=("coded-case", "identity"),
)
ON_ITS_WORD: dict[str, Any] = {
    "consent_id": None,
    "override_id": None,
    "categories": (),
    "purpose": "referral",
}
"""What a draft says that leans on nothing recorded."""
BARELY_DRAFTED: dict[str, Any] = {
    "replaces": None,
    "alternatives": (),
    "consent_until": None,
    "origin": "custodian",
    "by_link": False,
    **ON_ITS_WORD,
}
UNNAMED: dict[str, Any] = {"services": ()}
"""What facts of before do not say."""
ASKED_FOR: dict[str, Any] = {"services": ("conciliation", "legal-advice")}
BY_THE_HOUR = RunningClock(
    clock="acknowledge",
    started_at=AT,
    due_at=AT + timedelta(hours=72),
    expires_at=AT + timedelta(hours=96),
    remind_at=AT + timedelta(hours=48),
    escalate_at=AT + timedelta(hours=72),
    coordinate_at=AT + timedelta(hours=84),
)
CLOCKED: dict[str, Any] = {
    "clock": replace(
        BY_THE_HOUR,
        due_at=AT + timedelta(days=14),
        expires_at=AT + timedelta(days=21),
        remind_at=None,
        escalate_at=AT + timedelta(days=14),
        coordinate_at=AT + timedelta(days=16),
        calendar="MX-CHH",
        edition="0.109/1",
        holidays_version=2,
    )
}
NO_CLOCK: dict[str, Any] = {"clock": None}
UNANSWERED: dict[str, Any] = {
    "topics": ("consent",),
    "reason": "did-not-happen",
    "awaited": ("consent", "payslips"),
}
ANSWER_DUE: dict[str, Any] = {"whom": COMMISSION.institution, "clock": "acknowledge"}
TRANSFER, SHARE, URGENT = {"kind": "transfer"}, {"kind": "share"}, {"priority": "urgent"}
FROM_THE_OFFICE = {"previous_custodian": OFFICE.institution}
TO_THE_COMMISSION = {"custodian": COMMISSION.institution}
PAID: dict[str, Any] = {"outcome": "payment", "outcome_class": "favourable"}
OTHER_REFERRAL = UUID("00000000-0000-4000-8000-0000000000ab")
OFFERED_AGAIN: dict[str, Any] = {
    **SHARE,
    **URGENT,
    **NEEDS_NOTHING,
    "services": ("shelter",),
    "replaces": OTHER_REFERRAL,
}
REFERRALS: Mapping[type, tuple[Mapping[str, Any], ...]] = {
    assigning.CustodyAssigned: ({**FROM_THE_OFFICE, "custodian": COMMISSION.institution},),
    referral_facts.ReferralRequested: (
        {**TRANSFER, **URGENT, **NEEDS_NOTHING, "services": ("conciliation", "legal-advice")},
        {**SHARE, **URGENT, **NEEDS_NOTHING, "services": ("shelter",)},
        {**SHARE, **URGENT, **NEEDS_NOTHING, **LEANING, "services": ("shelter",)},
        {**SHARE, **URGENT, **NEEDS_NOTHING, **OVERRIDDEN, "services": ("shelter",)},
        {**SHARE, **URGENT, **NEEDS_NOTHING, "by_link": True, "services": ("shelter",)},
        {**SHARE, **NEEDS_NOTHING, **CLOCKED, "priority": "normal", "services": ("shelter",)},
        {**SHARE, **URGENT, **NEEDS_NOTHING, "clock": BY_THE_HOUR, "services": ("shelter",)},
        {**SHARE, **URGENT, **NEEDS_NOTHING, "services": ("shelter",), "consent": CONSENT},
        {**SHARE, **URGENT, **NEEDS_NOTHING, "services": ("shelter",), "consent": WIDER_CONSENT}
        | {"origin": "self"},
        {**SHARE, **URGENT, **NEEDS_NOTHING, "services": ("shelter",)}
        | {"consent": RECORDED_CONSENT},
    ),
    referral_facts.ReferralDrafted: (
        {**SHARE, **URGENT, **BARELY_DRAFTED, "services": ("shelter",)},
        {**TRANSFER, **URGENT, "services": ("shelter",), "origin": "self", **ON_ITS_WORD}
        | {"alternatives": ("albergue-juarez",), "replaces": OTHER_REFERRAL},
        {**SHARE, **URGENT, **BARELY_DRAFTED, **CLOCKED, "services": ("shelter",)},
        {**SHARE, **URGENT, **BARELY_DRAFTED, "services": ("shelter",)}
        | {"consent_id": RECORDED_CONSENT.consent_id, "categories": ("contact", "identity")},
    ),
    referral_facts.DraftDiscarded: ({"reason": "not-needed"},),
    transfer_requests.TransferRequested: (
        {"institution": COMMISSION.institution, "services": ("shelter",), "reason": "mandate"},
    ),
    transfer_requests.TransferGranted: ({"institution": COMMISSION.institution},),
    transfer_requests.TransferRefused: (
        {"institution": COMMISSION.institution, "reason": "person-refused"},
    ),
    announcing.CustodyAnnounced: (
        {"custodian": COMMISSION.institution, "institutions": (OFFICE.institution,)},
    ),
    referral_facts.ReferralSuperseded: ({"by": OTHER_REFERRAL},),
    referral_facts.InformationRequested: (
        {"topics": ("consent", "payslips"), **NO_CLOCK},
        {"topics": ("consent", "payslips"), **CLOCKED},
    ),
    referral_facts.InformationAnswered: (
        {"topics": ("consent",), **NO_CLOCK},
        {"topics": ("consent",), **CLOCKED},
    ),
    referral_facts.InformationPartlyAnswered: (
        NO_CLOCK,
        {"topics": (), "awaited": (), **NO_CLOCK},
        CLOCKED,
    ),
    referral_facts.ReferralAccepted: (
        {**TRANSFER, **FROM_THE_OFFICE, **TO_THE_COMMISSION, **UNNAMED, "received_at": None},
        {**SHARE, **FROM_THE_OFFICE, **UNNAMED, "received_at": None},
        {**TRANSFER, **FROM_THE_OFFICE, **TO_THE_COMMISSION, **UNNAMED},
        {**TRANSFER, **FROM_THE_OFFICE, **TO_THE_COMMISSION, **ASKED_FOR},
    ),
    referral_facts.ReferralDeclined: (
        {"reason": "no-capacity", "reason_class": "receiving-institution"},
    ),
    referral_facts.DeclineCorrected: (
        {"reason": "outside-mandate", "reason_class": "receiving-institution"},
    ),
    referral_facts.DeclineEnteredInError: (
        {"reason": "other", **NO_CLOCK},
        {"reason": "other", **CLOCKED},
    ),
    referral_facts.AnswerEnteredInError: ({**UNANSWERED, **NO_CLOCK}, {**UNANSWERED, **CLOCKED}),
    referral_facts.ReferralReminded: (ANSWER_DUE, {**ANSWER_DUE, "whom": None}),
    referral_facts.ReferralEscalated: (
        {**ANSWER_DUE, "level": "sender", "whom": OFFICE.institution},
        {**ANSWER_DUE, "level": "coordinator", "whom": None},
    ),
    referral_facts.ReferralExpiredUnacknowledged: ({"clock": "acknowledge"},),
    referral_facts.ReferralExpiredUndecided: ({"clock": "decide"},),
    referral_facts.ClockStarted: (CLOCKED,),
    referral_facts.ClockMoved: ({**CLOCKED, "because": (date(2026, 5, 11),)},),
    public_holidays.HolidayAdded: ({"place": "MX-CHH", "reason": "decree"},),
    public_holidays.HolidayRemoved: ({"place": "MX", "reason": "entered-in-error"},),
    referral_facts.ReferralWithdrawn: ({"reason": "need-resolved"},),
    referral_facts.ReferralRevoked: ({"reason": "consent-withdrawn"},),
    closing.CaseClosed: ({**PAID, "undated": False}, {**PAID, "undated": True}),
    closing.CaseReopened: ({"reason": "new-facts"},),
}
FOLLOW_UPS: Mapping[type, tuple[Mapping[str, Any], ...]] = {
    followup.FollowUpOpened: (
        {**TRANSFER, **UNNAMED, "institution": COMMISSION.institution},
        {**TRANSFER, **ASKED_FOR, "institution": COMMISSION.institution},
    ),
    clock.FollowUpClockSet: ({"holidays_version": 0}, {"holidays_version": 1}),
    holidays.HolidayHeard: ({"place": "MX-CHH"},),
    followup.ContactRecorded: ({"channel": "telephone"},),
    followup.ServiceDelivered: ({"service": "legal-advice"},),
    followup.OutcomeRecorded: (
        {**PAID, "amount": Decimal("560.00"), "currency": "MXN", "on": date(2026, 5, 4)},
        {"outcome": "dismissed", "outcome_class": "unfavourable"}
        | dict.fromkeys(("amount", "currency", "on")),
    ),
    followup.ContactCorrected: ({"replaces": 2, "channel": "in-person"},),
    followup.ServiceCorrected: ({"replaces": 2, "service": "shelter"},),
    followup.OutcomeCorrected: (
        {**PAID, "replaces": 2}
        | {"amount": Decimal("56.00"), "currency": "MXN", "on": date(2026, 5, 4)},
        {"replaces": 2, "outcome": "dismissed", "outcome_class": "unfavourable"}
        | dict.fromkeys(("amount", "currency", "on")),
    ),
    followup.ContactEnteredInError: ({"replaces": 2, "reason": "wrong-case"},),
    followup.ServiceEnteredInError: ({"replaces": 2, "reason": "did-not-happen"},),
    followup.OutcomeEnteredInError: ({"replaces": 2, "reason": "duplicate"},),
    followup.FollowUpClosed: ({**PAID, "undated": False}, {**PAID, "undated": True}),
    followup.FollowUpReopened: ({"reason": "new-facts"},),
}
