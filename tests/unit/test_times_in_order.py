"""Nothing happens before what it answers: over HTTP's own way, in memory, service by service."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.followup import decisions as followup_decisions
from services.followup import life as followup_life
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake import case
from services.intake.decisions import CorrectCase
from services.intake.wiring import SERVICE as INTAKE
from services.referral import custody, custody_states, decisions, directory
from services.referral.wiring import SERVICE as REFERRAL_SERVICE
from shared.kernel.decider import Command, Decider
from shared.kernel.record import Source
from shared.kernel.times import BeforeWhatItAnswers
from shared.kernel.value import replace
from tests.personas import (
    AT,
    CASE,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REFERRAL,
    SHELTER,
    STEWARD,
)
from tests.services_in_memory import Services, in_memory
from tests.unit.test_in_memory import ACCEPT, IN_ERROR, REACH_COMMISSION, REFER, REGISTER
from tests.whole_logs import history_of

HOUR = timedelta(hours=1)
LONG_AGO = AT - timedelta(days=27_000)
IMPORTED = Source("us-wage-claims/1", "public-source", "0" * 64)
SHARE = replace(
    REFER, referral_id=OTHER_REFERRAL, to=SHELTER.institution, kind="share", at=AT + HOUR
)
CONTACT = followup_decisions.RecordContact(by=COMMISSION, at=ACCEPT.at, channel="telephone")
HOLD = followup_decisions.PutFollowUpOnHold(by=COMMISSION, at=ACCEPT.at + HOUR, reason="other")
RESUME = followup_decisions.ResumeFollowUp(by=COMMISSION, at=HOLD.at + HOUR)


@pytest.fixture
def services() -> Iterator[Services]:
    """A registered case in the office's custody; commission and shelter are in the directory."""
    with in_memory(INTAKE, REFERRAL_SERVICE, FOLLOWUP) as running:
        for one in (COMMISSION, SHELTER):
            code = one.institution
            listing = directory.RegisterInstitution(
                by=STEWARD, at=AT, institution=code, name=code, kind="shelter"
            )
            for command in (listing, REACH_COMMISSION):
                running["referral"].when(directory.DECIDER, directory.stream_of(code), command)
        running["intake"].when(case.DECIDER, CASE, REGISTER)
        running.deliver()
        yield running


def refused(services: Services, service: str, command: Command, **otherwise: object) -> None:
    """The command is refused for its moment, and its field is named."""
    places: dict[str, tuple[Decider[Any], UUID]] = {
        "intake": (case.DECIDER, CASE),
        "referral": (custody.DECIDER, CASE),
        "followup": (followup_life.DECIDER, REFERRAL),
    }
    decider, stream = places[service]
    answer = services[service].when(decider, stream, replace(command, **otherwise))
    answer.refused(BeforeWhatItAnswers, field="happened_at")


def referring(services: Services, *commands: Command) -> None:
    """These commands about referrals are carried out."""
    for command in commands:
        assert isinstance(
            services["referral"].when(custody.DECIDER, CASE, command).decision, tuple
        ), command
    services.deliver()


def following(services: Services, *commands: Command) -> None:
    """These commands of the follow-up are carried out."""
    for command in commands:
        assert isinstance(
            services["followup"].when(followup_life.DECIDER, REFERRAL, command).decision, tuple
        ), command


def test_a_case_is_not_voided_before_it_was_registered(services: Services) -> None:
    refused(services, "intake", replace(IN_ERROR, by=OFFICE), at=LONG_AGO)


def test_a_case_is_not_referred_before_it_was_registered(services: Services) -> None:
    refused(services, "referral", REFER, at=AT - HOUR)


def test_a_referral_is_not_answered_before_it_was_made(services: Services) -> None:
    referring(services, REFER)
    refused(services, "referral", ACCEPT, at=REFER.at - HOUR)
    refused(services, "referral", ACCEPT, at=LONG_AGO)


