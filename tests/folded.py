"""The claims report computed again, plainly: a fold over all facts, one case after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID

from shared.contracts import followup, intake, referral
from shared.contracts.envelope import Event

OWED, RECOVERED = {"award", "agreement"}, {"payment", "payment-as-claimed"}
AMOUNTS = (0, 100, 500, 1_000, 2_000, 5_000, 10_000)
LIMITS = (0, 30, 60, 90, 180, 360, 720)


@dataclass
class Followed:
    status: str = "open"
    closing: str | None = None
    outcomes: dict[int, followup.OutcomeRecordedV1 | followup.OutcomeCorrectedV1] = field(
        default_factory=dict
    )


@dataclass
class Case:
    registered: bool = False
    in_error: bool = False
    programme: str = ""
    subdivision: str = ""
    opened: datetime | None = None
    custodian: str | None = None
    closed: datetime | None = None
    """The wall clock's time at which its custodian closed it."""
    undated: bool = False
    closing: str | None = None
    follow_ups: dict[UUID, Followed] = field(default_factory=dict)

    @property
    def valid(self) -> list[Followed]:
        return [f for f in self.follow_ups.values() if f.status != "error"]

    @property
    def outcomes(self) -> list[followup.OutcomeRecordedV1 | followup.OutcomeCorrectedV1]:
        every = (o for f in self.valid for o in f.outcomes.values())
        return [o for o in every if o.outcome_class == "favourable"]

    @property
    def decided(self) -> bool:
        closings = (self.closing, *(f.closing for f in self.valid))
        return bool(self.outcomes) or "favourable" in closings

    @property
    def days(self) -> int | None:
        if self.opened is None or self.closed is None or self.undated:
            return None
        return (self.closed - self.opened.replace(tzinfo=None)) // timedelta(days=1)

    def amount(self, kinds: set[str], currency: str | None) -> Decimal | None:
        """Exactly what outcomes of these kinds add up to in a currency (None: in any)."""
        found = [
            o.amount
            for o in self.outcomes
            if o.outcome in kinds and o.amount is not None and currency in {None, o.currency}
        ]
        return sum(found, Decimal(0)) if found else None

    @property
    def rest(self) -> Decimal | None:
        """What is still owed at most in any currency, or was paid too much; None: nothing owed."""
        currencies = {o.currency for o in self.outcomes if o.amount is not None}
        owed = {c: self.amount(OWED, c) or Decimal(0) for c in currencies}
        rests = [a - (self.amount(RECOVERED, c) or Decimal(0)) for c, a in owed.items() if a > 0]
        due = [rest for rest in rests if rest > 0]
        return max(due) if due else min(rests, default=None)

    @property
    def as_claimed(self) -> bool:
        paid = [o.outcome for o in self.outcomes if o.outcome in RECOVERED and o.amount]
        return bool(paid) and set(paid) == {"payment-as-claimed"}


def fold(events: Iterable[Event]) -> dict[str, Case]:
    """Fold events, each source's in its order, into cases."""
    cases: dict[str, Case] = {}
    for event in events:
        _apply(cases.setdefault(event.key, Case()), event)
    return cases


def _apply(case: Case, event: Event) -> None:
    match event.data:
        case intake.CaseRegisteredV1() as data:
            case.registered, case.programme = True, data.programme
            case.subdivision, case.opened = data.subdivision, data.opened_at
        case intake.CaseCorrectedV1() | intake.CorrectionTurnedIntoProposalV1() as data:
            case.subdivision, case.opened = data.subdivision, data.opened_at
        case intake.CaseEnteredInErrorV1():
            case.in_error = True
        case intake.VoidTurnedIntoRequestV1():
            case.in_error = False
        case _ if event.service == "referral":
            _custody(case, event)
        case _:
            referral_id = getattr(event.data, "referral_id", None)
            if event.service == "followup" and referral_id is not None:
                _follow(case.follow_ups.setdefault(referral_id, Followed()), event)


