"""A report as it may be, with a number of every kind."""

from datetime import date

from services.reporting.claims import Claims, Missing

REPORT = Claims(
    programme="us-wage-claims",
    subdivision="US-KS",
    currency="USD",
    cases=10_251,
    first_opened=date(2010, 1, 4),
    decided_for_claimant=4_931,
    decided_share="48",
    first_decided=date(2010, 1, 5),
    total_owed="10508991.88",
    median_amount="578.02",
    median_amount_exact="578.025",
    median_above_zero="580.00",
    amount_bands=(1_000, 1_100, 1_200, 1_300, 1_400, 1_500, 1_600),
    median_days=99.5,
    mean_days=1_234.56,
    ninetieth_days=720,
    duration_bands=(1_804, 1_715, 1_693, 1_577, 1_777, 1_214, 1_097),
    same_day=1_054,
    total_paid="9508991.88",
    share_paid="46",
    paid_in_full=1_900,
    paid_more=3,
    share_paid_in_full="39",
    paid_as_claimed=1_531,
    share_paid_as_claimed="31",
    missing=Missing(
        without_amount=11,
        amount_zero=1_012,
        without_days=13,
        closed_before_opened=14,
        closed_undated=15,
        other_currencies={"MXN": 16},
        messages_waiting=17,
    ),
    as_of={"intake/0": 812, "referral/0": 2_904, "followup/0": 1_377},
)
