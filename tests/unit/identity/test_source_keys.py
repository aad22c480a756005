"""A publisher's number of a row: found again, shown to who may see it, and read by nobody else."""

from hypothesis import given
from hypothesis import strategies as some

from shared.identity.source_keys import LONGEST, opened_key, sealed_key
from tests.installation_secret import ANOTHER, SECRET

NUMBERS = some.text(min_size=1, max_size=30).filter(
    lambda text: text.strip() and len(text.strip().encode()) <= LONGEST
)


@given(NUMBERS)
def test_the_installation_that_sealed_a_number_opens_it_and_no_other(number: str) -> None:
    sealed = sealed_key(SECRET, number)
    assert sealed is not None
    assert opened_key(SECRET, sealed) == number.strip()
    assert opened_key(ANOTHER, sealed) is None
    assert sealed == sealed_key(SECRET, f" {number}\n")
    assert sealed != sealed_key(ANOTHER, number)


@given(some.text(max_size=50))
def test_what_was_not_sealed_here_is_not_opened(text: str) -> None:
    assert opened_key(SECRET, text) is None


def test_what_nobody_would_type_in_is_not_kept() -> None:
    assert sealed_key(SECRET, " ") is None
    assert sealed_key(SECRET, "9" * (LONGEST + 1)) is None
    longest = sealed_key(SECRET, "9" * LONGEST)
    assert longest is not None
    assert len(longest) <= 200, "a text of a fact is no longer"
