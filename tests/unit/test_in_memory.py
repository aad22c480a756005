"""Rules, messages and reactions of several services together, in memory, without any server."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.followup import followup
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake import case, decisions, parties, previews
from services.intake.wiring import SERVICE as INTAKE
from services.referral import custody, custody_facts, directory
from services.referral.announcing import CustodyAnnounced
from services.referral.clocks import starting
from services.referral.decisions import AcceptReferral, ReferCase
from services.referral.referral_facts import (
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralEnteredInError,
    ReferralRequested,
)
from services.referral.refusals import CaseNotTakenUp
from services.referral.wiring import SERVICE as REFERRAL_SERVICE
from shared.kernel.decider import Known
from shared.kernel.value import replace
from tests.personas import ALWAYS, AT, CASE, COMMISSION, OFFICE, OPERATOR, REFERRAL, STEWARD
from tests.referral_facts import REQUESTED, TAKEN, consented
from tests.services_in_memory import Services, in_memory
from tests.whole_logs import history_of

REGISTER = case.RegisterCase(
    by=OFFICE,
    at=AT,
    case_id=CASE,
    folio_prefix="CHH",
    programme="mx-labour-protection",
    subdivision="MX-CHH",
    channel="self-presented",
)
LIST_COMMISSION = directory.RegisterInstitution(
    by=STEWARD,
    at=AT,
    institution=COMMISSION.institution,
    name="Comisión Estatal de los Derechos Humanos",
    kind="human-rights-commission",
)
REACH_COMMISSION = directory.MakeReachable(by=OPERATOR, at=AT, until=ALWAYS)
REFER = ReferCase(
    by=OFFICE,
    at=AT + timedelta(hours=1),
    referral_id=REFERRAL,
    to=COMMISSION.institution,
    kind="transfer",
    services=("legal-advice",),
    priority="urgent",
)
ACCEPT = AcceptReferral(by=COMMISSION, at=AT + timedelta(hours=2), referral_id=REFERRAL)
IN_ERROR = decisions.EnterCaseInError(
    by=COMMISSION, at=AT + timedelta(hours=3), entry_id=REFERRAL, reason="duplicate"
)
PARTIES = parties.stream_of(CASE)
CONFIRMED = parties.PartyConfirmed(REFERRAL, COMMISSION.institution, OFFICE.institution, "transfer")


@pytest.fixture
def services() -> Iterator[Services]:
    with in_memory(INTAKE, REFERRAL_SERVICE, FOLLOWUP) as running:
        entry = directory.stream_of(COMMISSION.institution)
        for command in (LIST_COMMISSION, REACH_COMMISSION):
            running["referral"].when(directory.DECIDER, entry, command)
        yield running


def registered(services: Services) -> None:
    services["intake"].when(case.DECIDER, CASE, REGISTER)
    services.deliver()


def accepted(services: Services) -> None:
    registered(services)
    for command in (REFER, ACCEPT):
        services["referral"].when(custody.DECIDER, CASE, command)
    services.deliver()


def test_a_case_that_is_registered_comes_into_the_custody_of_its_institution(
    services: Services,
) -> None:
    services["intake"].when(case.DECIDER, CASE, REGISTER)
    assert services["referral"].recorded(CASE) == ()
    services.deliver()
    assert services["referral"].recorded(CASE) == (TAKEN,)
    (registered,) = history_of(services["intake"].log, CASE)
    (taken,) = history_of(services["referral"].log, CASE)
    assert taken.meta.causation == registered.id
    assert taken.meta.happened_at == AT


def test_a_case_can_be_referred_once_it_is_known_there_and_not_before(services: Services) -> None:
    services["intake"].when(case.DECIDER, CASE, REGISTER)
    refer = services["referral"].when
    refer(custody.DECIDER, CASE, REFER).refused(CaseNotTakenUp)
    services.deliver()
    asked = starting("acknowledge", "urgent", REFER, "MX-CHH", Known(0, ()))
    refer(custody.DECIDER, CASE, REFER).then(
        consented(replace(REQUESTED, addressee_version=2, clock=asked))
    )


def test_an_accepted_referral_admits_its_addressee_at_intake_and_opens_a_follow_up(
    services: Services,
) -> None:
    accepted(services)
    assert services["intake"].recorded(PARTIES) == (
        parties.PartyAdmitted(REFERRAL, COMMISSION.institution),
        CONFIRMED,
    )
    (shown,) = services["intake"].recorded(previews.stream_of(REFERRAL))
    assert (shown.addressee, shown.subdivision) == (COMMISSION.institution, "MX-CHH")
    (opened,) = services["followup"].recorded(REFERRAL)
    assert isinstance(opened, followup.FollowUpOpened)
    assert (opened.case_id, opened.institution) == (CASE, COMMISSION.institution)


def test_a_case_entered_in_error_ends_everywhere(services: Services) -> None:
    accepted(services)
    services["intake"].when(case.DECIDER, CASE, IN_ERROR)
    services.deliver()
    kinds = [type(fact) for fact in services["referral"].recorded(CASE)]
    assert kinds == [
        custody_facts.CustodyTaken,
        ReferralRequested,
        ReferralAcknowledged,
        ReferralAccepted,
        CustodyAnnounced,
        ReferralEnteredInError,
        custody_facts.CustodyEnded,
    ]
    assert services["followup"].recorded(REFERRAL)[1:] == (
        followup.FollowUpEnteredInError(REFERRAL),
    )
    assert services["intake"].recorded(PARTIES)[1:] == (CONFIRMED,)


def test_what_is_refused_is_published_to_nobody(services: Services) -> None:
    registered(services)
    services["intake"].when(case.DECIDER, CASE, replace(REGISTER, folio_prefix="JAL")).refused(
        case.CaseAlreadyRegistered
    )
    services.deliver()
    assert services["referral"].recorded(CASE) == (TAKEN,)
    assert [one.inbox.waiting() for one in services] == [0, 0, 0]
