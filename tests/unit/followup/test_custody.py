"""Who has custody of a case whose follow-ups are kept here, one sentence each."""

from services.followup.custody import DECIDER, Custody, CustodyMoved, MoveCustody, stream_of
from shared.kernel.refusals import ReactionOnly
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OTHER_REFERRAL, REFERRAL, SHELTER, SYSTEM
from tests.spec import rules

given = rules(DECIDER)
MOVE = MoveCustody(by=SYSTEM, at=AT, referral_id=REFERRAL, custodian=COMMISSION.institution)
MOVED = CustodyMoved(REFERRAL, COMMISSION.institution)
AGAIN = CustodyMoved(OTHER_REFERRAL, SHELTER.institution)


def test_an_accepted_transfer_moves_custody() -> None:
    given().when(MOVE).then(MOVED)
    given(AGAIN).when(MOVE).then(MOVED)


def test_what_arrives_again_adds_nothing() -> None:
    given(MOVED).when(MOVE).then_nothing_new()


def test_only_the_system_moves_custody_here() -> None:
    given().when(replace(MOVE, by=COMMISSION)).refused(ReactionOnly)


def test_memory_keeps_the_last_custodian() -> None:
    given(MOVED, AGAIN).remembers(Custody(SHELTER.institution, OTHER_REFERRAL))


def test_the_custody_of_a_case_has_a_stream_of_its_own() -> None:
    assert stream_of(CASE) != CASE
