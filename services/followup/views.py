"""What followup shows of a follow-up, and to whom."""

from datetime import date
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from pydantic import BaseModel, Field

from services.followup import followup
from shared.eventstore.streams import Log
from shared.web import scope
from shared.web.identity import Caller
from shared.web.problems import Refused


class OutcomeOut(BaseModel):
    """Something that came of it. The amount is an exact decimal, as a string."""

    outcome: str
    outcome_class: str
    amount: Decimal | None
    currency: str | None
    on: date | None


class FollowUpOut(BaseModel):
    """What the receiver of a referral has done so far."""

    referral: UUID
    version: int = Field(description="For If-Match.")
    case: UUID
    institution: str
    sender: str
    kind: str
    standing: str = Field(description="open, closed, entered-in-error.")
    contacts: int
    services: list[str]
    outcomes: list[OutcomeOut]
    closed_with: str | None = Field(description="The outcome it was closed with.")


def opening_of(log: Log, referral: UUID) -> followup.FollowUpOpened | None:
    """Find how a follow-up began; None where there is none."""
    known = log.writer.peek(referral)
    opening = began(known.state) if known else None
    return opening or began(log.read(followup.DECIDER, referral).state)


def parties_of(log: Log, referral: UUID) -> set[str]:
    """Name the parties of a follow-up: who follows up, and who referred."""
    opening = opening_of(log, referral)
    return {opening.institution, opening.sender} if opening else set()


def show(log: Log, caller: Caller, referral: UUID) -> FollowUpOut:
    """Show a follow-up to a party; refused as if there were none otherwise."""
    current = log.read(followup.DECIDER, referral)
    opening = began(current.state)
    if opening is None:
        raise Refused(scope.NoSuchCase())
    scope.require(caller, {opening.institution, opening.sender})
    work, standing, closed_with = _work(current.state, opening)
    return FollowUpOut(
        referral=opening.referral,
        version=current.version,
        case=opening.case,
        institution=opening.institution,
        sender=opening.sender,
        kind=opening.kind,
        standing=standing,
        contacts=work.contacts,
        services=list(work.services),
        outcomes=[
            OutcomeOut(
                outcome=o.outcome,
                outcome_class=o.outcome_class,
                amount=o.amount,
                currency=o.currency,
                on=o.on,
            )
            for o in work.outcomes
        ],
        closed_with=closed_with,
    )


def began(state: followup.FollowUp) -> followup.FollowUpOpened | None:
    """Say how a follow-up in this state began."""
    match state:
        case followup.NotOpened():
            return None
        case followup.Open(opening=opening) | followup.InError(opening=opening):
            return opening
        case followup.Closed(work=work):
            return work.opening
        case _:
            assert_never(state)


def _work(
    state: followup.FollowUp, opening: followup.FollowUpOpened
) -> tuple[followup.Open, str, str | None]:
    match state:
        case followup.Open():
            return state, "open", None
        case followup.Closed(work=work, outcome=outcome):
            return work, "closed", outcome
        case _:
            return followup.Open(opening), "entered-in-error", None
