"""Who answers for a case, and to whom it was referred: one stream per case holds both.

So "exactly one institution has custody" depends on one fold: custody moves with the acceptance of a
transfer or a steward's assignment, and in no other way. Every other referral that still waits for
its answer then ends in the same append: nobody can take up what a former custodian offered.

Whether a void was the custodian's to say, intake could not know for certain: it names the custody
that it had heard of. If that one ended by a move that was received before the void, nothing
ends here, and intake turns the void into a request (``services.intake.changes``).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never
from uuid import UUID

from services.referral import directory
from services.referral.assigning import AssignCustody, CustodyAssigned, assigned
from services.referral.closing import (
    CaseClosed,
    CaseReopened,
    CloseCase,
    ReopenCase,
    closed_or_reopened,
)
from services.referral.decisions import (
    AcceptReferral,
    CaseContext,
    Custodianship,
    ReferCase,
    ReferralCommand,
)
from services.referral.ending import CloseReferral, ReopenReferral
from services.referral.falling import with_superseded, with_the_case
from services.referral.leaning import AGREEMENTS, POLICY, leans_of
from services.referral.life import LIFE, NOT_REQUESTED
from services.referral.mending import MendingCommand
from services.referral.override import AgreementOverridden
from services.referral.overriding import OverrideAgreement, left, overridden
from services.referral.referral import (
    AboutReferral,
    Referral,
    ReferralAccepted,
    ReferralFact,
    ReferralRequested,
    is_a_transfer,
)
from services.referral.refusals import CaseIsInError, CaseNotTakenUp
from shared.kernel.decider import (
    Command,
    Decider,
    Decision,
    Known,
    Leans,
    came_first,
    reaction_only,
)
from shared.kernel.fields import stored_names
from shared.kernel.times import MAIN, Place
from shared.kernel.value import Value, replace

# --- commands -------------------------------------------------------------------------------


class TakeUpCase(Command, kw_only=True):
    """Intake registered a case: the registering ``institution`` gets custody (a reaction)."""

    case_id: UUID
    institution: str
    programme: str
    subdivision: str


class RelocateCase(Command, kw_only=True):
    """Intake describes the case in this subdivision now (a reaction)."""

    subdivision: str


class EnterCaseInError(Command, kw_only=True):
    """The case was entered in error at intake: custody and referrals end (a reaction).

    custody_version: of this stream, at the fact by which custody came to whoever said so.
    received_at: when intake received it.
    """

    custody_version: int = 0


FollowUpEnding = CloseReferral | ReopenReferral
CaseCommand = CloseCase | ReopenCase | OverrideAgreement
CaseReaction = TakeUpCase | RelocateCase | EnterCaseInError
OfAReferral = ReferralCommand | MendingCommand | FollowUpEnding
CustodyCommand = CaseReaction | CaseCommand | AssignCustody | OfAReferral

# --- facts ----------------------------------------------------------------------------------


class CustodyTaken(Value):
    """The case was taken up; ``custodian`` answers for it from its registration on."""

    case_id: UUID
    custodian: str
    programme: str
    subdivision: str


class CaseRelocated(Value):
    """The case lies in another subdivision than was said before; what follows is about this one."""

    subdivision: str


class CustodyEnded(Value):
    """The case has no custodian any longer; ``custodian`` was the last."""

    custodian: str


OfTheCase = (
    CaseRelocated | CustodyAssigned | CustodyEnded | CaseClosed | CaseReopened | AgreementOverridden
)
LaterFact = OfTheCase | ReferralFact
CustodyFact = CustodyTaken | LaterFact

FACTS = stored_names(CustodyFact)

# --- states ---------------------------------------------------------------------------------


class NotTakenUp(Value):
    """The case is not known here."""


class Move(Value):
    """A fact by which custody moved: its version, and when its command was received."""

    version: int
    received_at: datetime | None


class InCustody(Value):
    """One institution answers for the case; ``referrals`` are all there ever were, by id.

    version: the stream's. moves: all there ever were, oldest first. overrides: those of agreements
    that were not used yet, by id.
    """

    case_id: UUID
    held: Custodianship
    referrals: Mapping[UUID, Referral]
    version: int = 1
    moves: tuple[Move, ...] = ()
    overrides: Mapping[UUID, AgreementOverridden] = {}


class ClosedCase(InCustody, kw_only=True):
    """The custodian closed it with ``outcome``; it answers for the case all the same."""

    outcome: str
    outcome_class: str


class CaseInError(Value):
    """The case should never have been registered; ``last`` is its state before."""

    last: InCustody


Custody = NotTakenUp | InCustody | ClosedCase | CaseInError

ADDRESSED, PREVIOUS = "addressee", "previous"
"""The names under which the rules get the entries of addressee and custodian in the directory."""

# --- decide ---------------------------------------------------------------------------------


def leans_on(command: CustodyCommand, state: Custody) -> Leans:
    """Return the other streams that a command leans on: entries in the directory, agreements."""
    if isinstance(command, OverrideAgreement):
        return {ADDRESSED: (directory.DECIDER, directory.stream_of(command.addressee))}
    if not isinstance(command, ReferCase | AssignCustody):
        return {}
    to = {ADDRESSED: (directory.DECIDER, directory.stream_of(command.to))}
    if isinstance(command, AssignCustody):
        return {**to, PREVIOUS: (directory.DECIDER, directory.stream_of(command.previous))}
    return {**to, **leans_of(command, state.held)} if isinstance(state, InCustody) else to


def decide(command: CustodyCommand, state: Custody, known: Mapping[str, Known]) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    match command:
        case TakeUpCase():
            return reaction_only(command) or _take_up(command, state)
        case RelocateCase():
            return reaction_only(command) or _relocate(command, state)
        case EnterCaseInError():
            return reaction_only(command) or _enter_in_error(command, state)
        case CloseCase() | ReopenCase() | OverrideAgreement() | AssignCustody():
            return _of_the_case(command, state, known)
        case _:
            return _of_a_referral(command, state, known)


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


def _relocate(command: RelocateCase, state: Custody) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held):
            same = held.subdivision == command.subdivision
            return () if same else (CaseRelocated(command.subdivision),)
        case CaseInError():
            return ()
        case _:
            assert_never(state)


def _enter_in_error(command: EnterCaseInError, state: Custody) -> Decision:
    """End custody and every referral that has not ended already.

    Nothing ends if custody had moved, before the void was received, from whoever said it.
    """
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(moves=moves) if _had_moved(command, moves):
            return ()
        case InCustody(held=held, referrals=referrals):
            fallen = with_the_case(command, CaseContext(held, referrals))
            return (*fallen, CustodyEnded(held.custodian))
        case CaseInError():
            return ()
        case _:
            assert_never(state)


def _had_moved(command: EnterCaseInError, moves: tuple[Move, ...]) -> bool:
    """Whether the acceptance that ended the custody which the void names came before the void."""
    ended = next((move for move in moves if move.version > command.custody_version), None)
    return ended is not None and came_first(ended.received_at, command.received_at)


def _of_the_case(
    command: CaseCommand | AssignCustody, state: Custody, entries: Mapping[str, Known]
) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held, referrals=referrals):
            if isinstance(command, AssignCustody):
                to, previous = entries[ADDRESSED], entries[PREVIOUS]
                decision = assigned(command, held.custodian, held.programme, to, previous)
                return with_superseded(decision, command, CaseContext(held, referrals))
            is_closed = isinstance(state, ClosedCase)
            if isinstance(command, OverrideAgreement):
                known = CaseContext(held, referrals, entries[ADDRESSED], is_closed)
                return overridden(command, replace(known, overrides=state.overrides))
            return closed_or_reopened(command, held.custodian, referrals, is_closed=is_closed)
        case CaseInError():
            return CaseIsInError()
        case _:
            assert_never(state)


def _of_a_referral(command: OfAReferral, state: Custody, others: Mapping[str, Known]) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(referrals=referrals):
            referral = referrals.get(command.referral_id, NOT_REQUESTED)
            known = _context(state, others)
            decision = LIFE.decide(command, referral, known)
            if isinstance(command, AcceptReferral) and is_a_transfer(referral):
                return with_superseded(decision, command, known, command.referral_id)
            return decision
        case CaseInError():
            # What a follow-up still does while it has not heard of the error changes nothing here.
            ended = isinstance(command, FollowUpEnding)
            return (reaction_only(command) or ()) if ended else CaseIsInError()
        case _:
            assert_never(state)


def _context(state: InCustody, others: Mapping[str, Known]) -> CaseContext:
    agreements, policy = others.get(AGREEMENTS), others.get(POLICY)
    return CaseContext(
        state.held,
        state.referrals,
        others.get(ADDRESSED),
        isinstance(state, ClosedCase),
        None if agreements is None else agreements.state,
        policy is not None and policy.state,
        state.overrides,
    )


# --- evolve ---------------------------------------------------------------------------------


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
    version, held = state.version + 1, state.held
    match fact:
        case CustodyEnded():
            return CaseInError(last=state)
        case CaseRelocated(subdivision=subdivision):
            return replace(state, version=version, held=replace(held, subdivision=subdivision))
        case CaseClosed(outcome=outcome, outcome_class=outcome_class):
            return ClosedCase(
                *(state.case_id, held, state.referrals, version, state.moves, state.overrides),
                outcome=outcome,
                outcome_class=outcome_class,
            )
        case CaseReopened():
            return InCustody(
                *(state.case_id, held, state.referrals, version, state.moves, state.overrides)
            )
        case CustodyAssigned() | ReferralAccepted():
            moves = state.moves
            if fact.custodian != fact.previous_custodian:
                moves = (*moves, Move(version, fact.received_at))
            referrals = (
                _evolved(state, fact) if isinstance(fact, AboutReferral) else state.referrals
            )
            held = replace(held, custodian=fact.custodian)
            return replace(state, version=version, held=held, referrals=referrals, moves=moves)
        case _:
            state = replace(state, version=version, overrides=left(state.overrides, fact))
            if not isinstance(fact, AgreementOverridden):
                state = replace(state, referrals=_evolved(state, fact))
            return state


def _evolved(state: InCustody, fact: ReferralFact) -> Mapping[UUID, Referral]:
    if isinstance(fact, ReferralRequested):
        return {**state.referrals, fact.referral_id: LIFE.evolve(NOT_REQUESTED, fact)}
    before = state.referrals[fact.referral_id]
    # The same object as the key, which a dict finds without comparing digits.
    referral_id = before.request.referral_id
    return {**state.referrals, referral_id: LIFE.evolve(before, fact)}


def place(fact: CustodyFact) -> Place:
    """Return a fact's place in the order of times: each referral is a line of its own.

    A fact with which custody moves comes after everything that was done before, so that the periods
    of custody do not overlap.
    """
    if isinstance(fact, AgreementOverridden):
        return Place(fact.override_id, turns=False)
    if not isinstance(fact, AboutReferral):
        return Place(turns=False) if isinstance(fact, CaseRelocated) else MAIN
    moves = isinstance(fact, ReferralAccepted) and fact.custodian != fact.previous_custodian
    return Place(fact.referral_id, LIFE.turns(type(fact)), moves)


DECIDER: Decider[Custody] = Decider(
    nothing=NotTakenUp(), decide=decide, evolve=evolve, leans_on=leans_on, place=place
)
