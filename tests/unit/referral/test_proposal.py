"""The rules of members' proposals, one sentence each."""

from datetime import date
from uuid import UUID

import pytest

from services.referral.directory import stream_of as entry_of
from services.referral.directory_refusals import InstitutionNotRegistered
from services.referral.institution import Active, NotListed
from services.referral.proposal import (
    DECIDER,
    DecideProposal,
    DiscussProposal,
    MakeProposal,
    NoSuchProposal,
    NotADecider,
    NotProposed,
    OwnProposal,
    ProposalAlreadyMade,
    ProposalDecided,
    ProposalDiscussed,
    ProposalMade,
    ProposalWithdrawn,
    Proposed,
    WithdrawProposal,
    place,
    stream_of,
)
from services.referral.undertaking import Ended, NotTheOwner
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.documents import DocumentRef
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.times import MAIN
from shared.kernel.value import fields_of, replace
from tests.personas import AT, OFFICE, STEWARD
from tests.spec import rules

ID = UUID("00000000-0000-4000-8000-0000000000b2")
CODE = OFFICE.institution
KEEPER = Actor(CODE, "administrator", "subject-7")
OTHER = Actor("albergue-juarez", "administrator", "subject-8")
COORDINATOR = Actor("comision-ddhh-chih", "coordinator", "subject-9")
ENTRY = Known(3, Active(CODE, "Oficina Laboral", "labour-office", "MX-CHH", ()))
given = rules(DECIDER, owner=ENTRY)
TEXTS = DocumentRef(UUID(int=5), "a" * 64)

MAKE = MakeProposal(
    by=KEEPER,
    at=AT,
    proposal_id=ID,
    programme="mx-labour-network",
    topic="training",
    decide_by=date(2026, 6, 1),
    texts=TEXTS,
)
MADE = ProposalMade(ID, CODE, 3, "mx-labour-network", "training", None, date(2026, 6, 1), TEXTS)
DISCUSS = DiscussProposal(by=OTHER, at=AT, stance="support", texts=TEXTS)
DISCUSSED = ProposalDiscussed(ID, OTHER.institution, "support", TEXTS)
DECIDE = DecideProposal(by=COORDINATOR, at=AT, decision="adopted")
ADOPTED = ProposalDecided(ID, COORDINATOR.institution, "adopted", None)
POSTPONED = replace(ADOPTED, decision="postponed")
WITHDRAW = WithdrawProposal(by=KEEPER, at=AT, reason="no-longer-needed")
WITHDRAWN = ProposalWithdrawn(ID, "no-longer-needed")
DESCRIBED = {name: value for name, value in fields_of(MADE).items() if name != "owner_version"}


def test_an_administrator_proposes_for_its_institution_and_a_steward_for_any() -> None:
    given().when(MAKE).then(MADE)
    given().when(replace(MAKE, by=STEWARD, owner=CODE)).then(MADE)
    given().when(replace(MAKE, by=OTHER, owner=CODE)).refused(NotTheOwner, owner=CODE)


def test_who_proposes_is_registered() -> None:
    given().knowing(owner=Known(0, NotListed())).when(MAKE).refused(InstitutionNotRegistered)


def test_it_leans_on_its_owners_entry_when_it_is_made_and_on_nothing_after() -> None:
    assert DECIDER.leans_on is not None
    ((_, stream),) = DECIDER.leans_on(MAKE, NotProposed()).values()  # type: ignore[misc]
    assert stream == entry_of(CODE)
    assert DECIDER.leans_on(DISCUSS, Proposed(**DESCRIBED)) == {}


def test_made_again_with_the_same_values_it_is_the_same() -> None:
    given(MADE, DISCUSSED, ADOPTED).when(MAKE).then_nothing_new()
    given(MADE).when(replace(MAKE, topic="route")).refused(ProposalAlreadyMade)


def test_codes_are_of_their_lists() -> None:
    given().when(replace(MAKE, topic="weather")).refused(CodeNotKnown, field="topic")
    given(MADE).when(replace(DISCUSS, stance="meh")).refused(CodeNotKnown, field="stance")


def test_any_institution_discusses_it_as_often_as_it_likes() -> None:
    given(MADE).when(DISCUSS).then(DISCUSSED)
    given(MADE, DISCUSSED).when(DISCUSS).then(DISCUSSED)
    own = replace(DISCUSS, by=KEEPER)
    given(MADE).when(own).then(replace(DISCUSSED, institution=CODE))
    given(MADE).when(replace(DISCUSS, by=OFFICE)).refused(NotTheOwner)


@pytest.mark.parametrize("decision", ["adopted", "rejected", "postponed"])
def test_a_coordinator_or_steward_of_another_institution_decides_it(decision: str) -> None:
    for by in (COORDINATOR, STEWARD):
        decided = ProposalDecided(ID, by.institution, decision, None)
        given(MADE).when(replace(DECIDE, by=by, decision=decision)).then(decided)


def test_nobody_decides_their_own() -> None:
    given(MADE).when(replace(DECIDE, by=replace(COORDINATOR, institution=CODE))).refused(
        OwnProposal
    )
    given(MADE).when(replace(DECIDE, by=OTHER)).refused(NotADecider)


def test_what_is_postponed_is_discussed_and_decided_again() -> None:
    given(MADE, POSTPONED).when(DISCUSS).then(DISCUSSED)
    given(MADE, POSTPONED).when(DECIDE).then(ADOPTED)
    given(MADE, POSTPONED).when(replace(DECIDE, decision="postponed")).then_nothing_new()


def test_its_owner_withdraws_it() -> None:
    given(MADE).when(WITHDRAW).then(WITHDRAWN)
    given(MADE).when(replace(WITHDRAW, by=OTHER)).refused(NotTheOwner, owner=CODE)


@pytest.mark.parametrize("end", [ADOPTED, replace(ADOPTED, decision="rejected"), WITHDRAWN])
@pytest.mark.parametrize("command", [DISCUSS, DECIDE, WITHDRAW])
def test_what_is_decided_or_withdrawn_is_over(end: object, command: Command) -> None:
    given(MADE, end).when(command).refused(Ended)


@pytest.mark.parametrize("command", [DISCUSS, DECIDE, WITHDRAW])
def test_what_was_not_proposed_is_not_there(command: Command) -> None:
    given().when(command).refused(NoSuchProposal)


def test_what_is_said_about_it_comes_in_any_order() -> None:
    assert place(DISCUSSED).adds
    assert not place(DISCUSSED).turns
    assert place(ADOPTED) == MAIN


def test_a_state_is_what_happened() -> None:
    given().remembers(NotProposed())
    given(ADOPTED).remembers(NotProposed())
    given(MADE, DISCUSSED, DISCUSSED).remembers(Proposed(**DESCRIBED, discussed=2))
    given(MADE, ADOPTED).remembers(Proposed(**DESCRIBED, status="adopted"))
    given(MADE, WITHDRAWN).remembers(Proposed(**DESCRIBED, status="withdrawn"))
    assert stream_of(ID) != ID
