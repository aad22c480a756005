"""What a recorded fact is called, in its own history and beside another one."""

from datetime import timedelta, timezone
from uuid import UUID

from shared.kernel.record import Recorded, mark_of
from shared.kernel.value import replace
from tests.examples import examples

FACT: Recorded = examples("intake", "case-registered")[0].recorded


def test_a_fact_is_called_by_its_service_its_stream_and_its_version() -> None:
    one = replace(FACT, stream=UUID(int=7), version=3)
    assert one.id == f"intake:{UUID(int=7)}:3"


def test_a_fact_of_another_history_has_another_mark_though_it_has_the_same_id() -> None:
    later = replace(FACT.meta, recorded_at=FACT.meta.recorded_at + timedelta(microseconds=1))
    other = replace(FACT, meta=later)
    assert (other.id, other.mark != FACT.mark) == (FACT.id, True)


def test_a_mark_is_the_same_wherever_the_clock_stood() -> None:
    at = FACT.meta.recorded_at
    elsewhere = at.astimezone(timezone(timedelta(hours=9)))
    assert mark_of(FACT.id, at) == mark_of(FACT.id, elsewhere) == FACT.mark
