"""On which days an agreement is in force."""

from datetime import date

import pytest

from services.referral.validity import Pause, Validity

DRAFT = Validity(ends=date(2026, 12, 31))
SIGNED = DRAFT.signed(date(2026, 1, 20))


def status(validity: Validity, day: str) -> tuple[str, date | None]:
    on = date.fromisoformat(day)
    assert validity.covers(on) == (validity.status_on(on) == "in-force")
    return validity.status_on(on), validity.since(on)


def test_it_is_in_force_from_its_first_day_to_its_last_one() -> None:
    assert status(DRAFT, "2026-05-04") == ("drafted", None)
    assert status(SIGNED, "2026-01-19") == ("signed", date(2026, 1, 20))
    assert status(SIGNED, "2026-01-20") == ("in-force", date(2026, 1, 20))
    assert status(SIGNED, "2026-12-31") == ("in-force", date(2026, 1, 20))
    assert status(SIGNED, "2027-01-01") == ("expired", date(2027, 1, 1))
    assert status(Validity(begins=date(2026, 1, 20)), "2090-01-01")[0] == "in-force"


def test_it_is_suspended_from_a_day_on_until_it_is_resumed() -> None:
    suspended = SIGNED.paused(date(2026, 3, 1))
    assert (suspended.is_paused, SIGNED.is_paused) == (True, False)
    assert status(suspended, "2026-02-28")[0] == "in-force"
    assert status(suspended, "2026-03-01") == ("suspended", date(2026, 3, 1))
    assert status(suspended, "2027-01-01") == ("expired", date(2026, 3, 1))
    resumed = suspended.resumed(date(2026, 3, 9))
    assert not resumed.is_paused
    assert status(resumed, "2026-03-08") == ("suspended", date(2026, 3, 1))
    assert status(resumed, "2026-03-09")[0] == "in-force"
    again = resumed.paused(date(2026, 5, 1)).resumed(date(2026, 5, 2))
    assert again.pauses == (
        Pause(date(2026, 3, 1), date(2026, 3, 9)),
        Pause(date(2026, 5, 1), date(2026, 5, 2)),
    )


@pytest.mark.parametrize(("on", "gap"), [("2026-12-30", False), ("2027-01-01", False)])
def test_a_renewal_in_time_leaves_no_day_without(on: str, gap: bool) -> None:  # noqa: FBT001
    renewed = SIGNED.renewed(date(2027, 12, 31), date.fromisoformat(on))
    assert bool(renewed.pauses) == gap
    assert status(renewed, "2027-06-01")[0] == "in-force"


def test_a_late_renewal_does_not_make_the_days_between_good() -> None:
    renewed = SIGNED.renewed(None, date(2027, 2, 1))
    assert status(renewed, "2027-01-31") == ("expired", date(2027, 1, 1))
    assert status(renewed, "2027-02-01")[0] == "in-force"
    assert SIGNED.renewed(None, date(2026, 2, 1)).renewed(date(2099, 1, 1), date(2098, 1, 1)) == (
        SIGNED.renewed(date(2099, 1, 1), date(2026, 2, 1))
    )


def test_what_is_terminated_was_in_force_until_then() -> None:
    over = SIGNED.over(date(2026, 5, 4))
    assert status(over, "2026-05-03")[0] == "in-force"
    assert status(over, "2026-05-04") == ("terminated", date(2026, 5, 4))
    assert status(DRAFT.over(date(2026, 5, 4)), "2026-05-05")[0] == "terminated"
