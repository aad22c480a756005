"""The indicators: each defined once, for every programme and subdivision alike."""

from services.reporting.indicators.amounts import MEDIAN_OWED, OWED, PAID, SHARE_PAID
from services.reporting.indicators.cases import CASES, CUSTODY, DECIDED_FAVOURABLY
from services.reporting.indicators.definition import Indicator
from services.reporting.indicators.durations import DURATION_BANDS, MEDIAN_DAYS

ALL: tuple[Indicator, ...] = (
    CASES,
    DECIDED_FAVOURABLY,
    OWED,
    MEDIAN_OWED,
    MEDIAN_DAYS,
    DURATION_BANDS,
    PAID,
    SHARE_PAID,
    CUSTODY,
)
"""In the order of the report."""

__all__ = [
    "ALL",
    "CASES",
    "CUSTODY",
    "DECIDED_FAVOURABLY",
    "DURATION_BANDS",
    "MEDIAN_DAYS",
    "MEDIAN_OWED",
    "OWED",
    "PAID",
    "SHARE_PAID",
]
