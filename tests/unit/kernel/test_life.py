"""A life as a table: what is decided, remembered and drawn from it."""

from functools import reduce

import pytest

from shared.kernel.decider import Command
from shared.kernel.life import NotNow, NotYours
from shared.kernel.refusals import CodeNotKnown, ReactionOnly, Refusal
from shared.kernel.value import Value
from tests.personas import AT, COMMISSION, OFFICE, REFERRAL, SHELTER, SYSTEM
from tests.unit.kernel.referral_life import (
    LIFE,
    Accept,
    Accepted,
    Acknowledge,
    Acknowledged,
    AlreadyWithdrawn,
    AwaitsInformation,
    Custodianship,
    Decline,
    Declined,
    EnteredInError,
    EnterInError,
    Inform,
    InformationGiven,
    InformationRequested,
    IsAccepted,
    IsAcknowledged,
    IsDeclined,
    IsInError,
    IsRequested,
    IsWithdrawn,
    NobodyDecidesTheirOwn,
    NotRequested,
    NotTheAddressee,
    Refer,
    ReferralNotFound,
    ReferredToItself,
    Requested,
    RequestInformation,
    TopicNotAwaited,
    Withdraw,
    Withdrawn,
)

KNOWN = Custodianship(OFFICE.institution, "mx-labour-protection")
REQUEST = Requested(REFERRAL, OFFICE.institution, COMMISSION.institution, ("legal-advice",))
RECEIVED = Acknowledged(REFERRAL)
INFORMATION_REQUESTED = InformationRequested(REFERRAL, ("consent", "payslips"))
GIVEN = InformationGiven(REFERRAL, ("payslips",))
ACCEPTED = Accepted(REFERRAL, COMMISSION.institution, OFFICE.institution)
DECLINED = Declined(REFERRAL, "no-capacity", "receiving-institution")
WITHDRAWN = Withdrawn(REFERRAL, "need-resolved")
IN_ERROR = EnteredInError(REFERRAL)

REFER = Refer(
    by=OFFICE, at=AT, referral_id=REFERRAL, to=COMMISSION.institution, services=("legal-advice",)
)
ACKNOWLEDGE = Acknowledge(by=COMMISSION, at=AT, referral_id=REFERRAL)
REQUEST_INFORMATION = RequestInformation(
    by=COMMISSION, at=AT, referral_id=REFERRAL, topics=("payslips", "consent")
)
INFORM = Inform(by=OFFICE, at=AT, referral_id=REFERRAL, topics=("payslips",))
ACCEPT = Accept(by=COMMISSION, at=AT, referral_id=REFERRAL)
DECLINE = Decline(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="no-capacity")
WITHDRAW = Withdraw(by=OFFICE, at=AT, referral_id=REFERRAL, reason="need-resolved")
VOID = EnterInError(by=SYSTEM, at=AT, referral_id=REFERRAL)


def after(*facts: Value) -> Value:
    return reduce(LIFE.evolve, facts, LIFE.start)


def decided(command: Command, *facts: Value) -> object:
    return LIFE.decide(command, after(*facts), KNOWN)


def refused(command: Command, *facts: Value) -> Refusal:
    decision = decided(command, *facts)
    assert isinstance(decision, Refusal)
    return decision


# --- what follows ---------------------------------------------------------------------------


def test_a_fact_takes_its_fields_by_name_from_the_command() -> None:
    assert decided(WITHDRAW, REQUEST) == (WITHDRAWN,)


def test_a_fact_keeps_what_its_code_list_says_of_a_code_now() -> None:
    assert decided(DECLINE, REQUEST, RECEIVED) == (DECLINED,)


def test_a_rule_makes_its_facts_from_command_state_and_what_else_is_known() -> None:
    assert decided(REFER) == (REQUEST,)
    assert decided(ACCEPT, REQUEST, RECEIVED) == (ACCEPTED,)


def test_an_implied_fact_is_recorded_first_where_it_leads_on() -> None:
    assert decided(ACCEPT, REQUEST) == (RECEIVED, ACCEPTED)
    assert decided(REQUEST_INFORMATION, REQUEST) == (RECEIVED, INFORMATION_REQUESTED)
    assert decided(REQUEST_INFORMATION, REQUEST, RECEIVED) == (INFORMATION_REQUESTED,)


