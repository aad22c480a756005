"""What referral shows of a case's custody and of the directory, and to whom."""

from typing import assert_never
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import custody, directory, referral
from shared.eventstore.log import Log
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.refusals import Refused
from shared.kernel.statuses import REFERRAL_STATUSES, party_statuses

_STATUSES = (
    "requested, acknowledged, information-awaited, accepted, declined, withdrawn, entered-in-error"
)


class ReferralOut(BaseModel):
    """One referral and where it stands."""

    referral_id: UUID
    sender: str
    addressee: str
    kind: str = Field(
        description="share: la responsabilidad se queda; transfer: pasa al aceptar."
        " / share: custody stays; transfer: it moves with the acceptance."
    )
    services: list[str]
    priority: str
    status: str = Field(description=f"Su situación: {_STATUSES}. / Its status: {_STATUSES}.")


class CustodyOut(BaseModel):
    """Who answers for a case, and every referral it has had."""

    case_id: UUID
    version: int = Field(description="Para If-Match. / For If-Match.")
    custodian: str | None = Field(
        description="null: el caso se registró por error. / null: the case was entered in error."
    )
    programme: str
    subdivision: str
    referrals: list[ReferralOut]


class InstitutionOut(BaseModel):
    """An institution as the directory describes it."""

    institution: str
    version: int = Field(description="Para If-Match. / For If-Match.")
    name: str
    kind: str
    subdivision: str | None
    programmes: list[str]


def parties_of(log: Log, case_id: UUID) -> set[str]:
    """Name the institutions that are parties to a case, as ``shared.identity.scope`` says."""
    state = log.read(custody.DECIDER, case_id).state
    last = _last(state)
    if last is None:
        return set()
    requests = [one.request for one in last.referrals.values()]
    # Nobody has custody before the registering institution, so the first to refer is that one.
    found = {requests[0].sender if requests else last.held.custodian}
    for one in last.referrals.values():
        if status_of(one) in party_statuses(REFERRAL_STATUSES):
            found |= {one.request.sender, one.request.addressee}
    return found | {last.held.custodian} if state is last else found


def show_custody(log: Log, caller: Caller, case_id: UUID) -> CustodyOut:
    """Show a case's custody to a caller who may see it; refused as if there were none otherwise."""
    current = log.read(custody.DECIDER, case_id)
    last = _last(current.state)
    if last is None:
        raise Refused(scope.NoSuchCase())
    scope.require(caller, parties_of(log, case_id))
    stands = isinstance(current.state, custody.InCustody)
    return CustodyOut(
        case_id=last.case_id,
        version=current.version,
        custodian=last.held.custodian if stands else None,
        programme=last.held.programme,
        subdivision=last.held.subdivision,
        referrals=[_referral(r) for r in last.referrals.values()],
    )


def show_institution(log: Log, code: str) -> InstitutionOut:
    """Show an institution of the directory to any identified caller."""
    current = log.read(directory.DECIDER, directory.stream_of(code))
    listed = current.state
    if not isinstance(listed, directory.Listed):
        raise Refused(directory.InstitutionNotRegistered())
    return InstitutionOut(
        institution=listed.institution,
        version=current.version,
        name=listed.name,
        kind=listed.kind,
        subdivision=listed.subdivision,
        programmes=list(listed.programmes),
    )


def status_of(one: referral.Referral) -> str:  # noqa: PLR0911 - one word for each station
    """Say where a referral stands, in the word of the interface."""
    match one:
        case referral.Requested():
            return "requested"
        case referral.Acknowledged():
            return "acknowledged"
        case referral.InformationAwaited():
            return "information-awaited"
        case referral.Accepted():
            return "accepted"
        case referral.Declined():
            return "declined"
        case referral.Withdrawn():
            return "withdrawn"
        case referral.InError():
            return "entered-in-error"
        case _:
            assert_never(one)


def _referral(one: referral.Referral) -> ReferralOut:
    request = one.request
    return ReferralOut(
        referral_id=request.referral_id,
        sender=request.sender,
        addressee=request.addressee,
        kind=request.kind,
        services=list(request.services),
        priority=request.priority,
        status=status_of(one),
    )


def _last(state: custody.Custody) -> custody.InCustody | None:
    match state:
        case custody.InCustody():
            return state
        case custody.CaseInError():
            return state.last
        case _:
            return None
