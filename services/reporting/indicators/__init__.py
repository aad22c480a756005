"""The indicators: each defined once, for every programme and subdivision alike."""

from services.reporting.indicators.amounts import (
    AMOUNT_BANDS,
    MEDIAN_OWED,
    MEDIAN_OWED_ABOVE_ZERO,
    OWED,
    PAID,
    SHARE_PAID,
    SHARE_PAID_AS_CLAIMED,
    SHARE_PAID_IN_FULL,
)
from services.reporting.indicators.cases import CASES, CUSTODY, DECIDED_FAVOURABLY, FIRST_OPENED
from services.reporting.indicators.definition import Indicator
from services.reporting.indicators.durations import (
    DURATION_BANDS,
    MEAN_DAYS,
    MEDIAN_DAYS,
    NINETIETH_DAYS,
)

ALL: tuple[Indicator, ...] = (
    CASES,
    FIRST_OPENED,
    DECIDED_FAVOURABLY,
    OWED,
    MEDIAN_OWED,
    MEDIAN_OWED_ABOVE_ZERO,
    AMOUNT_BANDS,
    MEDIAN_DAYS,
    MEAN_DAYS,
    NINETIETH_DAYS,
    DURATION_BANDS,
    PAID,
    SHARE_PAID,
    SHARE_PAID_IN_FULL,
    SHARE_PAID_AS_CLAIMED,
    CUSTODY,
)
"""In the order of the report."""

__all__ = [
    "ALL",
    "AMOUNT_BANDS",
    "CASES",
    "CUSTODY",
    "DECIDED_FAVOURABLY",
    "DURATION_BANDS",
    "FIRST_OPENED",
    "MEAN_DAYS",
    "MEDIAN_DAYS",
    "MEDIAN_OWED",
    "MEDIAN_OWED_ABOVE_ZERO",
    "NINETIETH_DAYS",
    "OWED",
    "PAID",
    "SHARE_PAID",
    "SHARE_PAID_AS_CLAIMED",
    "SHARE_PAID_IN_FULL",
]