def _custody(case: Case, event: Event) -> None:
    match event.data:
        case (
            referral.CustodyTakenV1()
            | referral.CustodyAssignedV1()
            | referral.ReferralAcceptedV1() as data
        ):
            case.custodian = data.custodian
        case referral.CustodyEndedV1():
            case.custodian = None
        case referral.CaseClosedV1() as data:
            case.closed = event.meta.happened_at.replace(tzinfo=None)
            case.closing, case.undated = data.outcome_class, data.undated
        case referral.CaseReopenedV1():
            case.closed, case.closing, case.undated = None, None, False
        case _:
            return


def _follow(followed: Followed, event: Event) -> None:
    version = int(event.id.rpartition(":")[2])
    match event.data:
        case followup.OutcomeRecordedV1() as data:
            followed.outcomes[version] = data
        case followup.OutcomeCorrectedV1() as data:
            followed.outcomes.pop(data.replaces, None)
            followed.outcomes[version] = data
        case followup.OutcomeEnteredInErrorV1() as data:
            followed.outcomes.pop(data.replaces, None)
        case followup.FollowUpClosedV1() as data:
            followed.closing = data.outcome_class
        case followup.FollowUpReopenedV1() | followup.FollowUpRevokedV1():
            followed.closing = None
        case followup.FollowUpEnteredInErrorV1():
            followed.status = "error"
        case _:
            return


def figures(
    events: Iterable[Event], programme: str | None, subdivision: str | None, currency: str | None
) -> dict[str, Any]:
    """Compute what the report says, as it says it."""
    cases = [
        c
        for c in fold(events).values()
        if c.registered
        and not c.in_error
        and programme in {None, c.programme}
        and subdivision in {None, c.subdivision}
    ]
    decided = [c for c in cases if c.decided]
    owed = [a for c in decided if (a := c.amount(OWED, currency or "-")) is not None]
    paid = [a for c in decided if (a := c.amount(RECOVERED, currency or "-"))]
    stated = [Fraction(a) for a in owed]
    positive = [Fraction(a) for a in owed if a > 0]
    days = [c.days for c in decided if c.days is not None and c.days >= 0]
    with_payment = sum(bool(c.amount(RECOVERED, None)) for c in decided)
    middle = median(days) if days else None
    return {
        "cases": len(cases),
        "first_opened": _first(cases),
        "decided_for_claimant": len(decided),
        "first_decided": _first(decided),
        "total_owed": _money(sum(map(Fraction, owed), Fraction(0))),
        "median_amount": _money(median(stated)) if stated else None,
        "median_above_zero": _money(median(positive)) if positive else None,
        "amount_bands": _in_bands(owed, AMOUNTS),
        "median_days": middle,
        "mean_days": float(_money(Fraction(sum(days), len(days)))) if days else None,
        "ninetieth_days": sorted(days)[-(-9 * len(days) // 10) - 1] if days else None,
        "duration_bands": _in_bands(days, LIMITS),
        "same_day": days.count(0),
        "total_paid": _money(sum(map(Fraction, paid), Fraction(0))),
        "share_paid": str(round(Fraction(100 * with_payment, len(decided)))) if decided else None,
        "paid_in_full": sum(c.rest is not None and c.rest <= 0 for c in decided),
        "paid_more": sum(c.rest is not None and c.rest < 0 for c in decided),
        "paid_as_claimed": sum(c.as_claimed for c in decided),
        "missing": {
            "without_amount": sum(c.amount(OWED, None) is None for c in decided),
            "amount_zero": sum(a == 0 for a in owed),
            "without_days": sum(c.days is None and not c.undated for c in decided),
            "closed_before_opened": sum(c.days is not None and c.days < 0 for c in decided),
            "closed_undated": sum(c.undated for c in decided),
        },
    }


def _first(cases: list[Case]) -> date | None:
    return min((c.opened.date() for c in cases if c.opened is not None), default=None)


def _in_bands(values: Sequence[Decimal | int], limits: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(
        sum(low < value <= high for value in values) for low, high in pairwise((*limits, 10**30))
    )


def custody(events: Iterable[Event]) -> dict[str, int]:
    """Count the open cases by custodian."""
    loads: dict[str, int] = {}
    for case in fold(events).values():
        if case.registered and not case.in_error and case.closed is None:
            name = case.custodian or ""
            loads[name] = loads.get(name, 0) + 1
    return loads


def _money(exact: Fraction) -> str:
    cents = round(exact * 100)
    return f"{cents // 100}.{cents % 100:02d}"