def test_one_referral_does_not_wait_for_another(services: Services) -> None:
    took = decisions.AcknowledgeReferral(by=SHELTER, at=ACCEPT.at, referral_id=OTHER_REFERRAL)
    share = replace(REFER, kind="share")
    referring(services, share, SHARE, took, replace(ACCEPT, at=took.at - HOUR / 2))


def test_custody_does_not_move_before_what_the_custodian_did_last(services: Services) -> None:
    referring(services, REFER, replace(SHARE, at=REFER.at + 2 * HOUR))
    refused(services, "referral", ACCEPT, at=REFER.at + HOUR)


def test_nobody_refers_before_the_case_was_theirs(services: Services) -> None:
    referring(services, REFER, ACCEPT)
    onwards = replace(SHARE, by=COMMISSION)
    refused(services, "referral", onwards, at=ACCEPT.at - HOUR)
    referring(services, replace(onwards, at=ACCEPT.at))


def test_a_follow_up_has_nothing_before_its_opening(services: Services) -> None:
    referring(services, REFER, ACCEPT)
    refused(services, "followup", CONTACT, at=ACCEPT.at - HOUR)
    following(services, CONTACT)


def test_work_is_recorded_in_any_order_between_two_changes(services: Services) -> None:
    referring(services, REFER, ACCEPT)
    following(services, replace(CONTACT, at=CONTACT.at + HOUR), CONTACT)


def test_hold_and_resumption_come_in_their_order(services: Services) -> None:
    referring(services, REFER, ACCEPT)
    following(services, HOLD)
    refused(services, "followup", RESUME, at=HOLD.at - HOUR)
    following(services, RESUME)
    refused(services, "followup", CONTACT)


def test_a_mistake_is_not_mended_before_it_was_made(services: Services) -> None:
    referring(services, REFER, ACCEPT)
    following(services, replace(CONTACT, at=CONTACT.at + HOUR))
    mend = followup_decisions.EnterContactInError(
        by=COMMISSION, at=CONTACT.at, replaces=2, reason="duplicate"
    )
    refused(services, "followup", mend)
    following(services, replace(mend, at=mend.at + HOUR))


def test_imported_history_keeps_its_order_and_carries_its_source(services: Services) -> None:
    referring(services, replace(REFER, imported=IMPORTED))
    referring(services, replace(ACCEPT, at=LONG_AGO, imported=IMPORTED))
    last = history_of(services["referral"].log, CASE)[-1]
    assert last.meta.happened_at == LONG_AGO
    assert last.meta.imported == IMPORTED


def test_what_the_system_does_about_imported_history_is_history_too(services: Services) -> None:
    referring(services, replace(REFER, imported=IMPORTED))
    referring(services, replace(ACCEPT, at=LONG_AGO, imported=IMPORTED))
    (opened,) = history_of(services["followup"].log, REFERRAL)
    assert (opened.meta.happened_at, opened.meta.imported) == (LONG_AGO, IMPORTED)
    following(services, replace(CONTACT, at=LONG_AGO))


def test_what_the_system_does_about_a_fact_is_never_out_of_order(services: Services) -> None:
    onward = replace(SHARE, by=COMMISSION, at=ACCEPT.at + HOUR)
    referring(services, REFER, ACCEPT, onward)
    services["intake"].when(case.DECIDER, CASE, replace(IN_ERROR, at=ACCEPT.at))
    services.deliver()
    assert isinstance(services["referral"].state(custody.DECIDER, CASE), custody_states.CaseInError)
    assert history_of(services["referral"].log, CASE)[-1].meta.imported is None


def test_nobody_answers_where_the_case_lies(services: Services) -> None:
    referring(services, replace(REFER, kind="share"))
    corrected = CorrectCase(
        by=OFFICE,
        at=ACCEPT.at + HOUR,
        correction_id=OTHER_REFERRAL,
        subdivision="MX-JAL",
        channel="self-presented",
    )
    services["intake"].when(case.DECIDER, CASE, corrected)
    services.deliver()
    referring(services, ACCEPT)
