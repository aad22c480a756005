"""Who answers for a case, and to whom it was referred: one stream per case holds both.

So "exactly one institution has custody" depends on one fold: custody moves with the acceptance of a
transfer or a steward's assignment, and in no other way. Every other referral that still waits for
its answer then ends in the same append: nobody can take up what a former custodian offered.

Whether a void was the custodian's to say, intake could not know for certain: it names the custody
that it had heard of. If that one ended by a move that was received before the void, nothing
ends here, and intake turns the void into a request (``services.intake.changes``).
"""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from services.referral import consent_leaning, offers
from services.referral.afterwards import AfterwardsCommand
from services.referral.announcing import CustodyAnnounced, custody_moves, with_announcement
from services.referral.answering import AnsweringCommand, DeliverReferral
from services.referral.assigning import AssignCustody, assigned
from services.referral.clock_firing import CLOCK_FACTS, RunClock
from services.referral.clocks import HOLIDAYS
from services.referral.closing import (
    CloseCase,
    ReopenCase,
    closed_or_reopened,
)
from services.referral.consents_ended import EndWithConsent, ended_with
from services.referral.custody_evolving import evolve
from services.referral.custody_facts import (
    CaseRelocated,
    CustodyEnded,
    CustodyFact,
    CustodyTaken,
)
from services.referral.custody_leaning import ADDRESSED, PREVIOUS, RULES, has_part, leans_for
from services.referral.custody_states import (
    CaseInError,
    ClosedCase,
    Custody,
    InCustody,
    Move,
    NotTakenUp,
)
from services.referral.decisions import (
    AcceptReferral,
    CaseContext,
    ReferralCommand,
)
from services.referral.declining import DecliningCommand
from services.referral.drafting import DraftCommand
from services.referral.ending import CloseReferral, ReopenReferral
from services.referral.falling import with_superseded, with_the_case
from services.referral.following import FollowingReaction
from services.referral.leaning import AGREEMENTS, POLICY
from services.referral.life import LIFE
from services.referral.link import filed
from services.referral.link_commands import LinkCommand, leans_of_link, of_a_link
from services.referral.mending import MendingCommand
from services.referral.override import AgreementOverridden
from services.referral.overriding import OverrideAgreement, overridden
from services.referral.referral import is_a_transfer
from services.referral.referral_facts import (
    AboutReferral,
    ReferralAccepted,
)
from services.referral.refusals import CaseIsInError, CaseNotTakenUp
from services.referral.reoffering import ReofferReferral, recipients_in, with_next_offer
from services.referral.requesting import NOT_REQUESTED
from services.referral.transfer_requests import (
    AboutTransferRequest,
    GrantTransfer,
    RefuseTransfer,
    RequestTransfer,
    TransferCommand,
    decided,
)
from shared.kernel.decider import (
    Command,
    Decider,
    Decision,
    Known,
    Leans,
    came_first,
    reaction_only,
)
from shared.kernel.times import ASIDE, MAIN, Place

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


FollowUpHeard = CloseReferral | ReopenReferral | FollowingReaction
CaseCommand = CloseCase | ReopenCase | OverrideAgreement | TransferCommand
CaseReaction = TakeUpCase | RelocateCase | EnterCaseInError | EndWithConsent
FromElsewhere = FollowUpHeard | DeliverReferral | RunClock
OfAReferral = (
    ReferralCommand
    | DraftCommand
    | ReofferReferral
    | AnsweringCommand
    | DecliningCommand
    | MendingCommand
    | AfterwardsCommand
    | LinkCommand
    | FromElsewhere
)
CustodyCommand = CaseReaction | CaseCommand | AssignCustody | OfAReferral

# --- decide ---------------------------------------------------------------------------------


