"""The statuses of a life, and what follows from each."""

from types import MappingProxyType

import pytest

from shared.kernel.codes import Code, UnknownCode
from shared.kernel.statuses import (
    StatusError,
    open_statuses,
    relation,
    status_of,
    statuses,
)
from shared.kernel.text import Text

EXTRA = {"open": True, "party": True, "turn": "sender", "clock": "inform"}
LISTS = pytest.mark.parametrize("name", ["referral_statuses", "follow_up_statuses"])


def entry(**extra: object) -> Code:
    return Code("x", "X", "X", MappingProxyType({**EXTRA, **extra}))


def test_a_status_has_a_label_and_says_what_follows_from_it() -> None:
    awaited = statuses("referral_statuses")["information-awaited"]
    assert awaited.label == Text("En espera de información", "Information awaited")
    assert (awaited.open, awaited.party) == (True, True)
    assert (awaited.turn, awaited.clock) == ("sender", "inform")


def test_a_referral_is_open_while_its_answer_is_to_come() -> None:
    assert open_statuses("referral_statuses") == {
        "requested",
        "acknowledged",
        "information-awaited",
    }


def test_the_addressee_sees_the_case_until_it_declines_or_the_referral_ends() -> None:
    everyone = {*statuses("referral_statuses")}
    ended = {"closed", "declined", "withdrawn", "superseded", "revoked", "entered-in-error"}
    listed = statuses("referral_statuses")
    assert {code for code, status in listed.items() if status.party} == everyone - ended


def test_a_follow_up_on_hold_is_still_open() -> None:
    assert open_statuses("follow_up_statuses") == {"open", "on-hold"}


def test_a_follow_up_on_hold_puts_its_referral_on_hold() -> None:
    follow_up = statuses("follow_up_statuses")
    assert follow_up["on-hold"].referral_status == "on-hold"
    assert {code for code, status in follow_up.items() if status.referral_status} == {"on-hold"}


def test_a_follow_up_speaks_for_its_referral_while_it_has_the_turn() -> None:
    followed = {code for code, one in statuses("referral_statuses").items() if one.followed}
    assert followed == {"accepted", "on-hold"}


@LISTS
def test_a_clock_runs_exactly_where_it_is_somebody_s_turn(name: str) -> None:
    for status in statuses(name).values():
        assert (status.turn is None) == (status.clock is None)


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
        ({"open": None}, "open and party"),
        ({"party": "yes"}, "open and party"),
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
