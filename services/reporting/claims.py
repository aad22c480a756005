"""The claims report: the indicators of one selection of cases, from one moment of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.reporting.axes import NOW, Axes
from services.reporting.indicators import cases
from services.reporting.indicators.amounts import (
    amounts,
    currencies,
    paid_as_claimed,
    paid_in_full,
    with_payment,
)
from services.reporting.indicators.definition import Selection, count_of
from services.reporting.indicators.durations import durations
from services.reporting.indicators.rounding import exactly, hundredths, money, number, percent
from shared.eventstore.snapshot import RunQuery

_POSITIONS_SQL = (
    "SELECT application_name, notification_id FROM reporting.tracking"
    " WHERE split_part(application_name, '/', 1) IN ('intake', 'referral', 'followup')"
    " ORDER BY application_name"
)
_LEFT_OUT_SQL = count_of("with-amount", "closed-before-opened", "closed-undated")
_WAITING_SQL = "SELECT count(*) FROM reporting.parked WHERE resolved_at IS NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What the figures leave out, counted.

    without_amount: decided, no amount owed recorded. amount_zero: decided with an amount of zero,
    which the bands of amounts and the median above zero leave out. without_days: decided, not both
    dates. closed_before_opened: decided, dates the wrong way round. closed_undated: decided and
    closed, nobody knows when. other_currencies: amounts by currency that are not added.
    messages_waiting: published facts that could not be read and wait to be resolved.
    """

    without_amount: int
    amount_zero: int
    without_days: int
    closed_before_opened: int
    closed_undated: int
    other_currencies: Mapping[str, int]
    messages_waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """The report. Amounts are strings with two decimals, shares are whole per cent.

    first_opened: the first day on which a case was opened; first_decided: of those decided.
    median_amount_exact: before it was rounded. median_above_zero: without amounts of zero.
    amount_bands, duration_bands: by ``LIMITS`` of amounts and of durations. ninetieth_days: what
    nine of ten cases do not exceed. paid_in_full: cases; paid_more: those of them that were paid
    more than was owed; paid_as_claimed: cases paid exactly what was claimed, or assessed. as_of:
    the log position up to which each source was consumed, by ``source/partition``: folding the
    published facts up to there gives these numbers again, and so does asking later with these
    positions for ``as_known``. axes: the place in time asked for, whose own
    ``as_of`` is a moment: the positions had that name first.
    """

    programme: str | None
    subdivision: str | None
    currency: str | None
    cases: int
    first_opened: date | None
    decided_for_claimant: int
    decided_share: str | None
    first_decided: date | None
    total_owed: str
    median_amount: str | None
    median_amount_exact: str | None
    median_above_zero: str | None
    amount_bands: Sequence[int]
    median_days: int | float | None
    mean_days: float | None
    ninetieth_days: int | float | None
    duration_bands: Sequence[int]
    same_day: int
    total_paid: str
    share_paid: str | None
    paid_in_full: int
    paid_more: int
    share_paid_in_full: str | None
    paid_as_claimed: int
    share_paid_as_claimed: str | None
    missing: Missing
    as_of: Mapping[str, int]
    axes: Axes = NOW


def claims(run_query: RunQuery, selection: Selection, currency: str | None = None) -> Claims:
    """Compute the report. currency: None for the one that most amounts are in."""
    found = currencies(run_query, selection)
    chosen = currency or next(iter(found), None)
    decided, of_all = cases.decided(run_query, selection)
    paid, of_decided = with_payment(run_query, selection)
    with_amount, reversed_dates, undated = run_query(_LEFT_OUT_SQL, selection.params())[0]
    lasted = durations(run_query, selection)
    money_of = amounts(run_query, selection, chosen or "")
    first_opened, first_decided = cases.first_opened(run_query, selection)
    in_full, more = paid_in_full(run_query, selection)
    as_claimed = paid_as_claimed(run_query, selection)
    return Claims(
        programme=selection.programme,
        subdivision=selection.subdivision,
        currency=chosen,
        cases=cases.how_many(run_query, selection),
        first_opened=first_opened,
        decided_for_claimant=decided,
        decided_share=percent(decided, of_all),
        first_decided=first_decided,
        total_owed=money(money_of.owed),
        median_amount=None if money_of.median is None else money(money_of.median),
        median_amount_exact=None if money_of.median is None else exactly(money_of.median),
        median_above_zero=None if money_of.above_zero is None else money(money_of.above_zero),
        amount_bands=money_of.bands,
        median_days=None if lasted.median is None else number(lasted.median),
        mean_days=None if lasted.mean is None else hundredths(lasted.mean),
        ninetieth_days=None if lasted.ninetieth is None else number(lasted.ninetieth),
        duration_bands=lasted.bands,
        same_day=lasted.same_day,
        total_paid=money(money_of.paid),
        share_paid=percent(paid, of_decided),
        paid_in_full=in_full,
        paid_more=more,
        share_paid_in_full=percent(in_full, of_decided),
        paid_as_claimed=as_claimed,
        share_paid_as_claimed=percent(as_claimed, of_decided),
        missing=Missing(
            without_amount=decided - with_amount,
            amount_zero=money_of.nothing_owed,
            without_days=decided - lasted.counted - reversed_dates - undated,
            closed_before_opened=reversed_dates,
            closed_undated=undated,
            other_currencies={name: n for name, n in found.items() if name != chosen},
            messages_waiting=int(run_query(_WAITING_SQL, {})[0][0]),
        ),
        as_of=positions(run_query),
    )


def positions(run_query: RunQuery) -> dict[str, int]:
    """Return the last log position consumed of each source, by ``source/partition``."""
    return {name: int(position) for name, position in run_query(_POSITIONS_SQL, {})}
