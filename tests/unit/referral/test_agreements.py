"""The rules of agreements, one sentence each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.referral import agreement_index
from services.referral.agreement import (
    Agreement,
    AgreementExpiryAnnounced,
    AgreementRenewed,
    AgreementResumed,
    AgreementRevised,
    AgreementSuspended,
    AgreementTerminated,
    NotDrafted,
    beside,
    evolve,
)
from services.referral.agreement_refusals import (
    AgreementAlreadyDrafted,
    AgreementIsOver,
    AgreementNotDrafted,
    AlreadySigned,
    EndsBeforeItBegins,
    NoDataCategory,
    NotAParty,
    NotLater,
    NotSignedYet,
    NotSuspended,
    NotTheirAgreement,
    NotTheSignatory,
    PartiesTooFew,
    PartyNotRegistered,
    RenewedByTheSteward,
    SignedInTheFuture,
    SuspendedByAnother,
    TitleNotUsable,
)
from services.referral.agreement_terms import DraftAgreement, ReviseAgreement, entry_name
from services.referral.agreements import (
    DECIDER,
    AnnounceExpiry,
    RenewAgreement,
    ResumeAgreement,
    SignAgreement,
    SuspendAgreement,
    TerminateAgreement,
    index_name,
    leans_on,
    step_due,
    stream_of,
)
from services.referral.institution import Active, NotListed
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.free_text import LooksPersonal
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.times import Place
from shared.kernel.value import replace
from tests.agreement_facts import (
    AGREEMENT,
    DRAFTED,
    PARTIES,
    SIGNED,
    SIGNED_BY_THE_COMMISSION,
    SIGNED_BY_THE_OFFICE,
    TERMS,
)
from tests.personas import (
    ADMINISTRATOR,
    AT,
    COMMISSION,
    OFFICE,
    OPERATOR,
    SHELTER,
    STEWARD,
    SYSTEM,
)
from tests.spec import rules

ENTRY = Known(1, Active("", "", "shelter", None, ()))
ENTRIES = {entry_name(each.institution): ENTRY for each in (OFFICE, COMMISSION, SHELTER)}
given = rules(DECIDER, **ENTRIES)
OF_THE_OFFICE = Actor(OFFICE.institution, "administrator", "subject-1")
OF_THE_COMMISSION = Actor(COMMISSION.institution, "administrator", "subject-2")
TODAY = AT.date()

DRAFT = DraftAgreement(by=OF_THE_OFFICE, at=AT, agreement_id=AGREEMENT, **TERMS)
REVISE = ReviseAgreement(by=OF_THE_OFFICE, at=AT, **TERMS)
SIGN = SignAgreement(
    by=OF_THE_OFFICE,
    at=AT,
    institution=OFFICE.institution,
    signed_on=date(2026, 1, 10),
    signatory_role="head",
)
RENEW = RenewAgreement(by=STEWARD, at=AT, valid_until=date(2027, 12, 31))
SUSPEND = SuspendAgreement(by=OF_THE_OFFICE, at=AT, reason="under-review")
RESUME = ResumeAgreement(by=OF_THE_OFFICE, at=AT)
TERMINATE = TerminateAgreement(by=OF_THE_OFFICE, at=AT, reason="breach")
ANNOUNCE = AnnounceExpiry(by=SYSTEM, at=AT)
SUSPENDED = AgreementSuspended(AGREEMENT, OFFICE.institution, "under-review", TODAY)
TERMINATED = AgreementTerminated(AGREEMENT, OFFICE.institution, "breach", TODAY)


def of(*facts: Any) -> Agreement:
    state = DECIDER.fold(facts)
    assert isinstance(state, Agreement)
    return state


# --- drafting and revising ------------------------------------------------------------------


@pytest.mark.parametrize("by", [STEWARD, OPERATOR, OF_THE_OFFICE])
def test_a_steward_and_a_party_s_administrator_draft_an_agreement(by: Actor) -> None:
    given().when(replace(DRAFT, by=by)).then(DRAFTED)


@pytest.mark.parametrize("by", [OFFICE, ADMINISTRATOR, SHELTER])
def test_nobody_else_drafts_or_changes_one(by: Actor) -> None:
    given().when(replace(DRAFT, by=by)).refused(NotTheirAgreement)
    theirs = by.institution in DRAFT.parties
    refusal = NotTheirAgreement if theirs else AgreementNotDrafted
    for command in (REVISE, SIGN, RENEW, SUSPEND, RESUME, TERMINATE):
        given(*SIGNED).when(replace(command, by=by)).refused(refusal)


def test_what_is_drafted_again_is_no_fact_if_it_says_the_same() -> None:
    given(DRAFTED).when(DRAFT).then_nothing_new()
    given(DRAFTED).when(replace(DRAFT, title="Otro")).refused(AgreementAlreadyDrafted)


def test_the_terms_are_written_one_way_only() -> None:
    command = replace(DRAFT, parties=(*PARTIES[::-1], PARTIES[0]), title=TERMS["title"])
    given().when(command).then(DRAFTED)


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        ({"kind": "handshake"}, CodeNotKnown),
        ({"services": ("haircut",)}, CodeNotKnown),
        ({"title": " "}, TitleNotUsable),
        ({"title": "x" * 201}, TitleNotUsable),
        ({"title": "tel. 614 123 4567"}, LooksPersonal),
        ({"parties": (OFFICE.institution,) * 2}, PartiesTooFew),
        ({"kind": "data-sharing-agreement", "data_categories": ()}, NoDataCategory),
        ({"valid_until": date(2026, 1, 14)}, EndsBeforeItBegins),
    ],
)
def test_terms_that_nobody_can_sign_are_refused(terms: dict[str, Any], refusal: type[Any]) -> None:
    given().when(replace(DRAFT, **terms)).refused(refusal)
    given(DRAFTED).when(replace(REVISE, **terms)).refused(refusal)


def test_the_parties_are_in_the_directory() -> None:
    unknown = Known(0, NotListed())
    given().knowing(**{entry_name(PARTIES[1]): unknown}).when(DRAFT).refused(
        PartyNotRegistered, field="parties", number=2
    )


def test_an_agreement_without_an_end_is_drafted_too() -> None:
    given().when(replace(DRAFT, valid_until=None)).then(replace(DRAFTED, valid_until=None))


def test_a_revision_says_what_changed_and_makes_signatures_void() -> None:
    revised = AgreementRevised(
        AGREEMENT, **TERMS | {"services": ()}, terms=2, changed=("services",)
    )
    given(DRAFTED, SIGNED_BY_THE_OFFICE).when(replace(REVISE, services=())).then(revised)
    assert of(DRAFTED, SIGNED_BY_THE_OFFICE, revised).unsigned == PARTIES
    given(DRAFTED).when(REVISE).then_nothing_new()
    given(*SIGNED).when(REVISE).refused(AlreadySigned)


def test_nothing_is_done_with_what_was_not_drafted() -> None:
    for command in (REVISE, SIGN, RENEW, SUSPEND, RESUME, TERMINATE, ANNOUNCE):
        given().when(command).refused(AgreementNotDrafted)


# --- signing --------------------------------------------------------------------------------


def test_each_party_signs_for_itself_and_the_last_signature_gives_the_first_day() -> None:
    given(DRAFTED).when(SIGN).then(SIGNED_BY_THE_OFFICE)
    last = replace(
        SIGN,
        by=OF_THE_COMMISSION,
        institution=COMMISSION.institution,
        signed_on=date(2026, 1, 20),
        signatory_role="delegate",
    )
    given(DRAFTED, SIGNED_BY_THE_OFFICE).when(last).then(SIGNED_BY_THE_COMMISSION)
    early = replace(last, signed_on=date(2026, 1, 2))
    begins = replace(SIGNED_BY_THE_COMMISSION, signed_on=date(2026, 1, 2), begins=date(2026, 1, 15))
    given(DRAFTED, SIGNED_BY_THE_OFFICE).when(early).then(begins)


def test_a_steward_records_what_a_party_signed_on_paper() -> None:
    given(DRAFTED).when(replace(SIGN, by=STEWARD)).then(SIGNED_BY_THE_OFFICE)
    given(DRAFTED).when(replace(SIGN, by=OF_THE_COMMISSION)).refused(NotTheSignatory)


def test_only_a_party_signs_once_and_not_tomorrow() -> None:
    stranger = replace(SIGN, by=STEWARD, institution=SHELTER.institution)
    given(DRAFTED).when(stranger).refused(NotAParty, field="institution")
    given(DRAFTED, SIGNED_BY_THE_OFFICE).when(SIGN).then_nothing_new()
    given(DRAFTED).when(replace(SIGN, signed_on=date(2026, 5, 5))).refused(SignedInTheFuture)
    given(DRAFTED).when(replace(SIGN, signatory_role="king")).refused(CodeNotKnown)


def test_today_is_counted_on_the_local_calendar() -> None:
    at = datetime(2026, 5, 5, 3, tzinfo=UTC)
    given(DRAFTED).when(replace(SIGN, at=at, signed_on=date(2026, 5, 5))).refused(SignedInTheFuture)


# --- renewing, suspending, terminating ------------------------------------------------------


def test_a_steward_renews_to_a_later_day_or_without_end() -> None:
    renewed = AgreementRenewed(AGREEMENT, date(2027, 12, 31), TODAY, None)
    given(*SIGNED).when(RENEW).then(renewed)
    given(*SIGNED, renewed).when(RENEW).then_nothing_new()
    endless = AgreementRenewed(AGREEMENT, None, TODAY, None)
    given(*SIGNED).when(replace(RENEW, valid_until=None)).then(endless)
    given(*SIGNED, endless).when(RENEW).refused(NotLater, valid_until="—")
    given(*SIGNED).when(replace(RENEW, valid_until=date(2026, 12, 30))).refused(
        NotLater, valid_until="2026-12-31"
    )
    given(*SIGNED).when(replace(RENEW, by=OF_THE_OFFICE)).refused(RenewedByTheSteward)


@pytest.mark.parametrize("command", [RENEW, SUSPEND, RESUME])
def test_what_is_not_signed_is_neither_renewed_nor_suspended(command: Command) -> None:
    given(DRAFTED, SIGNED_BY_THE_OFFICE).when(command).refused(
        NotSignedYet, unsigned=COMMISSION.institution
    )


def test_a_party_suspends_and_the_same_one_or_a_steward_resumes() -> None:
    given(*SIGNED).when(SUSPEND).then(SUSPENDED)
    given(*SIGNED, SUSPENDED).when(SUSPEND).then_nothing_new()
    resumed = AgreementResumed(AGREEMENT, TODAY)
    given(*SIGNED, SUSPENDED).when(RESUME).then(resumed)
    given(*SIGNED, SUSPENDED).when(replace(RESUME, by=STEWARD)).then(resumed)
    given(*SIGNED, SUSPENDED).when(replace(RESUME, by=OF_THE_COMMISSION)).refused(
        SuspendedByAnother, institution=OFFICE.institution
    )
    given(*SIGNED, SUSPENDED, resumed).when(RESUME).refused(NotSuspended)
    given(*SIGNED).when(replace(SUSPEND, reason="mood")).refused(CodeNotKnown)


def test_a_party_terminates_a_draft_or_an_agreement_for_good() -> None:
    given(DRAFTED).when(TERMINATE).then(TERMINATED)
    given(*SIGNED).when(TERMINATE).then(TERMINATED)
    for command in (REVISE, SIGN, RENEW, SUSPEND, RESUME, TERMINATE):
        given(*SIGNED, TERMINATED).when(command).refused(AgreementIsOver, since="2026-05-04")


# --- announcing -----------------------------------------------------------------------------

ENDS = date(2026, 12, 31)


@pytest.mark.parametrize(
    ("left", "step"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_an_end_is_announced_sixty_thirty_and_seven_days_before(
    left: int, step: int | None
) -> None:
    assert step_due(of(*SIGNED), ENDS - timedelta(days=left)) == step


def test_each_step_is_announced_once_and_again_after_a_renewal() -> None:
    at = AT.replace(year=2026, month=11, day=30)
    announced = AgreementExpiryAnnounced(AGREEMENT, 60, ENDS)
    given(*SIGNED).when(replace(ANNOUNCE, at=at)).then(announced)
    given(*SIGNED, announced).when(replace(ANNOUNCE, at=at)).then_nothing_new()
    given(*SIGNED).when(ANNOUNCE).then_nothing_new()
    given(*SIGNED).when(replace(ANNOUNCE, by=STEWARD)).refused(ReactionOnly)
    renewed = AgreementRenewed(AGREEMENT, date(2027, 1, 15), at.date(), None)
    later = replace(announced, valid_until=date(2027, 1, 15))
    given(*SIGNED, announced, renewed).when(replace(ANNOUNCE, at=at)).then(later)


@pytest.mark.parametrize(
    "facts",
    [
        (DRAFTED,),
        (*SIGNED, TERMINATED),
        (*SIGNED, AgreementRenewed(AGREEMENT, None, TODAY, None)),
    ],
)
def test_nothing_is_announced_of_what_is_not_about_to_expire(facts: tuple[Any, ...]) -> None:
    at = AT.replace(year=2026, month=12, day=30)
    given(*facts).when(replace(ANNOUNCE, at=at)).then_nothing_new()


def test_an_announcement_stands_aside_and_answers_nothing() -> None:
    assert DECIDER.place_of(AgreementExpiryAnnounced(AGREEMENT, 60, ENDS)) == Place(aside=True)
    assert DECIDER.place_of(DRAFTED) == Place()


# --- the index ------------------------------------------------------------------------------


def test_each_fact_is_noted_in_the_index_of_each_party_with_its_version() -> None:
    noted = [
        (other.stream, other.fact.version, other.fact.validity.begins)
        for other in beside(of(*SIGNED[:2]), SIGNED[2])
    ]
    begins = SIGNED_BY_THE_COMMISSION.begins
    assert noted == [(agreement_index.stream_of(each), 3, begins) for each in PARTIES]
    assert [other.fact.version for other in beside(NotDrafted(), DRAFTED)] == [1, 1]
    assert list(beside(NotDrafted(), SUSPENDED)) == []


def test_who_is_no_party_any_more_is_told_too() -> None:
    parties = (COMMISSION.institution, SHELTER.institution)
    revised = AgreementRevised(
        AGREEMENT, **TERMS | {"parties": parties}, terms=2, changed=("parties",)
    )
    (*_, last) = beside(of(DRAFTED), revised)
    assert last.stream == agreement_index.stream_of(OFFICE.institution)
    index = agreement_index.INDEX.fold([last.fact])
    assert not index[AGREEMENT].is_between(*PARTIES, TERMS["programme"])


def test_commands_lean_on_the_streams_in_which_they_are_noted() -> None:
    assert set(leans_on(DRAFT, NotDrafted())) == {
        *map(entry_name, PARTIES),
        *map(index_name, PARTIES),
    }
    assert set(leans_on(SIGN, of(DRAFTED))) == {*map(index_name, PARTIES)}
    assert leans_on(SIGN, NotDrafted()) == {}


def test_each_agreement_has_a_stream_of_its_own() -> None:
    assert stream_of(AGREEMENT).version == 5
    assert stream_of(AGREEMENT) != agreement_index.stream_of(str(AGREEMENT))


def test_a_history_that_begins_in_the_middle_is_still_folded() -> None:
    assert evolve(NotDrafted(), SUSPENDED) == NotDrafted()