def leans_on(command: CustodyCommand, state: Custody) -> Leans:
    """Return the other streams that a command leans on."""
    if not isinstance(state, InCustody) or not _has_part(command, state):
        return leans_for(command, None)
    if isinstance(command, LinkCommand):
        return leans_of_link(command, state.referrals)
    offered = offers.leans_on(command, state.held, state.referrals, state.requests)
    consents = consent_leaning.leans_on(command, state.referrals)
    return {**leans_for(command, state.held), **offered, **consents}


def _has_part(command: CustodyCommand, state: InCustody) -> bool:
    about = state.referrals.get(command.referral_id) if isinstance(command, OfAReferral) else None
    return has_part(command.by, state.held, about)


def decide(command: CustodyCommand, state: Custody, known: Mapping[str, Known]) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    match command:
        case TakeUpCase():
            return reaction_only(command) or _take_up(command, state)
        case RelocateCase():
            return reaction_only(command) or _relocate(command, state)
        case EnterCaseInError():
            return reaction_only(command) or _enter_in_error(command, state)
        case EndWithConsent():
            return reaction_only(command) or _end_with_consent(command, state, known)
        case (
            CloseCase()
            | ReopenCase()
            | OverrideAgreement()
            | AssignCustody()
            | (RequestTransfer() | GrantTransfer() | RefuseTransfer())
        ):
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


def _end_with_consent(
    command: EndWithConsent, state: Custody, entries: Mapping[str, Known]
) -> Decision:
    match state:
        case NotTakenUp():
            return CaseNotTakenUp()
        case InCustody():
            return ended_with(command, _context(state, entries))
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
            known = _context(state, entries)
            match command:
                case AssignCustody():
                    to, previous = entries[ADDRESSED], entries[PREVIOUS]
                    decision = assigned(command, held.custodian, held.programme, to, previous)
                    return _moved(decision, command, known)
                case OverrideAgreement():
                    return overridden(command, known)
                case CloseCase() | ReopenCase():
                    return closed_or_reopened(
                        command, held.custodian, referrals, is_closed=known.closed
                    )
                case _:
                    return decided(command, state.requests, known)
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
            if (by_link := of_a_link(command, known)) is not None:
                return by_link
            decision = with_next_offer(LIFE.decide(command, referral, known), command, known)
            if isinstance(command, AcceptReferral) and is_a_transfer(referral):
                return _moved(decision, command, known, command.referral_id)
            return decision
        case CaseInError():
            # What a follow-up still does while it has not heard of the error changes nothing here.
            heard = isinstance(command, FromElsewhere)
            return (reaction_only(command) or ()) if heard else CaseIsInError()
        case _:
            assert_never(state)


def _moved(
    decision: Decision, command: Command, known: CaseContext, accepted: UUID | None = None
) -> Decision:
    """End the other offers, since custody moves, and tell everybody."""
    ended = with_superseded(decision, command, known, accepted)
    return with_announcement(ended, command, known)


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
        others.get(RULES),
        state.links,
        others.get(HOLIDAYS),
        recipients_in(others),
        state.case_id,
        others.get(consent_leaning.CONSENT),
    )


# --- the order of times ----------------------------------------------------------------------


def place(fact: CustodyFact) -> Place:
    """Return a fact's place in the order of times: each referral is a line of its own.

    A fact with which custody moves comes after everything that was done before, so that the periods
    of custody do not overlap.
    """
    if isinstance(fact, (*CLOCK_FACTS, CustodyAnnounced)):
        return ASIDE
    match fact:
        case AgreementOverridden(override_id=override_id):
            return Place(override_id, turns=False)
        case AboutTransferRequest(request_id=request_id):
            return Place(request_id)
        case CaseRelocated():
            return Place(turns=False)
        case AboutReferral(referral_id=referral_id):
            moves = isinstance(fact, ReferralAccepted) and custody_moves(fact)
            return Place(referral_id, LIFE.turns(type(fact)), moves)
        case _:
            return MAIN


DECIDER: Decider[Custody] = Decider(
    nothing=NotTakenUp(),
    decide=decide,
    evolve=evolve,
    leans_on=leans_on,
    place=place,
    beside=filed,
)
