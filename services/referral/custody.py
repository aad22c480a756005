"""Who answers for a case, and to whom it was referred: one stream per case holds both.

So "exactly one institution has custody" depends on one fold: custody moves with the acceptance of a
transfer, in the same fact, and in no other way. Every other referral that still waits for its
answer then ends in the same append: nobody can take up what a former custodian offered.
"""

from collections.abc import Iterator, Mapping
from typing import assert_never
from uuid import UUID

from services.referral import directory
from services.referral.closing import (
    CaseClosed,
    CaseReopened,
    CloseCase,
    ReopenCase,
    closed,
    reopened,
)
from services.referral.decisions import (
    CUSTODIAN,
    AcceptReferral,
    CaseContext,
    Custodianship,
    ReferCase,
    ReferralCommand,
    ReferralReaction,
)
from services.referral.ending import (
    CloseReferral,
    EnterReferralInError,
    ReopenReferral,
    SupersedeReferral,
)
from services.referral.life import LIFE, NOT_REQUESTED
from services.referral.referral import (
    TRANSFER,
    Referral,
    ReferralAccepted,
    ReferralFact,
    ReferralRequested,
)
from services.referral.refusals import CaseIsInError, CaseNotTakenUp
from shared.kernel.decider import (
    SYSTEM,
    Actor,
    Command,
    Decider,
    Decision,
    Known,
    Leans,
    reaction_only,
)
from shared.kernel.fields import stored_names
from shared.kernel.life.refusals import not_yours
from shared.kernel.refusals import Refusal
from shared.kernel.value import Value, replace

# --- commands -------------------------------------------------------------------------------


class TakeUpCase(Command, kw_only=True):
    """Intake registered a case: the registering ``institution`` gets custody (a reaction)."""

    case_id: UUID
    institution: str
    programme: str
    subdivision: str


class EnterCaseInError(Command, kw_only=True):
    """The case was entered in error at intake: custody and referrals end (a reaction)."""


FollowUpEnding = CloseReferral | ReopenReferral
CaseCommand = CloseCase | ReopenCase
CustodyCommand = TakeUpCase | EnterCaseInError | CaseCommand | ReferralCommand | FollowUpEnding

# --- facts ----------------------------------------------------------------------------------


class CustodyTaken(Value):
    """The case was taken up; ``custodian`` answers for it from its registration on."""

    case_id: UUID
    custodian: str
    programme: str
    subdivision: str


class CustodyEnded(Value):
    """The case has no custodian any longer; ``custodian`` was the last."""

    custodian: str


CustodyFact = CustodyTaken | CustodyEnded | CaseClosed | CaseReopened | ReferralFact

FACTS = stored_names(CustodyFact)

# --- states ---------------------------------------------------------------------------------


class NotTakenUp(Value):
    """The case is not known here."""


class InCustody(Value):
    """One institution answers for the case; ``referrals`` are all there ever were, by id."""

    case_id: UUID
    held: Custodianship
    referrals: Mapping[UUID, Referral]


class ClosedCase(InCustody):
    """The custodian closed it with ``outcome``; it answers for the case all the same."""

    outcome: str
    outcome_class: str


class CaseInError(Value):
    """The case should never have been registered; ``last`` is its state before."""

    last: InCustody


Custody = NotTakenUp | InCustody | ClosedCase | CaseInError

ADDRESSED = "addressee"
"""The name under which the rules get the addressee's entry in the directory."""

# --- decide ---------------------------------------------------------------------------------


def leans_on(command: CustodyCommand, _: Custody) -> Leans:
    """Return the other streams that a command leans on: the addressee's entry in the directory."""
    if isinstance(command, ReferCase):
        return {ADDRESSED: (directory.DECIDER, directory.stream_of(command.to))}
    return {}


def decide(command: CustodyCommand, state: Custody, known: Mapping[str, Known]) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    match command:
        case TakeUpCase():
            return reaction_only(command) or _take_up(command, state)
        case EnterCaseInError():
            return reaction_only(command) or _enter_in_error(command, state)
        case CloseCase() | ReopenCase():
            return _of_the_case(command, state)
        case _:
            return _of_a_referral(command, state, known.get(ADDRESSED))


def _take_up(command: TakeUpCase, state: Custody) -> Decision:
    match state:
        case NotTakenUp():
            return (
                CustodyTaken(
                    case_id=command.case_id,
                    custodian=command.institution,
                    programme=command.programme,
                    subdivision=command.subdivision,
                ),
            )
        case InCustody() | CaseInError():
            return ()
        case _:
            assert_never(state)


