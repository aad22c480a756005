"""What cannot be kept is refused where it is decided, whichever way it came."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.limits import LONGEST_TEXT, MOMENTS, OFFSETS, TEXTS, ZEROS, BeyondLimits, Limit
from shared.kernel.roles import SYSTEM
from shared.kernel.value import replace
from tests.homes import Home
from tests.toy_service import (
    AT,
    BY,
    RecordNumber,
    carried_out,
    record_number,
    refusal_of,
    stored_numbers,
    submission,
)

FAR_EAST = AT.astimezone(timezone(timedelta(hours=16)))


def by(institution: str) -> RecordNumber:
    return replace(record_number(1), by=replace(BY, institution=institution))


@pytest.mark.parametrize(
    ("command", "field", "limit"),
    [
        (record_number(1, at=FAR_EAST), "at", OFFSETS),
        (record_number(1, at=datetime(1899, 12, 31, tzinfo=UTC)), "at", MOMENTS),
        (by("a" * (LONGEST_TEXT + 1)), "by.institution", TEXTS),
        (by("oficina\0"), "by.institution", ZEROS),
    ],
)
def test_what_is_beyond_a_limit_is_refused_with_what_was_expected_and_leaves_nothing(
    home: Home, command: RecordNumber, field: str, limit: Limit
) -> None:
    log, stream = home.log(), new_id()
    answer = refusal_of(log.submit(submission(stream, command)).result(10))
    assert answer == BeyondLimits(field=field, expected=limit.expected)
    assert stored_numbers(log, stream) == []


def test_a_reaction_follows_its_fact_whenever_that_happened(home: Home) -> None:
    log = home.log()
    reaction = replace(record_number(1, at=FAR_EAST), by=Actor(BY.institution, SYSTEM, SYSTEM))
    assert carried_out(log.submit(submission(new_id(), reaction))).facts
