"""What followup shows of a follow-up, and to whom."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.followup import custody, followup, life
from shared.eventstore.log import Log
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.refusals import Refused
from shared.kernel.text import Text

Hearers = Callable[[Log, followup.FollowUpOpened | None], Collection[str]]
"""Says which institutions hear of a follow-up that began so."""
_STATUSES = ", ".join(life.LIFE.codes.values())
_NONE = UUID(int=0)
"""No case has this id."""


_NUMBER = Field(
    description=Text(
        "Su número, con el que se corrige o se anula.",
        "Its number, by which it is corrected or voided.",
    ).both
)


class ContactOut(BaseModel):
    """A contact that counts."""

    number: int = _NUMBER
    channel: str


class ServiceOut(BaseModel):
    """A service that counts."""

    number: int = _NUMBER
    service: str


class OutcomeOut(BaseModel):
    """Something that came of it. The amount is an exact decimal, as a string."""

    number: int = _NUMBER
    outcome: str
    outcome_class: str
    amount: Decimal | None
    currency: str | None
    on: date | None


class ConfirmationOut(BaseModel):
    """That the service was given: whose word it is, and who took it."""

    confirmer: str = Field(description=Text("provider o person.", "provider or person.").both)
    taken_by: str
    counts: bool = Field(
        description=Text(
            "Si cuenta: la palabra de la persona no, si la tomó quien da seguimiento.",
            "Whether it counts: the person's word does not, if whoever follows up took it.",
        ).both
    )


class FollowUpOut(BaseModel):
    """What the receiver of a referral has done so far."""

    referral_id: UUID
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    case_id: UUID
    institution: str
    sender: str
    kind: str
    status: str = Field(description=f"Su situación: {_STATUSES}. / Its status: {_STATUSES}.")
    asked_for: list[str] = Field(
        description=Text(
            "Los servicios que se pidieron; lista vacía: se aceptó antes de que se dijeran aquí.",
            "The services that were asked for; an empty list: it was accepted before they were"
            " told here.",
        ).both
    )
    scheduled_for: datetime | None = Field(
        description=Text("La cita; null: no la hay.", "The appointment; null: there is none.").both
    )
    delivered: list[str] = Field(
        description=Text("Los servicios que se prestaron.", "The services that were given.").both
    )
    undelivered: list[str] = Field(
        description=Text(
            "De los que se pidieron, los que no se prestaron.",
            "Of those that were asked for, those that were not given.",
        ).both
    )
    confirmations: list[ConfirmationOut]
    enrolment: str | None = Field(
        description=Text(
            "Si la persona se inscribió; null: no se ha dicho.",
            "Whether the person was enrolled; null: that was not said.",
        ).both
    )
    contacts: list[ContactOut]
    services: list[ServiceOut]
    outcomes: list[OutcomeOut]
    closed_with: str | None = Field(
        description=Text(
            "El resultado con que se cerró.",
            "The outcome it was closed with.",
        ).both
    )
    ended_because: str | None = Field(
        description=Text(
            "Por qué no se logró o se canceló.", "Why it failed, or was cancelled."
        ).both
    )


def opening_of(log: Log, referral_id: UUID) -> followup.FollowUpOpened | None:
    """Return how a follow-up began; None if there is none."""
    return opening_known(log, referral_id) or began(log.read(life.DECIDER, referral_id).state)


def opening_known(log: Log, referral_id: UUID) -> followup.FollowUpOpened | None:
    """Return the same without a query: None also if this process has not the state in memory."""
    known = log.states.get(life.DECIDER, referral_id)
    return began(known.state) if known else None


def those_who(hear: Hearers, log: Log, referral_id: UUID) -> Collection[str]:
    """Return the institutions that hear of a follow-up, of one that is in memory too: it is read.

    So whoever is refused waits as long for one that is in memory as for none.
    """
    return hear(log, began(log.read(life.DECIDER, referral_id).state))


def confirmed_by(log: Log, opening: followup.FollowUpOpened | None) -> Collection[str]:
    """Return who may confirm a delivery: the institutions that see it, and the sender."""
    seen = seen_by(log, opening)
    return seen if opening is None else {*seen, opening.sender}


def seen_by(log: Log, opening: followup.FollowUpOpened | None) -> Collection[str]:
    """Return who sees a follow-up that began so; nobody if there is none.

    Before any transfer was accepted the institution that shared the case has custody. As much is
    read for what does not exist as for what does: a stranger must not tell them apart by time.
    """
    about = opening.case_id if opening else _NONE
    heard: custody.Custody = log.read(custody.DECIDER, custody.stream_of(about)).state
    if opening is None:
        return frozenset()
    return {opening.institution, heard.custodian or opening.sender}


def show(log: Log, caller: Caller, referral_id: UUID) -> tuple[FollowUpOut, str]:
    """Show a follow-up, and say for which purpose.

    Raises Refused unless the caller may see it, as if there were none.
    """
    current = log.read(life.DECIDER, referral_id)
    one = current.state
    institutions = seen_by(log, began(one))
    if isinstance(one, followup.NotOpened):
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, institutions)
    work, opening = one.work, one.opening
    out = FollowUpOut(
        referral_id=opening.referral_id,
        version=current.version,
        case_id=opening.case_id,
        institution=opening.institution,
        sender=opening.sender,
        kind=opening.kind,
        status=one.status,
        **_of_the_service(one),
        contacts=[
            ContactOut(number=n, channel=c.channel)
            for n, c in work.counted(*followup.CONTACT).items()
        ],
        services=[
            ServiceOut(number=n, service=s.service)
            for n, s in work.counted(*followup.SERVICE).items()
        ],
        outcomes=[
            OutcomeOut(
                number=n,
                outcome=o.outcome,
                outcome_class=o.outcome_class,
                amount=o.amount,
                currency=o.currency,
                on=o.on,
            )
            for n, o in work.counted(*followup.OUTCOME).items()
        ],
        closed_with=one.outcome,
        ended_because=one.reason if isinstance(one, followup.WithoutOutcome) else None,
    )
    return out, purpose


def _of_the_service(one: followup.Open | followup.Ended) -> dict[str, Any]:
    """Return what is shown of the service that the follow-up is about."""
    work = one.work
    given = work if isinstance(work, followup.Delivered) else None
    return {
        "asked_for": list(one.opening.services),
        "scheduled_for": work.scheduled_for if isinstance(work, followup.Scheduled) else None,
        "delivered": list(given.delivered) if given else [],
        "undelivered": list(given.undelivered) if given else [],
        "confirmations": _confirmations(given) if given else [],
        "enrolment": work.enrolment,
    }


def _confirmations(one: followup.Delivered) -> list[ConfirmationOut]:
    counts = one.counts
    return [
        ConfirmationOut(confirmer=said, taken_by=taken_by, counts=counts(said, taken_by))
        for said, taken_by in one.confirmations
    ]


def began(state: followup.FollowUp) -> followup.FollowUpOpened | None:
    return None if isinstance(state, followup.NotOpened) else state.opening
