"""Who answers for a case, and to whom it was referred: one stream per case holds both.

So "exactly one institution has custody" depends on one fold: custody moves with the acceptance of a
transfer, in the same fact, and in no other way.
"""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from services.referral import directory
from services.referral.decisions import (
    CaseContext,
    Custodianship,
    EnterReferralInError,
    ReferCase,
    ReferralCommand,
)
from services.referral.life import LIFE, NOT_REQUESTED
from services.referral.mending import MendingCommand
from services.referral.referral import (
    AboutReferral,
    Referral,
    ReferralAccepted,
    ReferralEnteredInError,
    ReferralFact,
    ReferralRequested,
)
from services.referral.refusals import CaseIsInError, CaseNotTakenUp
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.refusals import Refusal
from shared.kernel.times import MAIN, Place
from shared.kernel.value import Value

# --- commands -------------------------------------------------------------------------------


class TakeUpCase(Command, kw_only=True):
    """Intake registered a case: the registering ``institution`` gets custody (a reaction)."""

    case_id: UUID
    institution: str
    programme: str
    subdivision: str


class EnterCaseInError(Command, kw_only=True):
    """The case was entered in error at intake: custody and referrals end (a reaction)."""


CustodyCommand = TakeUpCase | EnterCaseInError | ReferralCommand | MendingCommand

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


CustodyFact = CustodyTaken | CustodyEnded | ReferralFact

FACTS = stored_names(CustodyFact)

# --- states ---------------------------------------------------------------------------------


class NotTakenUp(Value):
    """The case is not known here."""


class InCustody(Value):
    """One institution answers for the case; ``referrals`` are all there ever were, by id."""

    case_id: UUID
    held: Custodianship
    referrals: Mapping[UUID, Referral]


class CaseInError(Value):
    """The case should never have been registered; ``last`` is its state before."""

    last: InCustody


Custody = NotTakenUp | InCustody | CaseInError

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
            fallen = (fact for each in referrals for fact in _fallen(each, command, known))
            return (*fallen, CustodyEnded(held.custodian))
        case CaseInError():
            return ()
        case _:
            assert_never(state)


def _fallen(
    referral_id: UUID, command: EnterCaseInError, known: CaseContext
) -> tuple[ReferralEnteredInError, ...]:
    """End a referral with its case, unless it has ended already."""
    falling = EnterReferralInError(by=command.by, at=command.at, referral_id=referral_id)
    decision = LIFE.decide(falling, known.referrals[referral_id], known)
    return () if isinstance(decision, Refusal) else decision


def _of_a_referral(
    command: ReferralCommand | MendingCommand, state: Custody, addressee: Known | None
) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody(held=held, referrals=referrals):
            referral = referrals.get(command.referral_id, NOT_REQUESTED)
            return LIFE.decide(command, referral, CaseContext(held, referrals, addressee))
        case CaseInError():
            return CaseIsInError()
        case _:
            assert_never(state)


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


def _go_on(state: InCustody, fact: CustodyEnded | ReferralFact) -> Custody:
    match fact:
        case CustodyEnded():
            return CaseInError(last=state)
        case ReferralRequested():
            referrals = {**state.referrals, fact.referral_id: LIFE.evolve(NOT_REQUESTED, fact)}
            return InCustody(state.case_id, state.held, referrals)
        case ReferralAccepted():
            held = Custodianship(fact.custodian, state.held.programme, state.held.subdivision)
            return _evolved(state, fact, held)
        case _:
            return _evolved(state, fact, state.held)


def _evolved(state: InCustody, fact: ReferralFact, held: Custodianship) -> InCustody:
    before = state.referrals[fact.referral_id]
    # The same object as the key, which a dict finds without comparing digits.
    referral_id = before.request.referral_id
    return InCustody(
        state.case_id, held, {**state.referrals, referral_id: LIFE.evolve(before, fact)}
    )


def place(fact: CustodyFact) -> Place:
    """Return a fact's place in the order of times: each referral is a line of its own.

    A fact with which custody moves comes after everything that was done before, so that the periods
    of custody do not overlap.
    """
    if not isinstance(fact, AboutReferral):
        return MAIN
    moves = isinstance(fact, ReferralAccepted) and fact.custodian != fact.previous_custodian
    return Place(fact.referral_id, LIFE.turns(type(fact)), moves)


DECIDER: Decider[Custody] = Decider(
    nothing=NotTakenUp(), decide=decide, evolve=evolve, leans_on=leans_on, place=place
)
