"""Who has custody of a case whose follow-ups are kept here, one sentence each."""

from services.followup.custody import DECIDER, Custody, CustodyMoved, MoveCustody, stream_of
from shared.kernel.refusals import ReactionOnly
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OFFICE, SHELTER, SYSTEM
from tests.spec import rules

given = rules(DECIDER)
MOVE = MoveCustody(by=SYSTEM, at=AT, custodian=COMMISSION.institution, custody_version=4)
MOVED = CustodyMoved(COMMISSION.institution, 4)
BEFORE = CustodyMoved(OFFICE.institution, 2)
AGAIN = CustodyMoved(SHELTER.institution, 7)


def test_custody_moves_with_what_is_heard() -> None:
    given().when(MOVE).then(MOVED)
    given(BEFORE).when(MOVE).then(MOVED)


def test_what_arrives_again_adds_nothing() -> None:
    given(MOVED).when(MOVE).then_nothing_new()
    given(MOVED, AGAIN).when(MOVE).then_nothing_new()


def test_only_the_system_moves_custody_here() -> None:
    given().when(replace(MOVE, by=COMMISSION)).refused(ReactionOnly)


def test_memory_keeps_the_last_custodian() -> None:
    given(MOVED, AGAIN).remembers(Custody(SHELTER.institution, 7))


def test_the_custody_of_a_case_has_a_stream_of_its_own() -> None:
    assert stream_of(CASE) != CASE
