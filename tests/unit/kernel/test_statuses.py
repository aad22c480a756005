"""The statuses of a life, and what follows from each."""

from types import MappingProxyType

import pytest

from shared.kernel.codes import Code, UnknownCode
from shared.kernel.statuses import (
    StatusError,
    open_statuses,
    relation,
    status_in,
    status_of,
    statuses,
)
from shared.kernel.text import Text

EXTRA = {"open": True, "addressee_sees": "preview", "turn": "sender", "clock": "inform"}
LISTS = pytest.mark.parametrize("name", ["referral_statuses", "follow_up_statuses"])


def entry(**extra: object) -> Code:
    return Code("x", "X", "X", MappingProxyType({**EXTRA, **extra}))


def test_a_status_has_a_label_and_says_what_follows_from_it() -> None:
    awaited = statuses("referral_statuses")["information-awaited"]
    assert awaited.label == Text("En espera de información", "Information awaited")
    assert (awaited.open, awaited.addressee_sees) == (True, "preview")
    assert (awaited.turn, awaited.clock) == ("sender", "inform")


def test_a_referral_is_open_while_its_answer_is_to_come() -> None:
    assert open_statuses("referral_statuses") == {
        "requested",
        "delivered",
        "acknowledged",
        "information-awaited",
        "waitlisted",
        "decline-proposed",
    }


def test_the_addressee_sees_a_preview_exactly_while_its_answer_is_to_come() -> None:
    listed = statuses("referral_statuses").items()
    previews = {code for code, status in listed if status.addressee_sees == "preview"}
    assert previews == open_statuses("referral_statuses")


def test_the_addressee_sees_the_case_exactly_while_it_has_the_turn_to_follow_up() -> None:
    listed = statuses("referral_statuses").items()
    sees = {code for code, status in listed if status.addressee_sees == "case"}
    assert sees == {code for code, status in listed if status.turn == "follower"}


def test_a_follow_up_s_status_says_nothing_of_who_sees_the_case() -> None:
    assert {one.addressee_sees for one in statuses("follow_up_statuses").values()} == {None}


def test_a_follow_up_is_open_while_something_is_still_to_be_done() -> None:
    assert open_statuses("follow_up_statuses") == {
        "open",
        "scheduled",
        "in-progress",
        "on-hold",
        "service-delivered",
        "outcome-confirmed",
    }


def test_a_follow_up_on_hold_puts_its_referral_on_hold() -> None:
    follow_up = statuses("follow_up_statuses")
    assert follow_up["on-hold"].referral_status == "on-hold"
    assert {code for code, status in follow_up.items() if status.referral_status} == {"on-hold"}


def test_a_follow_up_speaks_for_its_referral_only_where_that_has_heard_nothing_of_it() -> None:
    followed = {code for code, one in statuses("referral_statuses").items() if one.followed}
    assert followed == {"accepted"}


def test_every_status_of_a_referral_that_is_followed_up_is_one_of_its_follow_up() -> None:
    follow_up = statuses("follow_up_statuses")
    for code, one in statuses("referral_statuses").items():
        if one.turn == "follower" and code != "accepted":
            assert follow_up[code].clock == one.clock
            assert follow_up[code].label.es == one.label.es


@LISTS
def test_a_clock_runs_exactly_where_it_is_somebody_s_turn(name: str) -> None:
    for status in statuses(name).values():
        assert (status.turn is None) == (status.clock is None)


def test_a_status_that_a_list_does_not_have_is_named() -> None:
    assert status_in("follow_up_statuses", "open").open
    with pytest.raises(StatusError, match="follow_up_statuses: there is no status 'shelved'"):
        status_in("follow_up_statuses", "shelved")


def test_a_relation_is_called_what_its_list_says() -> None:
    assert relation("addressee") == Text("Destinataria", "Addressee")
    with pytest.raises(UnknownCode):
        relation("neighbour")


def test_what_a_list_says_of_a_status_is_read() -> None:
    status = status_of("list", entry(turn=None, clock=None))
    assert (status.code, status.turn, status.clock) == ("x", None, None)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"open": None}, "open is true or false"),
        ({"followed": "yes"}, "followed is true or false"),
        ({"addressee_sees": "all"}, "addressee_sees is null or of sights"),
        ({"addressee_sees": True}, "addressee_sees is null"),
        ({"turn": "neighbour"}, "turn is null or of the list relations"),
        ({"turn": 7}, "turn is null"),
        ({"clock": ""}, "clock is null"),
        ({"clock": 7}, "clock is null"),
        ({"referral_status": "shelved"}, "referral_status is null or a referral's"),
        ({"referral_status": 7}, "referral_status is null"),
    ],
)
def test_a_list_that_does_not_say_it_is_an_error_that_names_the_status(
    extra: dict[str, object], says: str
) -> None:
    with pytest.raises(StatusError, match=rf"list\.x: {says}"):
        status_of("list", entry(**extra))


@pytest.mark.parametrize("left_out", [*EXTRA])
def test_saying_nothing_is_not_the_same_as_null(left_out: str) -> None:
    extra = {name: value for name, value in EXTRA.items() if name != left_out}
    with pytest.raises(StatusError, match=left_out):
        status_of("list", Code("x", "X", "X", MappingProxyType(extra)))
