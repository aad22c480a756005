"""The bytes recorded are the bytes for ever; what they say is checked when it is read."""

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from shared.eventstore.codec import Unreadable, Vocabulary
from shared.eventstore.log import Log
from shared.kernel.ids import new_id
from shared.kernel.record import Meta
from tests.homes import Home
from tests.toy_service import (
    DECIDER,
    FACTS,
    SECRET,
    Remembered,
    Whispered,
    carried_out,
    publication,
    record_number,
    stored_numbers,
    submission,
    whisper,
)
from tests.whole_logs import facts_of, history_of

META = Meta(
    "oficina",
    "caseworker",
    "token-1",
    datetime(2026, 5, 4, 21, 30, tzinfo=timezone(timedelta(hours=-6))),
    datetime(2026, 5, 5, 3, 30, 0, 123456, tzinfo=UTC),
    "case",
    "command:1",
)


@dataclasses.dataclass(frozen=True)
class Paid:
    amount: Decimal
    currency: str


PAID = Vocabulary({"paid": Paid})


def digest(log: Log, count: int) -> str:
    """A hash over the first ``count`` stored facts, in order."""
    rows = log.recorder.select_page(0, count)
    assert len(rows) == count
    checksum = hashlib.sha256()
    for position, _, _, name, raw in rows:
        checksum.update(f"{position} {name} ".encode() + raw)
    return checksum.hexdigest()


def test_reading_upcasting_replaying_and_publishing_leave_every_byte_as_it_was(
    home: Home,
) -> None:
    log, stream = home.log(), new_id()
    log.submit(submission(stream, record_number(1, "ñandú \u2028 «x»", times=3))).result(10)
    log.submit(submission(stream, whisper(4))).result(10)
    before = digest(log, 4)
    today = Vocabulary(
        {"said": Remembered, **{n: t for n, t in FACTS.items() if n != "told"}},
        {"told": ("said", lambda fact: {**fact, "text": "rewritten"})},
    )
    later = home.beside(log, vocabulary=today)
    assert [r.fact.text for r in history_of(later, stream)[:3]] == ["rewritten"] * 3
    assert later.read(DECIDER, stream).state.numbers == (1, 2, 3)
    assert len(list(facts_of(later))) == 4
    remembered = later.facts_of([stream], Remembered)[stream]
    whispered = later.facts_of([stream], Whispered)[stream]
    assert [one.version for one in remembered] == [1, 2, 3]
    assert [one.version for one in whispered] == [4]
    assert [one.version for one in later.facts_with("«x»")] == [1, 2, 3]
    assert list(later.facts_with("nobody said this")) == []
    assert carried_out(later.submit(submission(stream, record_number(9)))).names == ("said",)
    assert len(publication(log).page(0, 4)) == 4
    assert digest(log, 4) == before
    assert stored_numbers(later, stream) == [1, 2, 3, 9]


def test_what_is_read_is_what_was_recorded_to_the_last_digit_and_offset() -> None:
    paid = Paid(Decimal("1234567890123456789.10"), "MXN")
    meta, read = PAID.decode("paid", PAID.encode(META, paid))
    assert (meta, read) == (META, paid)
    assert str(read.amount) == "1234567890123456789.10"
    assert meta.happened_at.utcoffset() == timedelta(hours=-6)


def test_an_upcast_keeps_exact_decimals() -> None:
    old = Vocabulary({"payed": Paid}).encode(META, Paid(Decimal("0.10"), "MXN"))
    today = Vocabulary({"paid": Paid}, {"payed": ("paid", lambda fact: fact)})
    assert str(today.decode("payed", old)[1].amount) == "0.10"


def test_a_retired_name_is_brought_to_the_form_of_today_step_by_step() -> None:
    @dataclasses.dataclass(frozen=True)
    class First:
        cents: int

    raw = Vocabulary({"payment-v1": First}).encode(META, First(250))
    today = Vocabulary(
        {"paid": Paid},
        {
            "payment-v1": ("payment-v2", lambda fact: {"amount": f"{fact['cents'] / 100:.2f}"}),
            "payment-v2": ("paid", lambda fact: {**fact, "currency": "MXN"}),
        },
    )
    assert today.decode("payment-v1", raw) == (META, Paid(Decimal("2.50"), "MXN"))


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        pytest.param("unheard-of", PAID.encode(META, Paid(Decimal(1), SECRET)), id="unknown name"),
        pytest.param("paid", b'{"fact":{"amount":"' + SECRET.encode() + b'"}}', id="wrong field"),
        pytest.param("paid", b"{" + SECRET.encode(), id="no JSON"),
        pytest.param("paid", b'{"institution":"' + SECRET.encode() + b'\xff"}', id="no UTF-8"),
        pytest.param("payed", b'{"fact":{"a":"' + SECRET.encode() + b'"}}', id="failed upcast"),
        pytest.param("payed", SECRET.encode(), id="upcast of no JSON"),
    ],
)
def test_what_cannot_be_read_says_so_without_saying_what_it_is(name: str, raw: bytes) -> None:
    today = Vocabulary({"paid": Paid}, {"payed": ("paid", lambda fact: {"amount": fact["cents"]})})
    with pytest.raises(Unreadable) as refused:
        today.decode(name, raw)
    error: BaseException | None = refused.value
    while error is not None:
        assert SECRET not in repr(error)
        error = error.__context__


def test_a_name_with_two_meanings_is_a_mistake_in_the_program() -> None:
    with pytest.raises(ValueError, match="paid"):
        PAID.joined(Vocabulary({"paid": Remembered}))


def test_a_fact_without_a_stored_name_is_not_recorded() -> None:
    nameless: Any = object()
    with pytest.raises(KeyError):
        PAID.name_of(nameless)
