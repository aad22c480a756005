"""The rules of commissions, one sentence each: who is in one, who may vote, when it can decide."""

from datetime import date, timedelta

import pytest

from services.referral import commission, directory
from services.referral.commission import (
    DECIDER,
    SECRETARIAT,
    Commission,
    CommissionFormed,
    CommissionReformed,
    FormCommission,
    MemberSeated,
    MemberUnseated,
    NoCommission,
    ReformCommission,
    SeatMember,
    UnseatMember,
    has_quorum,
    may_vote,
)
from services.referral.directory_refusals import (
    InstitutionCodeNotReadable,
    InstitutionNotRegistered,
    NameNotUsable,
    StewardsOnly,
)
from services.referral.gathering_refusals import (
    AlreadyFormed,
    DelegatesOnly,
    MembershipNotYours,
    NotAMember,
    NotFormed,
    QuorumNotUsable,
    StillAMemberThen,
)
from services.referral.institution import Active, NotListed
from services.referral.membership import MEMBER, Membership
from services.referral.quorum import Quorum
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.refusals import CodeNotKnown, InTheFuture
from shared.kernel.value import fields_of, replace
from tests.personas import ADMINISTRATOR, AT, COMMISSION, OFFICE, OPERATOR, SHELTER, STEWARD
from tests.spec import rules

ENTRY = Known(4, Active(SHELTER.institution, "Albergue", "shelter", None, ()))
given = rules(DECIDER, member=ENTRY, secretariat=ENTRY)
DAY = date(2026, 5, 1)
FORM = FormCommission(
    by=STEWARD,
    at=AT,
    commission="cie-chihuahua",
    name="CIE de Chihuahua",
    subdivision="MX-CHH",
    programme="mx-trafficking",
    secretariat=COMMISSION.institution,
    quorum=Quorum("majority"),
)
FORMED = CommissionFormed(
    "cie-chihuahua",
    "CIE de Chihuahua",
    "MX-CHH",
    "mx-trafficking",
    COMMISSION.institution,
    4,
    Quorum("majority"),
)
REFORM = ReformCommission(
    by=STEWARD,
    at=AT,
    name="CIE de Chihuahua",
    subdivision="MX-CHH",
    programme="mx-trafficking",
    secretariat=COMMISSION.institution,
    quorum=Quorum("at-least", 5),
)
REFORMED = CommissionReformed(
    **fields_of(FORMED) | {"quorum": Quorum("at-least", 5)}, changed=("quorum",)
)
SEAT = SeatMember(by=STEWARD, at=AT, institution=SHELTER.institution, since=DAY)
SEATED = MemberSeated("cie-chihuahua", SHELTER.institution, DAY, 4)
UNSEAT = UnseatMember(by=STEWARD, at=AT, institution=SHELTER.institution, until=DAY)
UNSEATED = MemberUnseated("cie-chihuahua", SHELTER.institution, DAY, DAY)
SECRETARY = Actor(COMMISSION.institution, "administrator", "subject-7")
DELEGATE = Actor(SHELTER.institution, "delegate", "subject-8")


@pytest.mark.parametrize("by", [STEWARD, OPERATOR])
def test_a_steward_forms_and_reforms_a_commission_and_seats_its_members(by: Actor) -> None:
    given().when(replace(FORM, by=by)).then(FORMED)
    given(FORMED).when(replace(REFORM, by=by)).then(REFORMED)
    given(FORMED).when(replace(SEAT, by=by)).then(SEATED)
    given(FORMED, SEATED).when(replace(UNSEAT, by=by)).then(UNSEATED)


def test_its_secretariat_seats_and_unseats_members_too_and_does_not_reform_it() -> None:
    given(FORMED).when(replace(SEAT, by=SECRETARY)).then(SEATED)
    given(FORMED, SEATED).when(replace(UNSEAT, by=SECRETARY)).then(UNSEATED)
    given(FORMED).when(replace(REFORM, by=SECRETARY)).refused(StewardsOnly)


@pytest.mark.parametrize("by", [OFFICE, ADMINISTRATOR, COMMISSION])
def test_nobody_else_says_who_is_in_it(by: Actor) -> None:
    given().when(replace(FORM, by=by)).refused(StewardsOnly)
    for command in (SEAT, UNSEAT):
        given(FORMED, SEATED).when(replace(command, by=by)).refused(MembershipNotYours)
    given().when(replace(SEAT, by=SECRETARY)).refused(MembershipNotYours)


def test_what_stands_so_already_is_no_fact_and_another_meaning_is_refused() -> None:
    given(FORMED).when(FORM).then_nothing_new()
    given(FORMED).when(replace(FORM, name="Otra")).refused(AlreadyFormed)
    given(FORMED, REFORMED).when(REFORM).then_nothing_new()
    given(FORMED, SEATED).when(SEAT).then_nothing_new()


