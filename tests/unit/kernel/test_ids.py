"""Derived ids are those of RFC 9562, so that anybody can derive them again."""

from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import NAMESPACE, derived_id


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_an_id_is_derived_as_everybody_derives_it(parts: list[str]) -> None:
    assert derived_id(*parts) == uuid5(NAMESPACE, "\x1f".join(parts))
