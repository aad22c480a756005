"""Where a referral stands before and after what its follow-up says of it."""

from services.referral import referral_facts as facts

_UNSERVED = {"accepted", "scheduled", "in-progress"}
TAKEN_ON = _UNSERVED | {"on-hold", "service-delivered", "outcome-confirmed"}
MAY_GO_ON = TAKEN_ON | {"closed", "failed"}

FOLLOWED: dict[type, tuple[set[str], str, str]] = {
    facts.ReferralScheduled: ({"accepted", "scheduled"}, "scheduled", "scheduled out of turn"),
    facts.ReferralStarted: ({"accepted", "scheduled"}, "in-progress", "started out of turn"),
    facts.ReferralPutOnHold: (_UNSERVED, "on-hold", "put on hold out of turn"),
    facts.ReferralResumed: ({"on-hold"}, "accepted", "resumed out of turn"),
    facts.ReferralServiceDelivered: (_UNSERVED, "service-delivered", "delivered out of turn"),
    facts.ReferralOutcomeConfirmed: (
        {"service-delivered"},
        "outcome-confirmed",
        "confirmed out of turn",
    ),
    facts.ReferralFailed: (TAKEN_ON, "failed", "failed out of turn"),
    facts.ReferralClosed: (TAKEN_ON, "closed", "closed out of turn"),
    facts.ReferralReopened: ({"closed", "failed"}, "accepted", "reopened out of turn"),
    facts.ReferralRevoked: (MAY_GO_ON, "revoked", "revoked out of turn"),
    facts.ReferralEnteredInError: (
        MAY_GO_ON | {"open"},
        "in error",
        "voided after its end",
    ),
}
"""By fact: where it stands before and after, and the objection otherwise."""
