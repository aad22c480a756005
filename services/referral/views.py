"""What referral shows of a case's custody and of the directory, and to whom."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import custody, directory
from services.referral.directory_refusals import InstitutionNotRegistered
from services.referral.institution import Listed
from services.referral.life import LIFE
from services.referral.referral import InformationAwaited, Referral, what_follows
from shared.eventstore.log import Log
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.refusals import Refused
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
    referrals: list[ReferralOut]


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
    reachable_until: datetime | None = Field(
        description=Text(
            "Hasta cuándo tiene con qué responder; null: no tiene con qué.",
            "Until when it has a way to answer; null: it has none.",
        ).both
    )


def parties_of(log: Log, case_id: UUID) -> set[str]:
    """Return the institutions that are parties to a case, as ``shared.identity.scope`` defines."""
    state = log.read(custody.DECIDER, case_id).state
    last = _last(state)
    if last is None:
        return set()
    found = {last.held.first}
    for one in last.referrals.values():
        if what_follows(one).party:
            found |= {one.request.sender, one.request.addressee}
    return found | {last.held.custodian} if state is last else found


def show_custody(log: Log, caller: Caller, case_id: UUID) -> CustodyOut:
    """Show a case's custody. Raises Refused unless the caller may see it, as if there were none."""
    current = log.read(custody.DECIDER, case_id)
    last = _last(current.state)
    if last is None:
        raise Refused(scope.NoSuchCase())
    scope.require(caller, parties_of(log, case_id))
    return CustodyOut(
        case_id=last.case_id,
        version=current.version,
        custodian=last.held.custodian if current.state is last else None,
        programme=last.held.programme,
        subdivision=last.held.subdivision,
        referrals=[_referral(r) for r in last.referrals.values()],
    )


def show_referral(
    log: Log, caller: Caller, case_id: UUID, referral_id: UUID
) -> tuple[ReferralOut, int]:
    """Show one referral of a case, with the stream's version.

    Raises Refused unless the caller may see the case, as if there were none.
    """
    current = log.read(custody.DECIDER, case_id)
    last = _last(current.state)
    one = None if last is None else last.referrals.get(referral_id)
    if one is None:
        raise Refused(scope.NoSuchCase())
    scope.require(caller, parties_of(log, case_id))
    return _referral(one), current.version


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
        reachable_until=listed.reachable_until,
    )


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
    )


def _last(state: custody.Custody) -> custody.InCustody | None:
    match state:
        case custody.InCustody():
            return state
        case custody.CaseInError():
            return state.last
        case _:
            return None
