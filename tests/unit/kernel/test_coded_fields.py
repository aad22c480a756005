"""A value that its list does not have is refused with the codes that may have been meant."""

import pytest

from shared.kernel.coded_fields import not_known, with_near
from shared.kernel.text import Text


def _near(list_name: str, value: str) -> str:
    refusal = not_known("field", list_name, value)
    assert refusal is not None
    return refusal.closest


def test_the_closest_codes_are_named() -> None:
    assert _near("service_kinds", "shelters") == "shelter"


def test_all_of_a_short_list_are_where_none_is_close() -> None:
    every = "has-capacity, none, waiting-list, needs-further-assessment"
    assert sorted(_near("capacities", "xyzzy").split(", ")) == sorted(every.split(", "))


def test_none_of_a_long_list_are() -> None:
    assert _near("municipalities", "xyzzyxyzzy") == ""


@pytest.mark.parametrize(("value", "more"), [("02099", True), ("xyzzyxyzzy", False)])
def test_a_sentence_names_what_is_near_only_where_something_is(value: str, *, more: bool) -> None:
    refusal = not_known("field", "municipalities", value)
    assert refusal is not None
    for lang, said in (("es", "Parecidos"), ("en", "Close to it")):
        sentence = refusal.sentence(lang)
        assert (said in sentence, "—" in sentence, sentence[-1]) == (more, False, ".")


def test_what_is_near_is_told_after_why() -> None:
    told = Text("no es un código", "is no code")
    assert with_near(told, "") == told
    assert with_near(told, "shelter") == Text(
        "no es un código; parecidos: shelter", "is no code; close to it: shelter"
    )