def test_a_set_of_codes_is_recorded_one_way_only() -> None:
    assert REQUEST_INFORMATION.topics == ("payslips", "consent")
    assert decided(REQUEST_INFORMATION, REQUEST, RECEIVED) == (INFORMATION_REQUESTED,)


def test_a_command_of_several_statuses_is_possible_in_each() -> None:
    for history in ([REQUEST], [REQUEST, RECEIVED], [REQUEST, RECEIVED, INFORMATION_REQUESTED]):
        assert decided(WITHDRAW, *history) == (WITHDRAWN,)


# --- how it says no -------------------------------------------------------------------------


def test_whose_a_command_is_comes_before_whether_it_is_possible() -> None:
    stranger = Withdraw(by=SHELTER, at=AT, referral_id=REFERRAL, reason="need-resolved")
    assert isinstance(refused(stranger, REQUEST), NotYours)
    assert isinstance(refused(stranger, REQUEST, ACCEPTED), NotYours)


def test_a_refusal_names_who_may_in_both_languages() -> None:
    no = refused(Withdraw(by=SHELTER, at=AT, referral_id=REFERRAL, reason="x"), REQUEST)
    assert no == NotYours(by=("sender",), named=no.details()["named"])  # type: ignore[arg-type]
    assert no.sentence() == "Eso le corresponde a otra institución: Remitente."
    assert no.sentence("en") == "That is another institution's to do: Sender."


def test_a_relation_may_refuse_in_its_own_words() -> None:
    own = Accept(by=OFFICE, at=AT, referral_id=REFERRAL)
    stranger = Accept(by=SHELTER, at=AT, referral_id=REFERRAL)
    assert refused(own, REQUEST) == NobodyDecidesTheirOwn()
    assert refused(stranger, REQUEST) == NotTheAddressee()


def test_who_may_can_depend_on_what_else_is_known() -> None:
    moved = Custodianship(SHELTER.institution, "mx-labour-protection")
    assert isinstance(LIFE.decide(REFER, LIFE.start, moved), NotYours)


def test_a_status_that_does_not_allow_it_is_named_with_what_is_possible_now() -> None:
    no = refused(INFORM, REQUEST, RECEIVED)
    assert isinstance(no, NotNow)
    assert no.status == "acknowledged"
    assert no.sentence() == "La situación es «Recibida» y no lo permite. Ahora puede: Retirar."
    assert no.sentence("en") == (
        "The status is “Acknowledged” and does not allow it. Possible now: Withdraw."
    )


def test_where_nothing_is_possible_the_refusal_says_so() -> None:
    no = refused(ACCEPT, REQUEST, DECLINED)
    assert no.sentence().endswith("«No aceptada» y no lo permite. Ahora no le toca hacer nada.")
    assert no.sentence("en").endswith("Nothing is yours to do now.")


def test_before_the_start_nobody_is_anything_to_it_and_its_own_refusal_is_heard() -> None:
    stranger = Accept(by=SHELTER, at=AT, referral_id=REFERRAL)
    assert refused(stranger) == ReferralNotFound()


def test_a_status_may_refuse_in_its_own_words() -> None:
    assert refused(ACCEPT, REQUEST, WITHDRAWN) == AlreadyWithdrawn("need-resolved")


def test_a_code_is_checked_once_the_command_is_possible() -> None:
    wrong = Decline(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="bored")
    assert isinstance(refused(wrong, REQUEST), CodeNotKnown)
    assert isinstance(refused(wrong, REQUEST, ACCEPTED), NotNow)


def test_a_guard_refuses_what_the_table_allows() -> None:
    itself = Refer(by=OFFICE, at=AT, referral_id=REFERRAL, to=OFFICE.institution, services=())
    assert refused(itself) == ReferredToItself("to")
    beyond = Inform(by=OFFICE, at=AT, referral_id=REFERRAL, topics=("payslips", "consent"))
    assert refused(beyond, REQUEST, RECEIVED, InformationRequested(REFERRAL, ("payslips",))) == (
        TopicNotAwaited("topics", "consent")
    )


# --- reactions ------------------------------------------------------------------------------


def test_a_reaction_is_the_system_s() -> None:
    assert decided(VOID, REQUEST) == (IN_ERROR,)
    by_hand = EnterInError(by=OFFICE, at=AT, referral_id=REFERRAL)
    assert refused(by_hand, REQUEST) == ReactionOnly()


