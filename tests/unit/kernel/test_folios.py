"""Folios: unique, read out, typed in again, and told apart from mistyped ones."""

from itertools import islice
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.folios import ALPHABET, candidates, is_well_written, key_of, stream_of

ID = UUID("00000000-0000-4000-8000-00000000000c")
PREFIXES = ("CHH", "JAL", "ROO", "OAX", "US-KS", "01")
FOR_EVER = ["CHH-NWC-A67-SK8-T", "CHH-R98-MWN-9F7-Z", "CHH-C2N-7BR-3RR-D"]
some = st.builds(
    lambda case_id, prefix: next(candidates(case_id, prefix))[0],
    st.uuids(),
    st.sampled_from(PREFIXES),
)


def grouped(key: str) -> str:
    """Write a key as a folio is written."""
    return f"{key[:-10]}-{key[-10:-7]}-{key[-7:-4]}-{key[-4:-1]}-{key[-1]}"


def test_a_case_has_the_same_folios_for_ever() -> None:
    assert [folio for folio, _ in islice(candidates(ID, "CHH"), 3)] == FOR_EVER


def test_a_folio_has_a_prefix_nine_characters_and_a_check_character() -> None:
    for prefix in PREFIXES:
        folio, stream = next(candidates(ID, prefix))
        *begins, one, two, three, check = folio.split("-")
        assert "-".join(begins) == prefix
        assert [len(part) for part in (one, two, three, check)] == [3, 3, 3, 1]
        assert set(one + two + three + check) <= {*ALPHABET}
        assert stream == stream_of(folio)


def test_there_are_ten_to_the_twelfth_folios_for_each_prefix_and_more() -> None:
    assert len(ALPHABET) ** 9 * 32 // 37 > 10**13


def test_the_next_folio_is_another() -> None:
    first = [folio for folio, _ in islice(candidates(ID, "CHH"), 100)]
    assert len(set(first)) == 100


@given(some)
def test_whoever_types_a_folio_is_forgiven(folio: str) -> None:
    for typed in (
        folio.lower(),
        folio.replace("-", " "),
        folio.replace("-", ""),
        f" {folio} ",
        folio.replace("0", "O").replace("1", "l"),
        folio.replace("1", "I"),
        folio.replace("-", "–"),  # noqa: RUF001 - dashes as a word processor makes them
    ):
        assert key_of(typed) == key_of(folio)
        assert is_well_written(typed)


@given(some)
def test_one_wrong_character_is_found(folio: str) -> None:
    key = key_of(folio)
    for place, right in enumerate(key):
        for wrong in {*ALPHABET, "U"} - {right}:
            assert not is_well_written(grouped(key[:place] + wrong + key[place + 1 :]))


@given(some)
def test_two_neighbours_that_were_swapped_are_found(folio: str) -> None:
    key = key_of(folio)
    for place in range(len(key) - 1):
        swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
        assert swapped == key or not is_well_written(grouped(swapped))


@pytest.mark.parametrize("folio", ["CHH-CW3P-BWGH-M", "chh 2bmt ejrk 9", "CHH2BMTEJRK9"])
def test_the_older_form_stays_well_written(folio: str) -> None:
    assert is_well_written(folio)


@pytest.mark.parametrize(
    "folio",
    ["", "CHH", "CHH-2345-6789-A", "CHH-CW3P-BWGH-N", "CHH-CW3P-BWG0-M", "CHH-CW3-BWGH-M", "Ñ-1"],
)
def test_what_nobody_wrote_like_that_is_found(folio: str) -> None:
    assert not is_well_written(folio)


def drawn(how_many: int) -> tuple[int, int]:
    """Let so many cases claim folios: how many were claimed, and how often the first was taken."""
    claimed: set[str] = set()
    taken = 0
    for number in range(how_many):
        for folio, _ in candidates(UUID(int=number), "CHH"):
            if folio not in claimed:
                claimed.add(folio)
                break
            taken += 1
    return len(claimed), taken


def test_no_two_of_many_cases_have_one_folio() -> None:
    assert drawn(20_000) == (20_000, 0)


@pytest.mark.verify
def test_no_two_of_a_million_cases_have_one_folio() -> None:
    claimed, taken = drawn(1_000_000)
    assert claimed == 1_000_000
    assert taken <= 2  # about one million squared, by twice three times ten to the thirteenth
