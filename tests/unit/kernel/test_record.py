"""A fact can be told from one of another history that has its id, and from nothing else."""

from datetime import UTC, timedelta, timezone

from shared.kernel.record import Recorded, mark_of
from shared.kernel.value import replace
from tests.examples import FACTS, recorded
from tests.personas import AT

(FACT,) = FACTS["followup"]["contact-recorded"]
ONE = recorded("followup", "contact-recorded", FACT)


def later(by: timedelta) -> Recorded:
    return replace(ONE, meta=replace(ONE.meta, recorded_at=ONE.meta.recorded_at + by))


def test_a_mark_begins_with_the_facts_id_and_differs_with_the_microsecond() -> None:
    assert ONE.mark.startswith(f"{ONE.id} ")
    assert ONE.mark != later(timedelta(microseconds=1)).mark
    assert ONE.mark != replace(ONE, version=ONE.version + 1).mark


def test_a_mark_is_the_same_wherever_the_clock_stood() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    assert mark_of(ONE.id, AT) == mark_of(ONE.id, elsewhere) == mark_of(ONE.id, AT.astimezone(UTC))
