"""What was sealed opens with its key and in its place, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.ciphers.aes import (
    KEY,
    NotSealedHere,
    bound_to,
    new_key,
    opened,
    opened_alike,
    seal,
    seal_alike,
)

ONE, ANOTHER = bytes(KEY), bytes([1]) * KEY
PLACES = some.lists(some.binary(max_size=4), max_size=3)


@given(some.binary(max_size=300), PLACES)
def test_what_was_sealed_opens_as_it_was(plain: bytes, place: list[bytes]) -> None:
    assert opened(ONE, seal(ONE, plain, *place), *place) == plain


@given(PLACES, PLACES)
def test_in_another_place_it_does_not_open(one: list[bytes], other: list[bytes]) -> None:
    sealed = seal(ONE, b"text", *one)
    if one == other:
        assert opened(ONE, sealed, *other) == b"text"
        return
    assert bound_to(*one) != bound_to(*other)
    with pytest.raises(NotSealedHere):
        opened(ONE, sealed, *other)


@given(some.data())
def test_a_changed_or_missing_byte_is_told(data: some.DataObject) -> None:
    sealed = bytearray(seal(ONE, b"text", b"place"))
    at = data.draw(some.integers(0, len(sealed) - 1))
    short = bytes(sealed[:at])
    sealed[at] ^= data.draw(some.integers(1, 255))
    for changed in (bytes(sealed), short):
        with pytest.raises(NotSealedHere):
            opened(ONE, changed, b"place")


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(NotSealedHere):
        opened(ANOTHER, seal(ONE, b"text"))


def test_the_same_text_looks_different_each_time_and_its_length_is_rounded() -> None:
    sealed = {seal(ONE, b"text") for _ in range(10)}
    assert len(sealed) == 10
    lengths = {len(seal(ONE, b"x" * length)) for length in range(63)}
    assert len(lengths) == 1
    assert len(seal(ONE, b"x" * 64)) == lengths.pop() + 64


def test_keys_are_new() -> None:
    assert len({new_key() for _ in range(10)}) == 10
    assert len(new_key()) == KEY


def test_alike_is_alike_and_opens_with_its_key_alone() -> None:
    one, another = ONE * 2, ANOTHER * 2
    sealed = seal_alike(one, b"text")
    assert sealed == seal_alike(one, b"text")
    assert opened_alike(one, sealed) == b"text"
    for key, changed in ((another, sealed), (one, sealed[:-1]), (one, b"x")):
        with pytest.raises(NotSealedHere):
            opened_alike(key, changed)