@pytest.mark.parametrize("command", [REFORM, SEAT, UNSEAT])
def test_a_commission_is_formed_first(command: Command) -> None:
    given().when(command).refused(NotFormed)
    given(SEATED).remembers(NoCommission())


def test_a_commission_is_written_as_everything_in_the_directory() -> None:
    given().when(replace(FORM, commission="x")).refused(InstitutionCodeNotReadable)
    given().when(replace(FORM, name="")).refused(NameNotUsable)
    given().when(replace(FORM, subdivision="x")).refused(CodeNotKnown, field="subdivision")
    given().when(replace(FORM, quorum=Quorum("x"))).refused(CodeNotKnown, field="quorum.rule")


def test_its_secretariat_is_in_the_directory() -> None:
    nobody = Known(0, NotListed())
    given().knowing(secretariat=nobody).when(FORM).refused(InstitutionNotRegistered)
    given(FORMED).knowing(secretariat=nobody).when(REFORM).refused(InstitutionNotRegistered)


@pytest.mark.parametrize(
    "quorum", [Quorum("at-least"), Quorum("at-least", 0), Quorum("majority", 3)]
)
def test_only_one_rule_takes_a_number(quorum: Quorum) -> None:
    given().when(replace(FORM, quorum=quorum)).refused(QuorumNotUsable, field="quorum")


def test_who_has_no_seat_is_not_unseated_and_a_seat_is_not_taken_twice() -> None:
    given(FORMED).when(UNSEAT).refused(NotAMember)
    earlier = DAY - timedelta(days=1)
    given(FORMED, SEATED).when(replace(SEAT, since=earlier)).refused(StillAMemberThen)
    tomorrow = AT.date() + timedelta(days=1)
    given(FORMED, SEATED).when(replace(UNSEAT, until=tomorrow)).refused(InTheFuture)


def test_memory_keeps_the_members_through_a_reform() -> None:
    given(FORMED, SEATED, UNSEATED, REFORMED).remembers(
        Commission(
            "cie-chihuahua",
            "CIE de Chihuahua",
            "MX-CHH",
            "mx-trafficking",
            COMMISSION.institution,
            Quorum("at-least", 5),
            (Membership(SHELTER.institution, DAY, DAY),),
        )
    )


def test_a_member_s_delegate_votes_for_it_while_it_is_a_member_and_nobody_else_does() -> None:
    state = DECIDER.fold((FORMED, SEATED, UNSEATED))
    assert may_vote(state, DELEGATE, DAY) is None
    assert may_vote(state, DELEGATE, DAY + timedelta(days=1)) == NotAMember()
    assert may_vote(state, replace(DELEGATE, role="administrator"), DAY) == DelegatesOnly()
    assert may_vote(state, replace(DELEGATE, institution="otra-1"), DAY) == NotAMember()
    assert may_vote(NoCommission(), DELEGATE, DAY) == NotFormed()


@pytest.mark.parametrize(
    ("quorum", "members", "needed"),
    [
        (Quorum("majority"), 4, 3),
        (Quorum("majority"), 5, 3),
        (Quorum("two-thirds"), 6, 4),
        (Quorum("two-thirds"), 7, 5),
        (Quorum("two-thirds"), 0, 1),
        (Quorum("all"), 4, 4),
        (Quorum("all"), 0, 1),
        (Quorum("at-least", 3), 7, 3),
        (Quorum("at-least"), 7, 1),
    ],
)
def test_a_quorum_is_counted_by_its_rule(quorum: Quorum, members: int, needed: int) -> None:
    assert quorum.needed(members) == needed


def test_each_member_counts_once_and_who_is_none_that_day_does_not() -> None:
    seats = [replace(SEATED, institution=f"miembro-{letter}") for letter in "abc"]
    state = DECIDER.fold((FORMED, *seats))
    assert not has_quorum(state, ["miembro-a", "miembro-a"], DAY)
    assert not has_quorum(state, ["miembro-a", "otra-1"], DAY)
    assert has_quorum(state, ["miembro-a", "miembro-b"], DAY)
    assert not has_quorum(state, ["miembro-a", "miembro-b"], DAY - timedelta(days=1))
    assert not has_quorum(NoCommission(), ["miembro-a"], DAY)


def test_the_directory_is_asked_for_who_joins_and_for_the_secretariat() -> None:
    secretariat = (directory.DECIDER, directory.stream_of(COMMISSION.institution))
    member = (directory.DECIDER, directory.stream_of(SHELTER.institution))
    assert commission.leans_on(FORM, NoCommission()) == {SECRETARIAT: secretariat}
    assert commission.leans_on(REFORM, NoCommission()) == {SECRETARIAT: secretariat}
    assert commission.leans_on(SEAT, NoCommission()) == {MEMBER: member}
    assert commission.leans_on(UNSEAT, NoCommission()) == {}


def test_a_commission_has_one_stream_for_ever() -> None:
    assert commission.stream_of("cie-chihuahua") != directory.stream_of("cie-chihuahua")