def _enter_in_error(command: EnterCaseInError, state: Custody) -> Decision:
    """End custody and every referral that has not ended already."""
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held, referrals=referrals):
            known = CaseContext(held, referrals)
            fallen = (
                fact
                for each in referrals
                for fact in _followed_by(
                    EnterReferralInError(by=command.by, at=command.at, referral_id=each), known
                )
            )
            return (*fallen, CustodyEnded(held.custodian))
        case CaseInError():
            return ()
        case _:
            assert_never(state)


def _followed_by(command: ReferralReaction, known: CaseContext) -> tuple[ReferralFact, ...]:
    """Return what a fact about the case leads to for a referral; nothing if it has ended before."""
    decision = LIFE.decide(command, known.referrals[command.referral_id], known)
    return () if isinstance(decision, Refusal) else decision


def _of_the_case(command: CaseCommand, state: Custody) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held, referrals=referrals):
            is_closed = isinstance(state, ClosedCase)
            if command.by.institution != held.custodian:
                return not_yours((CUSTODIAN.code,))
            if isinstance(command, CloseCase):
                return closed(command, held.custodian, referrals, already=is_closed)
            return reopened(command, is_closed=is_closed)
        case CaseInError():
            return CaseIsInError()
        case _:
            assert_never(state)


def _of_a_referral(
    command: ReferralCommand | FollowUpEnding, state: Custody, addressee: Known | None
) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held, referrals=referrals):
            referral = referrals.get(command.referral_id, NOT_REQUESTED)
            known = CaseContext(held, referrals, addressee, isinstance(state, ClosedCase))
            decision = LIFE.decide(command, referral, known)
            if isinstance(command, AcceptReferral) and not isinstance(decision, Refusal):
                return (*decision, *_superseded(command, known))
            return decision
        case CaseInError():
            # What a follow-up still does while it has not heard of the error changes nothing here.
            ended = isinstance(command, FollowUpEnding)
            return (reaction_only(command) or ()) if ended else CaseIsInError()
        case _:
            assert_never(state)


def _superseded(command: AcceptReferral, known: CaseContext) -> Iterator[ReferralFact]:
    """Yield the end of every other open referral, if it is a transfer that is accepted."""
    if known.referrals[command.referral_id].request.kind != TRANSFER:
        return
    system = Actor(command.by.institution, SYSTEM, SYSTEM)
    for each in known.referrals:
        if each != command.referral_id:
            ending = SupersedeReferral(
                by=system, at=command.at, referral_id=each, accepted=command.referral_id
            )
            yield from _followed_by(ending, known)


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Custody, fact: CustodyFact) -> Custody:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    match fact:
        case CustodyTaken():
            held = Custodianship(
                custodian=fact.custodian, programme=fact.programme, subdivision=fact.subdivision
            )
            return InCustody(case_id=fact.case_id, held=held, referrals={})
        case _:
            return _go_on(state, fact) if isinstance(state, InCustody) else state


def _go_on(
    state: InCustody, fact: CustodyEnded | CaseClosed | CaseReopened | ReferralFact
) -> Custody:
    match fact:
        case CustodyEnded():
            return CaseInError(last=state)
        case CaseClosed():
            return ClosedCase(
                state.case_id, state.held, state.referrals, fact.outcome, fact.outcome_class
            )
        case CaseReopened():
            return InCustody(state.case_id, state.held, state.referrals)
        case ReferralRequested():
            requested = LIFE.evolve(NOT_REQUESTED, fact)
            return replace(state, referrals={**state.referrals, fact.referral_id: requested})
        case ReferralAccepted():
            held = Custodianship(fact.custodian, state.held.programme, state.held.subdivision)
            return _evolved(state, fact, held)
        case _:
            return _evolved(state, fact, state.held)


def _evolved(state: InCustody, fact: ReferralFact, held: Custodianship) -> InCustody:
    before = state.referrals[fact.referral_id]
    # The same object as the key, which a dict finds without comparing digits.
    referral_id = before.request.referral_id
    referrals = {**state.referrals, referral_id: LIFE.evolve(before, fact)}
    return replace(state, held=held, referrals=referrals)


DECIDER: Decider[Custody] = Decider(
    nothing=NotTakenUp(), decide=decide, evolve=evolve, leans_on=leans_on
)
