"""In which order those that can serve are named, and why each stands where it does."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.reporting.searching.offers import Pact
from services.reporting.searching.search import Part, search
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, EligibilityRule
from tests.unit.reporting.searching.directories import (
    NOON,
    TODAY,
    asking,
    found_in,
    index_of,
    names,
    offer,
    provider,
    stated,
)

ALWAYS = Hours("FREQ=DAILY", "00:00", "24:00", "America/Mexico_City")
NEVER_TODAY = Hours("FREQ=WEEKLY;BYDAY=TU", "09:00", "17:00", "America/Mexico_City")
FREE, COSTS = Cost(Decimal(0)), Cost(Decimal(5), "MXN")
BETTER: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("capacity", {"capacity": stated("has-capacity", 3)}, {"capacity": None}, {}),
    ("capacity", {"capacity": stated("needs-further-assessment")}, {"capacity": None}, {}),
    ("capacity", {"capacity": None}, {"capacity": stated("waiting-list")}, {}),
    ("hours", {"hours": (ALWAYS,)}, {"hours": ()}, {}),
    ("hours", {"hours": ()}, {"hours": (NEVER_TODAY,)}, {"urgency": "urgent"}),
    (
        "place",
        {"municipalities": ("08037",)},
        {"subdivisions": ("MX-CHH",)},
        {"subdivision": "MX-CHH", "municipality": "08037"},
    ),
    ("place", {"subdivisions": ("MX-CHH",)}, {}, {"subdivision": "MX-CHH"}),
    ("place", {}, {"municipalities": ("08037",)}, {"subdivision": "MX-CHH"}),
    (
        "eligibility",
        {"eligibility": (EligibilityRule("sex", ("female",)),)},
        {},
        {"profile": {"sex": ("female",)}},
    ),
    ("eligibility", {}, {"eligibility": (EligibilityRule("sex", ("female",)),)}, {}),
    ("population", {"populations": ("women",)}, {}, {"populations": ("women",)}),
    ("language", {"languages": ("hat", "spa")}, {}, {"languages": ("hat",)}),
    ("freshness", {"assured_on": TODAY}, {"assured_on": date(2025, 5, 4)}, {}),
    ("freshness", {"assured_on": date(2025, 5, 4)}, {}, {}),
    ("funding", {"funded_until": TODAY}, {"funded_until": TODAY - timedelta(days=1)}, {}),
    ("cost", {"cost": FREE}, {"cost": COSTS}, {}),
    ("cost", {"cost": COSTS}, {}, {}),
    ("name", {}, {}, {}),
]


@pytest.mark.parametrize(("criterion", "better", "worse", "asked"), BETTER)
def test_the_better_one_comes_first_and_what_decided_is_said(
    criterion: str, better: dict[str, Any], worse: dict[str, Any], asked: dict[str, Any]
) -> None:
    first, last = ("A", "Z") if criterion == "name" else ("Z", "A")
    found = found_in(index_of(offer(last, **worse), offer(first, **better)), **asked)
    assert names(found) == [first, last]
    assert [each.rank for each in found.first] == [1, 2]
    assert [each.placed.decided_by for each in found.first] == [None, criterion]


def test_an_agreement_in_force_comes_before_none_needed() -> None:
    parties = frozenset({"otra", "oficina"})
    pact = Pact("1", parties, "mecal", begins=TODAY)
    index = index_of(
        offer("A"), offer("B", "otra"), pacts={"1": pact}, providers=(provider("otra"),)
    )
    found = found_in(index, sender="oficina", programme="mecal")
    assert names(found) == ["B", "A"]
    assert found.first[1].placed.decided_by == "agreement"


def test_what_cannot_wait_goes_where_doors_are_open_before_all_but_room() -> None:
    near = offer("Cerca", municipalities=("08037",), hours=(NEVER_TODAY,))
    index = index_of(near, offer("Lejos", hours=(ALWAYS,)))
    place = {"subdivision": "MX-CHH", "municipality": "08037"}
    assert names(found_in(index, **place)) == ["Cerca", "Lejos"]
    assert names(found_in(index, **place, urgency="urgent")) == ["Lejos", "Cerca"]


@pytest.mark.parametrize("place", [{}, {"municipality": "08037"}])
def test_who_is_elsewhere_and_does_not_say_whence_people_may_come_is_behind(
    place: dict[str, str],
) -> None:
    index = index_of(
        offer("Aparte", "otra"),
        offer("Ninguna", "red"),
        offer("Zaguán"),
        providers=(provider("otra", subdivision="MX-BCN"), provider("red", subdivision=None)),
    )
    found = found_in(index, subdivision="MX-CHH", **place)
    assert names(found) == ["Ninguna", "Zaguán", "Aparte"]
    assert found.first[2].placed.decided_by == "place"
    assert ("place", "elsewhere") in found.first[2].placed.said


def test_pages_go_on_where_the_one_before_ended() -> None:
    index = index_of(
        *(offer(f"{n:03}", capacity=stated("none") if n % 2 else None) for n in range(500))
    )
    whole = search(index, asking(), Part(0, 500), Part(0, 500))
    pages = [search(index, asking(), Part(n, 50), Part(n, 50)) for n in range(0, 250, 50)]
    assert [each for page in pages for each in page.first] == list(whole.first)
    assert [each for page in pages for each in page.first_excluded] == list(whole.first_excluded)
    assert (whole.serving, whole.excluded) == (250, 250)
    assert names(whole) == sorted(names(whole))


def test_an_empty_directory_answers() -> None:
    found = found_in(index_of())
    assert (found.serving, found.excluded, found.first, found.by_reason) == (0, 0, [], [])
    assert search(index_of(offer("A")), asking(at=NOON)).serving == 1
