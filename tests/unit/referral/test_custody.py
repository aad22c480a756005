"""The rules of custody and of requesting a referral, one sentence each."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.referral.custody import DECIDER, EnterCaseInError, RelocateCase, TakeUpCase
from services.referral.custody_facts import CaseRelocated, CustodyEnded
from services.referral.custody_states import CaseInError, InCustody, Move, NotTakenUp
from services.referral.decisions import (
    AcceptReferral,
    AcknowledgeReferral,
    Custodianship,
    ReferCase,
)
from services.referral.institution import Active, NotListed
from services.referral.other_referrals import MOST
from services.referral.referral import Accepted, InError, Requested
from services.referral.referral_facts import (
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralEnteredInError,
    ReferralWithdrawn,
)
from services.referral.refusals import (
    AddresseeNotRegistered,
    AlreadyReferredThere,
    CaseIsInError,
    CaseNotTakenUp,
    NothingNamed,
    ReferralNotFound,
    ReferredToItself,
    TooManyReferrals,
    TransferAlreadyOpen,
)
from shared.kernel.decider import Known
from shared.kernel.life import NotNow, NotYours
from shared.kernel.record import Source
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.value import replace
from tests import referral_facts
from tests.personas import (
    AT,
    CASE,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REACHABLE,
    REFERRAL,
    SHELTER,
    SYSTEM,
)
from tests.referral_facts import ACCEPTED, ANNOUNCED, TAKEN, consented
from tests.spec import rules

ENTRY = Active("", "Comisión", "human-rights-commission", None, (), REACHABLE)
LISTED = Known(4, ENTRY)
given = rules(DECIDER, addressee=LISTED)

TAKE_UP = TakeUpCase(
    by=SYSTEM,
    at=AT,
    case_id=CASE,
    institution=OFFICE.institution,
    programme="mx-labour-protection",
    subdivision="MX-CHH",
)
ENTER_IN_ERROR = EnterCaseInError(by=SYSTEM, at=AT)
REFER = ReferCase(
    by=OFFICE,
    at=AT,
    referral_id=REFERRAL,
    to=COMMISSION.institution,
    kind="transfer",
    services=("legal-advice", "conciliation"),
    priority="normal",
)
REQUESTED = replace(
    referral_facts.REQUESTED,
    services=("conciliation", "legal-advice"),
    priority="normal",
    addressee_version=4,
)
TO_SHELTER = replace(
    REQUESTED, referral_id=OTHER_REFERRAL, addressee=SHELTER.institution, kind="share"
)
ENDED = CustodyEnded(custodian=OFFICE.institution)
RELOCATE = RelocateCase(by=SYSTEM, at=AT, subdivision="MX-JAL")
ACCEPT = AcceptReferral(by=COMMISSION, at=AT, referral_id=REFERRAL, received_at=AT)
ACCEPTED_NOW = replace(ACCEPTED, received_at=AT, services=REQUESTED.services)
DECLINED = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
WITHDRAWN = ReferralWithdrawn(REFERRAL, "need-resolved")


def test_the_registering_institution_gets_custody() -> None:
    given().when(TAKE_UP).then(TAKEN)


def test_a_case_that_is_taken_up_again_adds_nothing() -> None:
    given(TAKEN).when(TAKE_UP).then_nothing_new()
    given(TAKEN, ENDED).when(TAKE_UP).then_nothing_new()


def test_only_the_system_takes_up_and_voids() -> None:
    given().when(replace(TAKE_UP, by=OFFICE)).refused(ReactionOnly)
    given(TAKEN).when(replace(ENTER_IN_ERROR, by=OFFICE)).refused(ReactionOnly)


def test_the_custodian_refers_a_case() -> None:
    given(TAKEN).when(REFER).then(consented(REQUESTED))


def test_a_case_that_is_not_known_here_cannot_be_referred() -> None:
    given().when(REFER).refused(CaseNotTakenUp)


def test_only_the_custodian_refers() -> None:
    given(TAKEN).when(replace(REFER, by=SHELTER)).refused(NotYours, by=("custodian",))


def test_the_former_custodian_refers_no_more_and_the_new_one_does() -> None:
    history = (TAKEN, REQUESTED, ACCEPTED)
    onward = replace(REFER, referral_id=OTHER_REFERRAL, to=SHELTER.institution)
    given(*history).when(onward).refused(NotYours, by=("custodian",))
    given(*history).when(replace(onward, by=COMMISSION)).then(
        consented(
            replace(
                REQUESTED,
                referral_id=OTHER_REFERRAL,
                sender=COMMISSION.institution,
                addressee=SHELTER.institution,
            )
        )
    )


def test_a_referral_goes_to_another_institution() -> None:
    given(TAKEN).when(replace(REFER, to=OFFICE.institution)).refused(ReferredToItself)


def test_a_referral_goes_to_an_institution_of_the_directory() -> None:
    not_there = Known(0, NotListed())
    given(TAKEN).knowing(addressee=not_there).when(REFER).refused(AddresseeNotRegistered)


def test_a_referral_names_the_entry_in_the_directory_that_it_leaned_on() -> None:
    corrected = replace(LISTED, version=5)
    given(TAKEN).knowing(addressee=corrected).when(REFER).then(
        consented(replace(REQUESTED, addressee_version=5))
    )


def test_a_referral_names_a_service() -> None:
    given(TAKEN).when(replace(REFER, services=())).refused(NothingNamed, field="services")


def test_every_code_stands_in_its_list() -> None:
    given(TAKEN).when(replace(REFER, kind="lend")).refused(CodeNotKnown, field="kind")
    given(TAKEN).when(replace(REFER, priority="soon")).refused(CodeNotKnown, field="priority")
    given(TAKEN).when(replace(REFER, services=("legal-advice", "magic"))).refused(
        CodeNotKnown, field="services", code_list="service_kinds"
    )


def test_a_referral_is_requested_once() -> None:
    given(TAKEN, REQUESTED).when(REFER).refused(NotNow, status="requested")


def test_a_case_has_one_open_transfer_at_a_time() -> None:
    second = replace(REFER, referral_id=OTHER_REFERRAL, to=SHELTER.institution)
    given(TAKEN, REQUESTED).when(second).refused(TransferAlreadyOpen, referral_id=str(REFERRAL))
    given(TAKEN, REQUESTED).when(replace(second, kind="share")).then(consented(TO_SHELTER))
    given(TAKEN, TO_SHELTER).when(REFER).then(consented(REQUESTED))


def test_an_institution_has_one_open_referral_of_a_case_at_a_time() -> None:
    second = replace(REFER, referral_id=OTHER_REFERRAL, kind="share")
    given(TAKEN, REQUESTED).when(second).refused(AlreadyReferredThere, referral_id=str(REFERRAL))


def ended_referrals(count: int) -> list[object]:
    """As many that came to nothing."""
    ids = [UUID(int=n + 1) for n in range(count)]
    return [
        fact
        for each in ids
        for fact in (
            replace(REQUESTED, referral_id=each),
            replace(WITHDRAWN, referral_id=each),
        )
    ]


def test_a_case_has_as_many_referrals_as_people_still_read() -> None:
    given(TAKEN, *ended_referrals(MOST - 1)).when(REFER).then(consented(REQUESTED))
    given(TAKEN, *ended_referrals(MOST)).when(REFER).refused(TooManyReferrals, most=MOST)


def test_an_import_records_however_many_referrals_there_were() -> None:
    imported = replace(REFER, imported=Source("us-wage-claims/1", "public-source", "0" * 64))
    given(TAKEN, *ended_referrals(MOST)).when(imported).then(REQUESTED)


@pytest.mark.parametrize("ending", [DECLINED, WITHDRAWN])
def test_a_referral_that_ended_leaves_room_for_another(ending: object) -> None:
    second = replace(REFER, referral_id=OTHER_REFERRAL)
    given(TAKEN, REQUESTED, ending).when(second).then(
        consented(replace(REQUESTED, referral_id=OTHER_REFERRAL))
    )


def test_a_case_entered_in_error_ends_custody_and_what_lives_of_its_referrals() -> None:
    given(TAKEN).when(ENTER_IN_ERROR).then(ENDED)
    given(TAKEN, REQUESTED, TO_SHELTER).when(ENTER_IN_ERROR).then(
        ReferralEnteredInError(REFERRAL), ReferralEnteredInError(OTHER_REFERRAL), ENDED
    )


def test_an_accepted_referral_falls_too_so_that_its_follow_up_does() -> None:
    given(TAKEN, REQUESTED, ACCEPTED).when(ENTER_IN_ERROR).then(
        ReferralEnteredInError(REFERRAL), CustodyEnded(COMMISSION.institution)
    )


@pytest.mark.parametrize("ending", [DECLINED, WITHDRAWN])
def test_a_referral_that_ended_by_itself_does_not_fall_with_its_case(ending: object) -> None:
    given(TAKEN, REQUESTED, ending).when(ENTER_IN_ERROR).then(ENDED)


def test_a_void_that_came_after_the_acceptance_ends_nothing() -> None:
    late = replace(ENTER_IN_ERROR, received_at=AT + timedelta(seconds=1))
    given(TAKEN, REQUESTED, ACCEPTED_NOW).when(late).then_nothing_new()


def test_a_void_that_came_before_the_acceptance_or_with_it_ends_all() -> None:
    for at in (AT - timedelta(seconds=1), AT, None):
        given(TAKEN, REQUESTED, ACCEPTED_NOW).when(replace(ENTER_IN_ERROR, received_at=at)).then(
            ReferralEnteredInError(REFERRAL), CustodyEnded(COMMISSION.institution)
        )


def test_only_the_acceptance_that_ended_the_custody_of_a_void_decides_about_it() -> None:
    onward = replace(
        ACCEPTED_NOW,
        referral_id=OTHER_REFERRAL,
        sender=COMMISSION.institution,
        addressee=SHELTER.institution,
        custodian=SHELTER.institution,
        previous_custodian=COMMISSION.institution,
        received_at=AT + timedelta(hours=1),
    )
    handed_on = replace(TO_SHELTER, sender=COMMISSION.institution, kind="transfer")
    history = (TAKEN, REQUESTED, ACCEPTED_NOW, handed_on, onward)
    in_between = replace(ENTER_IN_ERROR, received_at=AT + timedelta(minutes=30))
    given(*history).when(in_between).then_nothing_new()
    theirs = replace(in_between, custody_version=3)
    given(*history).when(theirs).then(
        ReferralEnteredInError(REFERRAL),
        ReferralEnteredInError(OTHER_REFERRAL),
        CustodyEnded(SHELTER.institution),
    )
    too_late = replace(theirs, received_at=AT + timedelta(hours=2))
    given(*history).when(too_late).then_nothing_new()
    given(*history).when(replace(too_late, custody_version=5)).then(
        ReferralEnteredInError(REFERRAL),
        ReferralEnteredInError(OTHER_REFERRAL),
        CustodyEnded(SHELTER.institution),
    )


def test_a_share_that_is_accepted_ends_nobodys_custody() -> None:
    request = replace(REQUESTED, kind="share")
    accepted = replace(ACCEPTED_NOW, kind="share", custodian=OFFICE.institution)
    late = replace(ENTER_IN_ERROR, received_at=AT + timedelta(seconds=1))
    given(TAKEN, request, accepted).when(late).then(ReferralEnteredInError(REFERRAL), ENDED)


def test_where_the_case_lies_is_corrected_here_too_and_later_acceptances_say_it() -> None:
    given(TAKEN).when(RELOCATE).then(CaseRelocated("MX-JAL"))
    given(TAKEN, CaseRelocated("MX-JAL")).when(RELOCATE).then_nothing_new()
    given(TAKEN, REQUESTED, CaseRelocated("MX-JAL")).when(ACCEPT).then(
        ReferralAcknowledged(REFERRAL),
        replace(ACCEPTED_NOW, subdivision="MX-JAL"),
        ANNOUNCED,
    )


def test_a_correction_waits_for_the_case_and_touches_none_that_is_in_error() -> None:
    given().when(RELOCATE).refused(CaseNotTakenUp)
    given(TAKEN, ENDED).when(RELOCATE).then_nothing_new()
    given(TAKEN).when(replace(RELOCATE, by=OFFICE)).refused(ReactionOnly)


def test_an_error_that_arrives_again_adds_nothing() -> None:
    given(TAKEN, ENDED).when(ENTER_IN_ERROR).then_nothing_new()


def test_an_error_waits_for_the_case_it_speaks_of() -> None:
    given().when(ENTER_IN_ERROR).refused(CaseNotTakenUp)


def test_a_case_in_error_takes_nothing_more() -> None:
    for command in (REFER, AcknowledgeReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)):
        given(TAKEN, REQUESTED, ENDED).when(command).refused(CaseIsInError)


def test_a_referral_that_the_case_does_not_have_cannot_be_answered() -> None:
    command = AcknowledgeReferral(by=COMMISSION, at=AT, referral_id=OTHER_REFERRAL)
    given(TAKEN, REQUESTED).when(command).refused(ReferralNotFound)


def test_custody_moves_in_the_fact_of_acceptance() -> None:
    held = Custodianship(COMMISSION.institution, "mx-labour-protection", "MX-CHH")
    given(TAKEN, REQUESTED, ReferralAcknowledged(REFERRAL), ACCEPTED).remembers(
        InCustody(
            case_id=CASE,
            held=held,
            referrals={REFERRAL: Accepted(REQUESTED)},
            version=4,
            moves=(Move(4, None),),
        )
    )


def test_memory_of_a_case_in_error_keeps_how_it_stood() -> None:
    held = Custodianship(OFFICE.institution, "mx-labour-protection", "MX-CHH")
    given(TAKEN, REQUESTED, ReferralEnteredInError(REFERRAL), ENDED).remembers(
        CaseInError(
            InCustody(
                case_id=CASE,
                held=held,
                referrals={REFERRAL: InError(REQUESTED, was=Requested(REQUESTED))},
                version=3,
            )
        )
    )


def test_memory_judges_nothing() -> None:
    given(REQUESTED).remembers(NotTakenUp())
