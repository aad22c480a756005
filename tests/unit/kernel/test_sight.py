"""What an institution may see of a case: the rule alone, one sentence each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.codes import codes
from shared.kernel.sight import (
    Sides,
    Sight,
    after,
    by_referral,
    sights,
    those_who_see,
    widest,
)
from shared.kernel.statuses import FOLLOW_UP_STATUSES, REFERRAL_STATUSES, status_in

A, B, C = "office", "commission", "shelter"
NOTHING, PREVIEW, PAST, CASE = Sight


def sides(sees: Sight, kind: str = "share", sender: str = A, addressee: str = B) -> Sides:
    return Sides(sender, addressee, kind, sees)


# --- by one referral --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["share", "transfer"])
@pytest.mark.parametrize("sees", [PREVIEW, NOTHING])
def test_a_referral_that_was_not_accepted_concerns_its_addressee_alone(
    kind: str, sees: Sight
) -> None:
    assert by_referral(sides(sees, kind)) == {B: sees}


@pytest.mark.parametrize("sees", [CASE, PAST])
def test_an_accepted_share_shows_the_case_to_its_addressee_until_it_ends(sees: Sight) -> None:
    assert by_referral(sides(sees)) == {B: sees}


@pytest.mark.parametrize("sees", [CASE, PAST])
def test_an_accepted_transfer_leaves_its_sender_the_past_and_gives_custody_to_its_addressee(
    sees: Sight,
) -> None:
    assert by_referral(sides(sees, "transfer")) == {A: PAST}


# --- of a whole case --------------------------------------------------------------------------


def test_the_custodian_sees_the_case_and_nobody_else_does() -> None:
    assert sights(A, ()) == {A: CASE}
    assert sights(None, ()) == {}


def test_an_undecided_addressee_sees_a_preview() -> None:
    assert sights(A, [sides(PREVIEW)]) == {A: CASE, B: PREVIEW}


def test_who_handed_a_case_on_twice_removed_still_sees_its_own_past() -> None:
    moved = sides(CASE, "transfer"), sides(CASE, "transfer", B, C)
    assert sights(C, moved) == {A: PAST, B: PAST, C: CASE}


def test_who_gets_a_case_back_sees_it_again() -> None:
    moved = sides(CASE, "transfer"), sides(CASE, "transfer", B, A)
    assert sights(A, moved) == {A: CASE, B: PAST}


def test_the_widest_of_several_relations_counts() -> None:
    assert widest([]) is NOTHING
    assert widest([PREVIEW, NOTHING]) is PREVIEW
    assert widest([PREVIEW, PAST]) is PAST
    assert widest([CASE, PAST, PREVIEW]) is CASE
    offered_back = sides(CASE, "transfer"), sides(PREVIEW, "transfer", B, A)
    assert sights(B, offered_back)[A] is PAST


@given(st.lists(st.sampled_from(Sight)))
def test_no_order_of_relations_changes_what_is_seen(several: list[Sight]) -> None:
    assert widest(several) is widest(several[::-1])
    assert all(widest([*several, one]) is widest([widest(several), one]) for one in Sight)


def test_those_who_see_are_chosen_by_what_they_see() -> None:
    seen = {A: CASE, B: PAST, C: PREVIEW}
    assert those_who_see(seen, CASE) == {A}
    assert those_who_see(seen, CASE, PAST) == {A, B}
    assert those_who_see(seen, NOTHING) == frozenset()


# --- over a referral's life -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "sees"),
    [
        ("requested", PREVIEW),
        ("acknowledged", PREVIEW),
        ("information-awaited", PREVIEW),
        ("accepted", CASE),
        ("scheduled", CASE),
        ("in-progress", CASE),
        ("on-hold", CASE),
        ("service-delivered", CASE),
        ("outcome-confirmed", CASE),
        ("closed", PAST),
        ("failed", PAST),
        ("revoked", PAST),
        ("declined", NOTHING),
        ("withdrawn", NOTHING),
        ("superseded", NOTHING),
    ],
)
def test_a_status_says_what_the_addressee_sees_whatever_it_saw_before(
    status: str, sees: Sight
) -> None:
    found = {after(before, status_in(REFERRAL_STATUSES, status)) for before in Sight}
    assert found == {sees}


@pytest.mark.parametrize(
    ("before", "then"), [(NOTHING, NOTHING), (PREVIEW, NOTHING), (PAST, PAST), (CASE, CASE)]
)
def test_a_case_in_error_leaves_what_an_acceptance_gave(before: Sight, then: Sight) -> None:
    assert after(before, status_in(REFERRAL_STATUSES, "entered-in-error")) is then


@pytest.mark.parametrize(
    ("before", "then"), [(NOTHING, NOTHING), (PREVIEW, NOTHING), (PAST, PAST), (CASE, PAST)]
)
def test_what_the_person_ends_leaves_the_past_of_what_an_acceptance_gave(
    before: Sight, then: Sight
) -> None:
    assert after(before, status_in(REFERRAL_STATUSES, "cancelled-by-person")) is then


def test_a_follow_up_s_status_shows_the_case_to_nobody() -> None:
    assert after(CASE, status_in(FOLLOW_UP_STATUSES, "open")) is NOTHING


def test_each_sight_has_its_code() -> None:
    assert {*codes("sights")} == {*Sight, "kept", "ended"}
