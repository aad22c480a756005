"""A question is read as people write it; what nobody can mean is refused, and never breaks."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.reporting.searching.asked import Asked
from services.reporting.searching.question import ServiceSearch, after_of
from shared.kernel.refusals import Refused
from shared.web.paging import cursor_of
from tests.unit.reporting.searching.directories import NOON


def _asked(**given: Any) -> Asked:
    return ServiceSearch(**given).asked(NOON, "oficina")


def test_places_are_read_as_people_write_them() -> None:
    asked = _asked(subdivision="chihuahua", municipality="JUAREZ")
    assert (asked.subdivision, asked.municipality) == ("MX-CHH", "08037")
    assert _asked(subdivision="CHH", municipality=" ").municipality is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"subdivision": "MX-CHH", "municipality": "Narnia"}, "code-not-known"),
        ({"municipality": "Juárez"}, "may-mean-several"),
        ({"subdivision": "Narnia"}, "code-not-known"),
        ({"kinds": ["shelter", "shleter"]}, "code-not-known"),
        ({"profile": {"sex": "both"}}, "code-not-known"),
        ({"profile": {"violations": ["none"]}}, "code-not-known"),
        ({"urgency": "soon"}, "code-not-known"),
    ],
)
def test_what_is_no_code_and_no_place_is_refused(given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        _asked(**given)
    assert refused.value.refusal.code == code


@pytest.mark.parametrize(
    "given",
    [
        {"open_at": "0001-01-01T00:00:00+14:00"},
        {"open_at": "9999-12-31T23:59:59-14:00"},
        {"open_at": "2026-05-04T20:00:00"},
        {"kinds": ["a b"]},
        {"kinds": ["shelter"] * 51},
        {"text": "x" * 201},
        {"limit": 0},
        {"unknown": 1},
    ],
)
def test_what_has_another_form_is_not_understood(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ServiceSearch(**given)


def test_a_question_narrows_what_its_case_says_of_itself() -> None:
    case = Asked(
        at=NOON,
        profile={"sex": ("female",), "age-band": ("18-29",)},
        programme="mecal",
        subdivision="MX-CHH",
        municipality="08037",
    )
    asked = ServiceSearch.model_validate({"profile": {"sex": "male"}}).asked(NOON, None, case)
    assert asked.profile == {"sex": ("male",), "age-band": ("18-29",)}
    assert (asked.programme, asked.municipality) == ("mecal", "08037")
    elsewhere = ServiceSearch(subdivision="Jalisco", programme="mx-trafficking")
    there = elsewhere.asked(NOON, None, case)
    assert (there.subdivision, there.municipality) == ("MX-JAL", None)
    assert there.programme == "mx-trafficking"


@pytest.mark.parametrize("keys", [("x",), ("-1",), ("1" * 10,), ("1", "2"), ("²",)])
def test_a_cursor_is_one_number(keys: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        after_of(cursor_of(*keys))
    assert (after_of(None), after_of(cursor_of("20"))) == (0, 20)
