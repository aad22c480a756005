"""What a case comes to after each of its facts. No rule is checked: the facts have happened."""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from services.referral.announcing import CustodyAnnounced, custody_moves
from services.referral.assigning import CustodyAssigned
from services.referral.clock_firing import timed
from services.referral.clocks import NO_TIMING
from services.referral.closing import CaseClosed, CaseReopened
from services.referral.custody_facts import (
    CaseRelocated,
    CustodyEnded,
    CustodyFact,
    CustodyTaken,
    LaterFact,
)
from services.referral.custody_states import CaseInError, ClosedCase, Custody, InCustody, Move
from services.referral.decisions import Custodianship
from services.referral.life import LIFE
from services.referral.link import LinkIssued, LinkOpened, LinkWithdrawn, linked
from services.referral.override import AgreementOverridden
from services.referral.overriding import left
from services.referral.referral import Referral
from services.referral.referral_facts import AboutReferral, ReferralAccepted, ReferralFact
from services.referral.requesting import NOT_REQUESTED
from services.referral.transfer_requests import (
    TransferGranted,
    TransferRefused,
    TransferRequested,
    TransferRequestFact,
    after,
    left_to,
)
from shared.kernel.value import fields_of, replace


def evolve(state: Custody, fact: CustodyFact) -> Custody:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    match fact:
        case CustodyTaken():
            held = Custodianship(
                custodian=fact.custodian,
                programme=fact.programme,
                subdivision=fact.subdivision,
            )
            return InCustody(case_id=fact.case_id, held=held, referrals={})
        case _:
            return _go_on(state, fact) if isinstance(state, InCustody) else state


def _go_on(state: InCustody, fact: LaterFact) -> Custody:
    version = state.version + 1
    match fact:
        case CustodyAssigned() | ReferralAccepted():
            return _moved_on(state, fact)
        case LinkIssued() | LinkOpened() | LinkWithdrawn():
            return replace(state, version=version, links=linked(state.links, fact))
        case AboutReferral():
            overrides, referrals = left(state.overrides, fact), _evolved(state, fact)
            return replace(state, version=version, overrides=overrides, referrals=referrals)
        case CustodyAnnounced():
            return replace(state, version=version)
        case CustodyEnded():
            return CaseInError(last=state)
        case _:
            return _as_such(state, version, fact)


def _as_such(
    state: InCustody,
    version: int,
    fact: CaseRelocated | CaseClosed | CaseReopened | AgreementOverridden | TransferRequestFact,
) -> InCustody:
    """Go on after a fact about the case as such. version: the stream's after it."""
    kept = fields_of(state, InCustody) | {"version": version}
    match fact:
        case CaseRelocated(subdivision=subdivision):
            kept |= {"held": replace(state.held, subdivision=subdivision)}
        case AgreementOverridden():
            kept |= {"overrides": left(state.overrides, fact)}
        case TransferRequested() | TransferGranted() | TransferRefused():
            kept |= {"requests": after(state.requests, fact)}
        case CaseClosed(outcome=outcome, outcome_class=outcome_class):
            return ClosedCase(**kept, outcome=outcome, outcome_class=outcome_class)
        case CaseReopened():
            return InCustody(**kept)
        case _:
            assert_never(fact)
    return replace(state, **kept)


def _moved_on(state: InCustody, fact: CustodyAssigned | ReferralAccepted) -> InCustody:
    """Go on after a fact by which custody moves, unless a share is accepted."""
    version, custodian = state.version + 1, fact.custodian
    referrals = _evolved(state, fact) if isinstance(fact, AboutReferral) else state.referrals
    if not custody_moves(fact):
        return replace(state, version=version, referrals=referrals)
    return replace(
        state,
        version=version,
        referrals=referrals,
        held=replace(state.held, custodian=custodian),
        moves=(*state.moves, Move(version, fact.received_at)),
        requests=left_to(custodian, state.requests),
    )


def _evolved(state: InCustody, fact: ReferralFact) -> Mapping[UUID, Referral]:
    before = state.referrals.get(fact.referral_id)
    if before is None:
        begun = timed(NO_TIMING, LIFE.evolve(NOT_REQUESTED, fact), fact)
        return {**state.referrals, fact.referral_id: begun}
    # The same object as the key, which a dict finds without comparing digits.
    referral_id = before.request.referral_id
    after = timed(before.timing, LIFE.evolve(before, fact), fact)
    return {**state.referrals, referral_id: after}
