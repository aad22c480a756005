"""Derived ids are those of RFC 9562, so that anybody can derive them again."""

from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import NAMESPACE, command_cause, derived_id, new_id


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_an_id_is_derived_as_everybody_derives_it(parts: list[str]) -> None:
    assert derived_id(*parts) == uuid5(NAMESPACE, "\x1f".join(parts))


def test_a_new_id_is_another_each_time_and_a_command_is_named_by_its_own() -> None:
    one, other = new_id(), new_id()
    assert one != other
    assert command_cause(one) == f"command:{one}" != command_cause(other)
