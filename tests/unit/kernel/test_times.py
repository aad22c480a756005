"""The order of times: what a fact answers, and what it may not come before."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shared.kernel.times import MAIN, NO_TIMES, Place, Times, out_of_order

NINE = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
NOON = NINE + timedelta(hours=3)
ONE = NINE + timedelta(hours=4)
LATER = NINE + timedelta(days=30)
MINUTE = timedelta(minutes=1)
CONTACT = Place(turns=False, adds=True)
CORRECTION = Place(turns=False)
REFERRAL, OTHER = Place("referral"), Place("other")
ACCEPTANCE = Place("referral", turns_main=True)


def times(*facts: tuple[Place, datetime]) -> Times:
    """The times after facts at these places."""
    come = NO_TIMES
    for place, at in facts:
        come = come.after(place, at)
    return come


@pytest.mark.parametrize("place", [MAIN, CONTACT, CORRECTION, REFERRAL, ACCEPTANCE])
def test_the_first_fact_of_a_stream_answers_nothing(place: Place) -> None:
    assert NO_TIMES.earliest(place) is None
    assert not out_of_order(NO_TIMES, place, NINE, LATER)


def test_what_turns_the_stream_comes_after_all_that_is_there() -> None:
    assert times((MAIN, NINE), (CONTACT, NOON)).earliest(MAIN) == NOON
    assert times((MAIN, NINE), (REFERRAL, NOON)).earliest(MAIN) == NOON


def test_contacts_come_in_any_order_after_the_last_turn() -> None:
    assert times((MAIN, NINE), (CONTACT, NOON)).earliest(CONTACT) == NINE
    assert times((MAIN, NINE), (CONTACT, NOON), (MAIN, ONE)).earliest(CONTACT) == ONE


def test_what_mends_a_mistake_comes_after_it_and_turns_nothing() -> None:
    mended = times((MAIN, NINE), (CONTACT, NOON), (CORRECTION, ONE))
    assert times((MAIN, NINE), (CONTACT, NOON)).earliest(CORRECTION) == NOON
    assert mended.earliest(CONTACT) == NINE
    assert mended.earliest(MAIN) == ONE


def test_lines_side_by_side_do_not_wait_for_each_other() -> None:
    come = times((MAIN, NINE), (REFERRAL, NOON))
    assert come.earliest(OTHER) == NINE
    assert come.earliest(REFERRAL) == NOON
    assert come.after(OTHER, ONE).earliest(REFERRAL) == NOON


def test_what_is_on_a_line_comes_after_the_last_turn_of_the_stream() -> None:
    come = times((MAIN, NINE), (REFERRAL, NINE), (MAIN, NOON))
    assert come.earliest(REFERRAL) == NOON


def test_custody_moves_after_all_that_was_done_and_everything_comes_after_that() -> None:
    come = times((MAIN, NINE), (REFERRAL, NINE), (OTHER, NOON))
    assert come.earliest(ACCEPTANCE) == NOON
    assert come.after(ACCEPTANCE, ONE).earliest(OTHER) == ONE


def test_what_only_adds_to_a_line_answers_its_last_turn() -> None:
    note = Place("referral", turns=False, adds=True)
    come = times((MAIN, NINE), (REFERRAL, NINE), (note, ONE))
    assert come.earliest(note) == NINE
    assert come.earliest(REFERRAL) == ONE
    assert times((note, NINE), (note, NOON)).earliest(note) == NINE


def test_an_earlier_moment_does_not_turn_times_back() -> None:
    come = times((MAIN, NOON), (MAIN, NINE), (REFERRAL, ONE), (REFERRAL, NINE))
    assert come.earliest(REFERRAL) == ONE
    assert come.earliest(MAIN) == ONE
    assert come.earliest(OTHER) == NOON


def test_moments_are_compared_whatever_the_clocks_on_the_walls_say() -> None:
    there = timezone(timedelta(hours=-6))
    come = times((MAIN, NOON.astimezone(there)))
    assert not out_of_order(come, MAIN, NOON, LATER)
    assert out_of_order(come, MAIN, NOON.replace(tzinfo=timezone(timedelta(hours=3))), LATER)


def test_clocks_may_differ_by_five_minutes() -> None:
    come = times((MAIN, NOON))
    assert not out_of_order(come, MAIN, NOON - 5 * MINUTE, LATER)
    assert out_of_order(come, MAIN, NOON - 5 * MINUTE - timedelta(microseconds=1), LATER)


def test_what_happens_now_is_in_order_even_if_another_clock_went_far_before() -> None:
    come = times((MAIN, LATER))
    assert not out_of_order(come, MAIN, NOON, NOON)
    assert out_of_order(come, MAIN, NINE, NOON)


def test_what_stands_aside_answers_nothing_and_nothing_answers_it() -> None:
    aside = Place(aside=True)
    before = Times().after(MAIN, NOON)
    assert before.earliest(aside) is None
    assert before.after(aside, NOON + timedelta(days=30)) == before