def test_a_reaction_that_comes_again_adds_nothing() -> None:
    assert decided(VOID, REQUEST, IN_ERROR) == ()


def test_a_reaction_to_what_has_ended_otherwise_is_refused_and_not_swallowed() -> None:
    no = refused(VOID, REQUEST, DECLINED)
    assert isinstance(no, NotNow)
    assert no.status == "declined"


def test_a_reaction_that_comes_too_early_is_refused() -> None:
    assert refused(VOID) == ReferralNotFound()


# --- what is remembered ---------------------------------------------------------------------


def test_a_status_takes_its_fields_by_name_and_the_fact_whole_where_its_type_is_declared() -> None:
    assert after(REQUEST) == IsRequested(REQUEST)
    assert after(REQUEST, RECEIVED) == IsAcknowledged(REQUEST, 0)
    assert after(REQUEST, RECEIVED, DECLINED) == IsDeclined(REQUEST, "no-capacity")
    assert after(REQUEST, RECEIVED, ACCEPTED) == IsAccepted(REQUEST)
    assert after(REQUEST, IN_ERROR) == IsInError(REQUEST)


def test_what_names_cannot_say_is_remembered_by_a_function() -> None:
    history = [REQUEST, RECEIVED, INFORMATION_REQUESTED, GIVEN, INFORMATION_REQUESTED]
    assert after(*history) == AwaitsInformation(REQUEST, ("consent", "payslips"), answers=1)
    assert after(*history, GIVEN) == IsAcknowledged(REQUEST, answers=2)


def test_what_the_table_allows_no_longer_still_leads_where_it_leads_from_everywhere() -> None:
    assert after(REQUEST, DECLINED, ACCEPTED) == IsAccepted(REQUEST)
    assert after(REQUEST, DECLINED, WITHDRAWN) == IsWithdrawn(REQUEST, "need-resolved")


def test_a_fact_whose_status_cannot_be_made_changes_nothing() -> None:
    assert after(ACCEPTED) == NotRequested()
    assert after(REQUEST, INFORMATION_REQUESTED) == IsRequested(
        REQUEST
    )  # how many answers? nobody knows
    assert after(REQUEST, GIVEN) == IsRequested(REQUEST)  # the function takes no such status


def test_a_state_has_its_status_code_and_none_before_the_start() -> None:
    assert LIFE.codes[type(after(REQUEST))] == "requested"
    assert type(LIFE.start) not in LIFE.codes


# --- what is possible, and the drawing ------------------------------------------------------


def test_what_an_institution_may_do_now_is_in_the_table_s_order() -> None:
    requested = after(REQUEST)
    assert LIFE.possible(COMMISSION.institution, requested, KNOWN) == (
        Acknowledge,
        RequestInformation,
        Accept,
        Decline,
    )
    assert LIFE.possible(OFFICE.institution, requested, KNOWN) == (Withdraw,)
    assert LIFE.possible(SHELTER.institution, requested, KNOWN) == ()


def test_every_command_is_the_table_s_for_a_fact_that_evolve_knows() -> None:
    for row in LIFE.rows:
        assert row.transition.command in LIFE.commands
        assert {*row.facts} <= {*LIFE.facts}


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_diagram_shows_every_status_and_every_arrow_once(lang: str) -> None:
    lines = LIFE.diagram(lang).splitlines()
    assert lines[0] == "stateDiagram-v2"
    arrows = [line for line in lines if "-->" in line]
    assert len({*arrows}) == len(arrows) == len(LIFE.rows) + 3  # and three ends
    assert sum(" as " in line for line in lines) == len(LIFE.codes)


def test_the_diagram_labels_in_the_language_and_names_by_code() -> None:
    assert '    state "En espera de información (information-awaited)" as information_awaited' in (
        LIFE.diagram().splitlines()
    )
    assert "    [*] --> requested: Refer (Custodian)" in LIFE.diagram("en").splitlines()
    assert "    accepted --> entered_in_error: Anular (Sistema)" in LIFE.diagram().splitlines()
    assert "    declined --> [*]" in LIFE.diagram().splitlines()


def test_the_diagram_is_always_the_same() -> None:
    assert LIFE.diagram() == LIFE.diagram()
