"""What referral shows of a case's custody and of the directory, and to whom."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import custody, custody_states, directory
from services.referral.directory_refusals import InstitutionNotRegistered
from services.referral.institution import Listed
from services.referral.life import LIFE
from services.referral.referral import (
    InformationAwaited,
    Referral,
    Rerouted,
    Superseded,
    Waitlisted,
    known_to,
    sides_of,
)
from services.referral.transfer_requests import TransferRequested
from shared.eventstore.log import Log
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.clock import now
from shared.kernel.refusals import Refused
from shared.kernel.sight import Sight, sights, those_who_see
from shared.kernel.text import Text

_STATUSES = ", ".join(LIFE.codes.values())


class ReferralOut(BaseModel):
    """One referral and its status."""

    referral_id: UUID
    sender: str
    addressee: str
    kind: str = Field(
        description=Text(
            "share: la responsabilidad se queda; transfer: pasa al aceptar.",
            "share: custody stays; transfer: it moves with the acceptance.",
        ).both
    )
    services: list[str]
    priority: str
    status: str = Field(description=f"Su situación: {_STATUSES}. / Its status: {_STATUSES}.")
    awaited: list[str] = Field(
        description=Text(
            "Los temas por los que se preguntó y que faltan.",
            "The topics that were asked about and are not answered yet.",
        ).both
    )
    expected_on: date | None = Field(
        description=Text(
            "En lista de espera: el día en que se espera lugar; null: no se dijo.",
            "Waitlisted: the day by which there should be room; null: nobody said.",
        ).both
    )
    suggested: str | None = Field(
        description=Text(
            "La institución que la destinataria sugirió en su lugar.",
            "The institution that the addressee suggested instead.",
        ).both
    )
    coordinator: str | None = Field(
        description=Text(
            "A quién se pidió, al final, confirmar un rechazo.",
            "Who was last asked to confirm that it is declined.",
        ).both
    )
    replaces: UUID | None = Field(
        description=Text(
            "La canalización que terminó sin ser aceptada, y que esta hace de nuevo.",
            "The referral that ended without being accepted, and that this one makes again.",
        ).both
    )
    origin: str = Field(
        description=Text("De dónde viene.", "Where it comes from.").both,
        json_schema_extra={"x-code-list": "referral_origins"},
    )
    superseded_by: UUID | None = Field(
        description=Text(
            "La transferencia que la dejó sin efecto al aceptarse; null: ninguna, o quien conduce"
            " la plataforma asignó el caso.",
            "The transfer that superseded it when it was accepted; null: none did, or a steward"
            " assigned the case.",
        ).both
    )


class TransferRequestOut(BaseModel):
    """An institution asks for custody, and waits for the custodian's answer."""

    request_id: UUID
    institution: str
    services: list[str]
    reason: str


class ClosingOut(BaseModel):
    """With what the custodian closed the case."""

    outcome: str
    outcome_class: str


class CustodyOut(BaseModel):
    """Who answers for a case, and every referral it has had."""

    case_id: UUID
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    custodian: str | None = Field(
        description=Text(
            "null: el caso se registró por error.",
            "null: the case was entered in error.",
        ).both
    )
    programme: str
    subdivision: str
    closed: ClosingOut | None = Field(
        description=Text(
            "Con qué se cerró el caso; null: está abierto.",
            "What the case was closed with; null: it is open.",
        ).both
    )
    referrals: list[ReferralOut]
    transfer_requests: list[TransferRequestOut] = Field(
        description=Text(
            "Quién pide que se le transfiera el caso y espera respuesta.",
            "Who asks for a transfer of the case and waits for an answer.",
        ).both
    )


class InstitutionOut(BaseModel):
    """An institution as the directory describes it."""

    institution: str
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    name: str
    kind: str
    subdivision: str | None
    programmes: list[str] = Field(
        description=Text("Lista vacía: cualquiera.", "An empty list: any.").both
    )
    status: str = Field(
        description=Text(
            "active, suspended o closed: solo a las activas se les canaliza.",
            "active, suspended or closed: only to active ones cases are referred.",
        ).both
    )
    reachable: bool = Field(
        description=Text("Si tiene con qué responder.", "Whether it has a way to answer.").both
    )
    reachable_until: datetime | None = Field(
        description=Text(
            "Hasta cuándo tiene con qué responder; null: hasta nuevo aviso, o no tiene con qué.",
            "Until when it has a way to answer; null: until told otherwise, or it has none.",
        ).both
    )


