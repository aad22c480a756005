"""Overriding consent: a norm allows it, a second person confirms it, and somebody is told."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake import case
from services.intake.case import CaseIsInError, CaseNotRegistered
from services.intake.consent.override_commands import (
    ConfirmConsentOverride,
    RecordOverrideNotice,
    RejectConsentOverride,
    RequestConsentOverride,
)
from services.intake.consent.override_facts import (
    Confirmed,
    ConsentOverrideConfirmed,
    ConsentOverrideNotified,
    ConsentOverrideRejected,
    ConsentOverrideRequested,
    NotRequested,
    Rejected,
    Requested,
    allowed,
    evolve,
    stream_of,
)
from services.intake.consent.override_refusals import (
    BasisNotUsable,
    CustodianOverrides,
    NobodyToNotify,
    NotARecipient,
    NotInThisRole,
    NotToBeNotified,
    OverrideAlreadyAnswered,
    OverrideAlreadyRequested,
    OverrideLapsed,
    OverrideNamesNoData,
    OverrideNotRequested,
    SecondPersonNeeded,
)
from services.intake.consent.overriding import leans_on
from shared.kernel.codes import codes
from shared.kernel.consenting.allowing import allows
from shared.kernel.consenting.allowing_refusals import (
    OutsideTheOverride,
    OverrideNotConfirmed,
    OverrideOver,
)
from shared.kernel.consenting.covering import Disclosure
from shared.kernel.decider import Actor
from shared.kernel.refusals import CodeNotKnown, Refusal
from shared.kernel.value import replace
from tests.consent_facts import CONSENT, OPEN, OVERRIDES, SUPERVISOR, UNKNOWN, VOIDED
from tests.personas import AT, CASE, COMMISSION, OFFICE, SHELTER
from tests.spec import rules

given = rules(OVERRIDES, case=OPEN)

FIRST, SECOND, *_ = codes("service_kinds")
REQUEST = RequestConsentOverride(
    by=OFFICE,
    at=AT,
    override_id=CONSENT,
    case_id=CASE,
    recipient=SHELTER.institution,
    purpose="referral",
    services=(FIRST,),
    categories=("identity", "coded-case"),
    ground="risk-to-life",
    basis="ley-general-victimas",
    notify=("person", "auditor"),
)
ALLOWED = Disclosure(SHELTER.institution, None, "referral", (FIRST,), ("coded-case", "identity"))
REQUESTED = ConsentOverrideRequested(
    override_id=CONSENT,
    case_id=CASE,
    institution=OFFICE.institution,
    disclosure=ALLOWED,
    ground="risk-to-life",
    basis="ley-general-victimas",
    notify=("auditor", "person"),
    subject=OFFICE.subject,
    role="caseworker",
    confirm_by=AT + timedelta(hours=24),
    case_version=1,
)
CONFIRM = ConfirmConsentOverride(by=SUPERVISOR, at=AT)
UNTIL = AT + timedelta(hours=72)
CONFIRMED = ConsentOverrideConfirmed(
    override_id=CONSENT,
    institution=OFFICE.institution,
    disclosure=ALLOWED,
    ground="risk-to-life",
    basis="ley-general-victimas",
    notify=("auditor", "person"),
    subject=SUPERVISOR.subject,
    role="supervisor",
    until=UNTIL,
    notify_by=UNTIL,
)
REJECT = RejectConsentOverride(by=SUPERVISOR, at=AT, reason="ground-not-met")
REJECTED = ConsentOverrideRejected(CONSENT, SUPERVISOR.subject, "supervisor", "ground-not-met")
NOTICE = RecordOverrideNotice(by=OFFICE, at=AT, notified="person")
TOLD = ConsentOverrideNotified(CONSENT, "person")


def test_the_custodian_asks_with_a_ground_a_norm_and_whom_to_tell() -> None:
    given().when(REQUEST).then(REQUESTED)
    given(REQUESTED).when(REQUEST).refused(OverrideAlreadyRequested)
    assert leans_on(REQUEST, NotRequested()) == {"case": (case.DECIDER, CASE)}
    assert leans_on(CONFIRM, Requested(REQUESTED)) == {}


def test_an_override_is_about_a_case_that_stands() -> None:
    given().knowing(case=UNKNOWN).when(REQUEST).refused(CaseNotRegistered)
    given().knowing(case=VOIDED).when(REQUEST).refused(CaseIsInError)


NOT_USABLE: list[tuple[dict[str, Any], type[Refusal], dict[str, str]]] = [
    ({"by": COMMISSION}, CustodianOverrides, {}),
    ({"by": replace(OFFICE, role="administrator")}, NotInThisRole, {}),
    ({"ground": "because"}, CodeNotKnown, {"field": "ground"}),
    ({"recipient": OFFICE.institution}, NotARecipient, {"field": "recipient"}),
    ({"recipient": "María"}, NotARecipient, {"field": "recipient"}),
    ({"categories": ()}, OverrideNamesNoData, {"field": "categories"}),
    ({"basis": "Porque sí"}, BasisNotUsable, {"field": "basis"}),
    ({"notify": ()}, NobodyToNotify, {"field": "notify"}),
]


@pytest.mark.parametrize(("otherwise", "refusal", "details"), NOT_USABLE)
def test_what_is_asked_for_is_founded(
    otherwise: dict[str, Any], refusal: type[Refusal], details: dict[str, str]
) -> None:
    given().when(replace(REQUEST, **otherwise)).refused(refusal, **details)


def test_a_second_person_in_another_role_confirms_or_does_not() -> None:
    given(REQUESTED).when(CONFIRM).then(CONFIRMED)
    given(REQUESTED).when(REJECT).then(REJECTED)
    given(REQUESTED).when(replace(REJECT, reason="no")).refused(CodeNotKnown, field="reason")


NOT_A_SECOND: list[tuple[Actor, type[Refusal]]] = [
    (replace(SUPERVISOR, institution="comision-ddhh-chih"), CustodianOverrides),
    (replace(OFFICE, subject="token-7"), NotInThisRole),
    (replace(SUPERVISOR, subject=OFFICE.subject), SecondPersonNeeded),
]


@pytest.mark.parametrize(("by", "refusal"), NOT_A_SECOND)
def test_one_person_in_two_roles_is_one_person(by: Actor, refusal: type[Refusal]) -> None:
    given(REQUESTED).when(replace(CONFIRM, by=by)).refused(refusal)


def test_two_persons_in_one_role_are_one_view() -> None:
    by_supervisor = replace(REQUESTED, role="supervisor", subject="token-7")
    given(by_supervisor).when(CONFIRM).refused(SecondPersonNeeded)


def test_an_override_is_answered_once_and_in_time() -> None:
    given().when(CONFIRM).refused(OverrideNotRequested)
    given(REQUESTED, CONFIRMED).when(REJECT).refused(OverrideAlreadyAnswered)
    given(REQUESTED, REJECTED).when(CONFIRM).refused(OverrideAlreadyAnswered)
    late = replace(CONFIRM, at=AT + timedelta(hours=24, seconds=1))
    given(REQUESTED).when(late).refused(OverrideLapsed)


def test_those_whom_it_names_are_told() -> None:
    given(REQUESTED, CONFIRMED).when(NOTICE).then(TOLD)
    given(REQUESTED, CONFIRMED, TOLD).when(NOTICE).then_nothing_new()
    given().when(NOTICE).refused(OverrideNotRequested)
    given(REQUESTED).when(NOTICE).refused(OverrideNotConfirmed)
    theirs = replace(NOTICE, by=COMMISSION)
    given(REQUESTED, CONFIRMED).when(theirs).refused(CustodianOverrides)
    other = replace(NOTICE, notified="guardian")
    given(REQUESTED, CONFIRMED).when(other).refused(NotToBeNotified, field="notified")


def test_what_is_remembered_of_an_override() -> None:
    told = Confirmed(REQUESTED, UNTIL, UNTIL, frozenset({"person"}))
    given(REQUESTED, CONFIRMED, TOLD).remembers(told)
    assert told.to_tell == ("auditor",)
    given(REQUESTED, REJECTED).remembers(Rejected(REQUESTED))
    assert evolve(NotRequested(), TOLD) == NotRequested()
    assert evolve(Requested(REQUESTED), TOLD) == Requested(REQUESTED)
    assert stream_of(CONSENT) != CONSENT


def test_a_disclosure_leans_on_what_was_confirmed_while_it_lasts() -> None:
    confirmed = OVERRIDES.fold([REQUESTED, CONFIRMED])
    assert allows(allowed(confirmed), ALLOWED, UNTIL) is None
    said = allows(allowed(confirmed), ALLOWED, UNTIL + timedelta(seconds=1))
    assert isinstance(said, OverrideOver)
    assert isinstance(allows(allowed(Requested(REQUESTED)), ALLOWED, AT), OverrideNotConfirmed)


BEYOND: list[tuple[str, Any]] = [
    ("recipient", "fiscalia-chih"),
    ("purpose", "statistics"),
    ("services", (FIRST, SECOND)),
    ("categories", ("health",)),
    ("categories", ()),
]


@pytest.mark.parametrize(("field", "value"), BEYOND)
def test_an_override_allows_no_more_than_it_says(field: str, value: Any) -> None:
    confirmed = OVERRIDES.fold([REQUESTED, CONFIRMED])
    said = allows(allowed(confirmed), replace(ALLOWED, **{field: value}), AT)
    assert isinstance(said, OutsideTheOverride)
    assert said.field == field
    assert said.sentence("en").endswith(".")


def test_an_override_for_no_services_in_particular_serves_any() -> None:
    any_service = replace(REQUESTED, disclosure=replace(ALLOWED, services=()))
    confirmed = OVERRIDES.fold([any_service, CONFIRMED])
    assert allows(allowed(confirmed), ALLOWED, AT) is None
