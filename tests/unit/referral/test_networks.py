"""The rules of networks, one sentence each."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from services.referral import agreements, directory, network
from services.referral.agreement import Agreement, AgreementState, NotDrafted
from services.referral.agreement_refusals import AgreementNotDrafted, NotAParty, NotSignedYet
from services.referral.directory_refusals import (
    InstitutionCodeNotReadable,
    InstitutionNotRegistered,
    NameNotUsable,
    StewardsOnly,
)
from services.referral.gathering_refusals import (
    AlreadyFormed,
    InstitutionNotActive,
    LeavesBeforeItJoined,
    MembershipNotYours,
    NotAMember,
    NotFormed,
    StillAMemberThen,
)
from services.referral.institution import Active, NotListed, Suspended
from services.referral.membership import MEMBER, Membership, members_on
from services.referral.network import (
    DECIDER,
    FormNetwork,
    JoinNetwork,
    LeaveNetwork,
    Network,
    NetworkCommand,
    NetworkFormed,
    NetworkJoined,
    NetworkLeft,
    NoNetwork,
)
from services.referral.validity import Validity
from shared.kernel.decider import Actor, Known
from shared.kernel.free_text import LooksPersonal
from shared.kernel.refusals import CodeNotKnown, InTheFuture
from shared.kernel.value import fields_of, replace
from tests.personas import ADMINISTRATOR, AT, OFFICE, OPERATOR, SHELTER, STEWARD
from tests.spec import Answered, rules

ACTIVE = Active(SHELTER.institution, "Albergue", "shelter", None, ())
LETTER = Agreement(
    agreement_id=UUID("00000000-0000-4000-8000-0000000000a9"),
    kind="letter-of-intent",
    title="Carta",
    parties=(SHELTER.institution, "otra-1"),
    programme="mecal",
    services=(),
    data_categories=(),
    valid_from=date(2026, 1, 1),
    valid_until=None,
    texts=None,
    validity=Validity(begins=date(2026, 1, 1), ends=None),
)
given = rules(DECIDER, member=Known(4, ACTIVE), agreement=Known(3, LETTER))
DAY = date(2026, 5, 1)
AGREEMENT = UUID("00000000-0000-4000-8000-0000000000a9")
FORM = FormNetwork(
    by=STEWARD, at=AT, network="red-frontera", name="Red Frontera", programme="mecal"
)
FORMED = NetworkFormed("red-frontera", "Red Frontera", "mecal")
JOIN = JoinNetwork(
    by=STEWARD, at=AT, institution=SHELTER.institution, since=DAY, agreement_id=AGREEMENT
)
JOINED = NetworkJoined("red-frontera", SHELTER.institution, DAY, AGREEMENT, 4, 3)
LEAVE = LeaveNetwork(by=STEWARD, at=AT, institution=SHELTER.institution, until=DAY)
LEFT = NetworkLeft("red-frontera", SHELTER.institution, DAY, DAY)
ITS_OWN = Actor(SHELTER.institution, "administrator", "subject-7")


@pytest.mark.parametrize("by", [STEWARD, OPERATOR])
def test_a_steward_forms_a_network_and_says_who_joins_and_leaves(by: Actor) -> None:
    given().when(replace(FORM, by=by)).then(FORMED)
    given(FORMED).when(replace(JOIN, by=by)).then(JOINED)
    given(FORMED, JOINED).when(replace(LEAVE, by=by)).then(LEFT)


@pytest.mark.parametrize("by", [OFFICE, ADMINISTRATOR, ITS_OWN])
def test_nobody_else_forms_one_or_says_who_joins(by: Actor) -> None:
    given().when(replace(FORM, by=by)).refused(StewardsOnly)
    given(FORMED).when(replace(JOIN, by=by)).refused(StewardsOnly)


def test_an_institution_leaves_by_its_own_administrator_too_and_no_other() -> None:
    given(FORMED, JOINED).when(replace(LEAVE, by=ITS_OWN)).then(LEFT)
    for by in (OFFICE, ADMINISTRATOR, replace(ITS_OWN, role="caseworker")):
        given(FORMED, JOINED).when(replace(LEAVE, by=by)).refused(MembershipNotYours)


def test_what_stands_so_already_is_no_fact_and_another_meaning_is_refused() -> None:
    given(FORMED, JOINED).when(FORM).then_nothing_new()
    given(FORMED).when(replace(FORM, name="Otra")).refused(AlreadyFormed)
    given(FORMED, JOINED).when(JOIN).then_nothing_new()


def test_a_network_is_formed_before_anybody_joins_or_leaves() -> None:
    commands: tuple[NetworkCommand, ...] = (JOIN, LEAVE)
    for command in commands:
        given().when(command).refused(NotFormed)
    given(JOINED).remembers(NoNetwork())


def test_codes_and_names_are_as_in_the_directory() -> None:
    given().when(replace(FORM, network="Ñ")).refused(InstitutionCodeNotReadable, field="network")
    given().when(replace(FORM, network="of-614-123-4567")).refused(LooksPersonal)
    given().when(replace(FORM, name=" ")).refused(NameNotUsable, field="name")
    given().when(replace(FORM, name="Red, tel. 614 123 4567")).refused(LooksPersonal)
    given().when(replace(FORM, programme="x")).refused(CodeNotKnown, field="programme")
    given().when(replace(FORM, name="Unio\u0301n")).then(replace(FORMED, name="Unión"))


def test_only_who_is_listed_and_active_joins() -> None:
    nobody, suspended = Known(0, NotListed()), Known(5, Suspended(**fields_of(ACTIVE)))
    given(FORMED).knowing(member=nobody).when(JOIN).refused(InstitutionNotRegistered)
    given(FORMED).knowing(member=suspended).when(JOIN).refused(
        InstitutionNotActive, status="suspended"
    )


def test_a_member_joins_and_leaves_on_days_that_have_come() -> None:
    tomorrow = AT.date() + timedelta(days=1)
    given(FORMED).when(replace(JOIN, since=tomorrow)).refused(InTheFuture, field="since")
    given(FORMED, JOINED).when(replace(LEAVE, until=tomorrow)).refused(InTheFuture, field="until")
    before = DAY - timedelta(days=1)
    given(FORMED, JOINED).when(replace(LEAVE, until=before)).refused(LeavesBeforeItJoined)


def test_who_is_no_member_does_not_leave() -> None:
    given(FORMED).when(LEAVE).refused(NotAMember)
    given(FORMED, JOINED, LEFT).when(LEAVE).refused(NotAMember)


def test_who_joins_by_an_agreement_is_a_party_and_all_have_signed() -> None:
    def by(letter: AgreementState) -> Answered:
        return given(FORMED).knowing(agreement=Known(3, letter)).when(JOIN)

    by(LETTER).then(JOINED)
    by(NotDrafted()).refused(AgreementNotDrafted)
    by(replace(LETTER, parties=("otra-1", "otra-2"))).refused(NotAParty, field="institution")
    unsigned = replace(LETTER, validity=replace(LETTER.validity, begins=None))
    by(unsigned).refused(NotSignedYet)


def test_an_agreement_need_not_be_stated() -> None:
    nothing = rules(DECIDER, member=Known(4, ACTIVE))
    nothing(FORMED).when(replace(JOIN, agreement_id=None)).then(
        replace(JOINED, agreement_id=None, agreement_version=None)
    )


def test_who_has_left_may_join_again_after_that_day() -> None:
    given(FORMED, JOINED).when(replace(JOIN, agreement_id=None)).refused(StillAMemberThen)
    given(FORMED, JOINED, LEFT).when(JOIN).refused(StillAMemberThen, field="since")
    next_day = DAY + timedelta(days=1)
    given(FORMED, JOINED, LEFT).when(replace(JOIN, since=next_day)).then(
        replace(JOINED, since=next_day)
    )


def test_memory_has_all_who_are_and_were_members() -> None:
    other = replace(JOINED, institution=OFFICE.institution)
    going, staying = (
        Membership(SHELTER.institution, DAY, DAY, AGREEMENT),
        Membership(OFFICE.institution, DAY, None, AGREEMENT),
    )
    given(FORMED, JOINED, other, LEFT).remembers(
        Network("red-frontera", "Red Frontera", "mecal", (going, staying))
    )
    assert members_on((going, staying), DAY) == {SHELTER.institution, OFFICE.institution}
    assert members_on((going, staying), DAY + timedelta(days=1)) == {OFFICE.institution}
    assert members_on((going, staying), DAY - timedelta(days=1)) == frozenset()


def test_who_joins_is_looked_up_in_the_directory_and_nothing_else_is() -> None:
    wanted = (directory.DECIDER, directory.stream_of(SHELTER.institution))
    letter = (agreements.DECIDER, agreements.stream_of(AGREEMENT))
    unsaid = replace(JOIN, agreement_id=None)
    assert network.leans_on(unsaid, NoNetwork()) == {MEMBER: wanted}
    assert network.leans_on(JOIN, NoNetwork()) == {MEMBER: wanted, network.AGREEMENT: letter}
    assert network.leans_on(LEAVE, NoNetwork()) == {}


def test_a_network_has_one_stream_for_ever() -> None:
    assert network.stream_of("red-frontera") == network.stream_of("red-frontera")
    assert network.stream_of("red-frontera") != directory.stream_of("red-frontera")