def sights_of(last: custody_states.InCustody) -> Mapping[str, Sight]:
    """Return what each institution sees of a case. last: the case, as it was before an error."""
    return sights(last.held.custodian, map(sides_of, last.referrals.values()))


def those_who_know(log: Log, case_id: UUID, referral_id: UUID | None = None) -> Collection[str]:
    """Return the institutions that may hear of a refusal.

    Of one about a referral: those that see the case, and its sender and addressee. Of any other:
    those that see the case, or saw it.
    """
    last = _last(log.read(custody.DECIDER, case_id).state)
    if last is None:
        return frozenset()
    if referral_id is None:
        return those_who_see(sights_of(last), Sight.CASE, Sight.PAST)
    one = last.referrals.get(referral_id)
    return _those_who_see_the_case(last) | (known_to(one) if one else frozenset())


def show_custody(log: Log, caller: Caller, case_id: UUID) -> tuple[CustodyOut, str]:
    """Show a case's custody, and say for which purpose.

    Raises Refused unless the caller may see it, as if there were none.
    """
    current = log.read(custody.DECIDER, case_id)
    last = _last(current.state)
    if last is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, _those_who_see_the_case(last))
    out = CustodyOut(
        case_id=last.case_id,
        version=current.version,
        custodian=last.held.custodian if current.state is last else None,
        programme=last.held.programme,
        subdivision=last.held.subdivision,
        closed=_closing(last),
        referrals=[_referral(r) for r in last.referrals.values()],
        transfer_requests=[_transfer_request(each) for each in last.requests.values()],
    )
    return out, purpose


def show_referral(
    log: Log, caller: Caller, case_id: UUID, referral_id: UUID
) -> tuple[ReferralOut, int, str]:
    """Show one referral of a case, with the stream's version, and say for which purpose.

    Raises Refused, as if there were none, unless the caller is its sender or addressee, or sees the
    case.
    """
    current = log.read(custody.DECIDER, case_id)
    last = _last(current.state)
    one = None if last is None else last.referrals.get(referral_id)
    if last is None or one is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, _those_who_see_the_case(last) | known_to(one))
    return _referral(one), current.version, purpose


def show_institution(log: Log, code: str) -> InstitutionOut:
    """Show an institution of the directory. Raises Refused if it is not registered."""
    current = log.read(directory.DECIDER, directory.stream_of(code))
    listed = current.state
    if not isinstance(listed, Listed):
        raise Refused(InstitutionNotRegistered())
    return InstitutionOut(
        institution=listed.institution,
        version=current.version,
        name=listed.name,
        kind=listed.kind,
        subdivision=listed.subdivision,
        programmes=list(listed.programmes),
        status=listed.status,
        reachable=listed.is_reachable(now()),
        reachable_until=listed.reachable.until if listed.reachable else None,
    )


def _those_who_see_the_case(last: custody_states.InCustody) -> frozenset[str]:
    return those_who_see(sights_of(last), Sight.CASE)


def _referral(one: Referral) -> ReferralOut:
    request = one.request
    return ReferralOut(
        referral_id=request.referral_id,
        sender=request.sender,
        addressee=request.addressee,
        kind=request.kind,
        services=list(request.services),
        priority=request.priority,
        status=one.status,
        awaited=list(one.topics) if isinstance(one, InformationAwaited) else [],
        expected_on=one.expected_on if isinstance(one, Waitlisted) else None,
        suggested=one.suggested if isinstance(one, Rerouted) else None,
        coordinator=one.coordinator or None,
        replaces=request.replaces,
        origin=request.origin,
        superseded_by=one.by if isinstance(one, Superseded) else None,
    )


def _transfer_request(one: TransferRequested) -> TransferRequestOut:
    return TransferRequestOut(
        request_id=one.request_id,
        institution=one.institution,
        services=list(one.services),
        reason=one.reason,
    )


def _closing(last: custody_states.InCustody) -> ClosingOut | None:
    if not isinstance(last, custody_states.ClosedCase):
        return None
    return ClosingOut(outcome=last.outcome, outcome_class=last.outcome_class)


def _last(state: custody_states.Custody) -> custody_states.InCustody | None:
    match state:
        case custody_states.InCustody():
            return state
        case custody_states.CaseInError():
            return state.last
        case _:
            return None
