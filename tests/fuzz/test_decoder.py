"""Whatever bytes come: an event that can be kept, or the reason why there is none."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.envelope import Event, Unreadable, decode, encode, fact_header
from tests.examples import PUBLISHED, examples
from tests.fuzz.mutations import DEEP, MONSTERS, altered, spliced, written
from tests.walks import tries

MESSAGES = [encode(one.contract, one.recorded) for name in PUBLISHED for one in examples(*name)]
LARGEST = 2**63 - 1
"""What a position's column holds."""


def texts(thing: Any) -> Iterator[str]:
    """Every text in an event, its contract included."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple):
        for one in thing:
            yield from texts(one)
    elif is_dataclass(thing) or isinstance(thing, msgspec.Struct):
        names = [f.name for f in fields(thing)] if is_dataclass(thing) else thing.__struct_fields__
        for name in names:
            yield from texts(getattr(thing, name))


def can_be_kept(event: Event) -> None:
    """PostgreSQL takes all of it: no character zero, no half pair, a moment that UTC has."""
    assert 1 <= event.position <= LARGEST
    for text in texts(event):
        assert "\0" not in text
        text.encode()
    moments = [event.meta.happened_at, event.meta.recorded_at]
    opened = getattr(event.data, "opened_at", None)
    for moment in [*moments, *([opened] if isinstance(opened, datetime) else [])]:
        moment.astimezone(UTC)


def read(raw: bytes) -> None:
    """Read it: what comes of it is an event that can be kept, or a reason why there is none."""
    fact_header(raw)
    with suppress(Unreadable):
        can_be_kept(decode(raw))


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(300)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_an_event_or_a_reason(raw: bytes) -> None:
    read(raw)


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(1500)
@given(raw=spliced(MESSAGES))
def test_a_message_with_pieces_exchanged_is_an_event_or_a_reason(raw: bytes) -> None:
    read(raw)


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(1500)
@given(data=st.data())
def test_a_message_that_says_something_else_is_an_event_or_a_reason(data: st.DataObject) -> None:
    message = json.loads(data.draw(st.sampled_from(MESSAGES)))
    read(written(data.draw(altered(message))))


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(500)
@given(data=st.data())
def test_a_key_that_stands_twice_is_an_event_or_a_reason(data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(MESSAGES))
    message = json.loads(raw)
    name = data.draw(st.sampled_from(sorted(message)))
    again = written({name: data.draw(altered(message[name]))})
    read(again[:-1] + b"," + raw[1:])
    read(raw[:-1] + b"," + again[1:])


@pytest.mark.parametrize("monster", MONSTERS)
def test_what_is_hard_to_read_is_refused(monster: str) -> None:
    with pytest.raises(Unreadable):
        decode(MONSTERS[monster])


@pytest.mark.parametrize("monster", MONSTERS)
@pytest.mark.parametrize("member", ["data", "more", "subject"])
def test_a_message_around_what_is_hard_to_read_is_an_event_or_a_reason(
    monster: str, member: str
) -> None:
    for raw in MESSAGES[:3]:
        read(raw[:-1] + b',"' + member.encode() + b'":' + (MONSTERS[monster] or b" ") + b"}")


AT_THE_ENDS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


@pytest.mark.parametrize("moment", AT_THE_ENDS)
@pytest.mark.parametrize("member", ["time", "recordedat", "opened_at"])
def test_a_moment_that_utc_does_not_have_is_refused(member: str, moment: str) -> None:
    message = json.loads(next(raw for raw in MESSAGES if b"case-registered" in raw))
    (message["data"] if member == "opened_at" else message)[member] = moment
    with pytest.raises(Unreadable) as caught:
        decode(written(message))
    assert caught.value.where == f"$.{member}"


@pytest.mark.parametrize(("name", "kept"), [("A\0B", False), (r"A\u0000", True), ("\\\0", False)])
def test_a_text_with_a_character_zero_is_refused_and_one_that_only_spells_it_is_not(
    name: str, *, kept: bool
) -> None:
    message = json.loads(next(raw for raw in MESSAGES if b"institution-registered" in raw))
    message["data"]["name"] = name
    if kept:
        assert name in texts(decode(written(message)))
    else:
        with pytest.raises(Unreadable):
            decode(written(message))


def test_a_deep_message_is_refused_on_a_small_stack_too() -> None:
    """A reader's thread has less of it than the main one."""
    reasons: list[str] = []

    def refuse() -> None:
        try:
            decode(MESSAGES[0][:-1] + b',"more":' + b"[" * DEEP + b"]" * DEEP + b"}")
        except Unreadable as refused:
            reasons.append(refused.reason.value)

    threading.stack_size(256 * 1024)
    try:
        thread = threading.Thread(target=refuse)
        thread.start()
    finally:
        threading.stack_size(0)
    thread.join()
    assert reasons == ["not-json"]
