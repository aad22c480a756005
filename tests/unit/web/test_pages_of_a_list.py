"""A cursor: what was handed out leads on, anything else is refused in words."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.refusals import Refused
from shared.web.paging import CursorNotOurs, cursor_of, keys_of


@given(st.lists(st.text(st.characters(exclude_characters="\0\x1f", codec="utf-8")), min_size=1))
def test_a_cursor_gives_back_the_keys_it_stands_for(keys: list[str]) -> None:
    assert keys_of(cursor_of(*keys), len(keys)) == keys


def test_no_cursor_is_the_first_page() -> None:
    assert keys_of(None, 2) is None


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ñ",
        "////",
        "bm9uZQ",
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
        cursor_of("a", "b\0"),
    ],
)
def test_a_cursor_of_somebody_elses_is_refused(cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        keys_of(cursor, 2)
    assert refused.value.refusal == CursorNotOurs(field="cursor")
