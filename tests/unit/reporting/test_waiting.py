"""What comes next of a clock if nobody acts."""

from datetime import UTC, datetime, timedelta

import pytest

from services.reporting.waiting import EXPIRE, REMIND, STEPS, TELL_COORDINATOR, TELL_SENDER, next_of
from shared.kernel.codes import codes

BEGIN = datetime(2026, 5, 4, tzinfo=UTC)
MOMENTS = tuple(BEGIN + timedelta(days=n) for n in range(4))


def test_the_steps_are_those_of_their_list() -> None:
    assert tuple(codes("clock_steps")) == STEPS


@pytest.mark.parametrize(
    ("reminded", "level", "step"),
    [
        (None, None, REMIND),
        (BEGIN, None, TELL_SENDER),
        (BEGIN, "sender", TELL_COORDINATOR),
        (BEGIN, "coordinator", EXPIRE),
        (None, "sender", TELL_COORDINATOR),
    ],
)
def test_what_comes_next_is_the_first_step_that_was_not_done(
    reminded: datetime | None, level: str | None, step: str
) -> None:
    expected = step, MOMENTS[STEPS.index(step)]
    assert next_of("decide", MOMENTS, reminded, level) == expected


def test_a_step_that_the_clock_does_not_have_is_passed_over() -> None:
    moments = (None, MOMENTS[1], None, MOMENTS[3])
    assert next_of("decide", moments, None, None) == (TELL_SENDER, MOMENTS[1])
    assert next_of("decide", moments, BEGIN, "sender") == (EXPIRE, MOMENTS[3])


def test_nothing_comes_next_where_no_clock_runs() -> None:
    assert next_of(None, MOMENTS, None, None) == (None, None)
    assert next_of("decide", (None,) * 4, None, None) == (None, None)
