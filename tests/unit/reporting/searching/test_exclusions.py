"""Each reason for which a service cannot serve, and what excludes nobody."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.reporting.searching.asked import Consented
from services.reporting.searching.offers import Pact
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import EligibilityRule
from tests.unit.reporting.searching.directories import (
    NOON,
    excluded,
    found_in,
    index_of,
    names,
    offer,
    provider,
    stated,
)

WEEKDAYS = Hours("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "17:00", "America/Mexico_City")
NIGHTS = Hours("FREQ=WEEKLY;BYDAY=SU", "20:00", "13:00", "America/Mexico_City")


@pytest.mark.parametrize(
    ("given", "asked", "reason"),
    [
        ({"status": "suspended"}, {}, ("service-suspended", None)),
        ({"programmes": ("mecal",)}, {"programme": "mx-trafficking"}, ("other-programme", None)),
        ({"subdivisions": ("MX-JAL",)}, {"subdivision": "MX-CHH"}, ("other-place", None)),
        (
            {"municipalities": ("08019",)},
            {"subdivision": "MX-CHH", "municipality": "08037"},
            ("other-place", None),
        ),
        ({"languages": ("spa",)}, {"languages": ("hat",)}, ("other-language", None)),
        ({"populations": ("men",)}, {"populations": ("women",)}, ("other-population", None)),
        ({"capacity": stated("none")}, {}, ("full", None)),
        ({"capacity": stated("waiting-list")}, {"urgency": "emergency"}, ("cannot-wait", None)),
        (
            {"hours": (WEEKDAYS,)},
            {"open_at": NOON + timedelta(hours=6)},
            ("closed-then", None),
        ),
        (
            {"eligibility": (EligibilityRule("age-band", ("12-17",)),)},
            {"profile": {"age-band": ("18-29",)}},
            ("not-eligible", "age-band"),
        ),
        (
            {"eligibility": (EligibilityRule("sex", (), ("male",)),)},
            {"profile": {"sex": ("male",)}},
            ("not-eligible", "sex"),
        ),
        ({}, {"sender": "casa"}, ("own-service", None)),
        ({}, {"within": Consented(("otra",))}, ("outside-the-consent", None)),
        ({}, {"within": Consented(("casa",), ("casa",))}, ("asked-before", None)),
        ({}, {"within": Consented(("casa",), over=True)}, ("consent-over", None)),
    ],
)
def test_a_service_is_excluded_and_the_reason_is_said(
    given: dict[str, Any], asked: dict[str, Any], reason: tuple[str, str | None]
) -> None:
    found = found_in(index_of(offer("A", **given), offer("B", institution="otra")), **asked)
    assert excluded(found)["A"] == [reason]
    assert (found.serving, found.excluded) == (0, 2)
    assert reason in [(code, about) for code, about, _ in found.by_reason]


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {"programme": "mecal", "subdivision": "MX-CHH", "languages": ("hat",)}),
        ({"subdivisions": ("MX-CHH",)}, {"subdivision": "MX-CHH", "municipality": "08019"}),
        ({"municipalities": ("08019",)}, {"subdivision": "MX-CHH"}),
        ({"regions": ("norte",)}, {"subdivision": "MX-CHH", "municipality": "08037"}),
        ({"capacity": stated("waiting-list")}, {"urgency": "urgent"}),
        ({"capacity": stated("needs-further-assessment")}, {"urgency": "emergency"}),
        ({"hours": (WEEKDAYS,)}, {"open_at": NOON}),
        ({"hours": (NIGHTS,)}, {"open_at": NOON}),
        ({"hours": (WEEKDAYS,)}, {}),
        ({}, {"open_at": NOON}),
        (
            {"eligibility": (EligibilityRule("age-band", ("12-17",)),)},
            {"profile": {"age-band": ()}},
        ),
        (
            {"eligibility": (EligibilityRule("age-band", ("12-17",)),)},
            {"profile": {"sex": ("male",)}},
        ),
        (
            {"eligibility": (EligibilityRule("violations", ("unpaid-wages", "excessive-hours")),)},
            {"profile": {"violations": ("work-accident", "excessive-hours")}},
        ),
        (
            {"eligibility": (EligibilityRule("sex", ("female",)),)},
            {"profile": {"sex": ("not-stated",)}},
        ),
        ({"populations": ("anybody",)}, {"populations": ("women",)}),
    ],
)
def test_what_fits_or_is_not_known_excludes_nobody(
    given: dict[str, Any], asked: dict[str, Any]
) -> None:
    index = index_of(offer("A", **given), regions={"norte": frozenset({"08037"})})
    assert names(found_in(index, **asked)) == ["A"]


def test_every_rule_of_an_attribute_must_hold() -> None:
    rules = (
        EligibilityRule("sex", ("female", "male")),
        EligibilityRule("sex", ("female",)),
        EligibilityRule("sex", (), ("other",)),
    )
    index = index_of(offer("A", eligibility=rules))
    assert names(found_in(index, profile={"sex": ("female",)})) == ["A"]
    assert excluded(found_in(index, profile={"sex": ("male",)})) == {"A": [("not-eligible", "sex")]}


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ({"status": "closed"}, "institution-not-active"),
        ({"reachable": False}, "institution-cannot-answer"),
        ({"reachable_until": NOON}, "institution-cannot-answer"),
        ({"programmes": ("mx-trafficking",)}, "other-programme"),
    ],
)
def test_the_standing_of_its_institution_excludes_a_service(
    status: dict[str, Any], reason: str
) -> None:
    index = index_of(offer("A", "otra"), providers=(provider("otra", **status),))
    assert excluded(found_in(index, programme="mecal")) == {"A": [(reason, None)]}


def test_an_institution_that_can_answer_until_later_can_answer() -> None:
    later = provider("otra", reachable_until=NOON + timedelta(seconds=1))
    assert names(found_in(index_of(offer("A", "otra"), providers=(later,)))) == ["A"]


def test_what_is_withdrawn_or_not_asked_about_is_no_exclusion() -> None:
    index = index_of(
        offer("A", status="withdrawn"), offer("B", kind="legal-advice"), offer("Cántaro")
    )
    found = found_in(index, kinds=("shelter",))
    assert (names(found), found.excluded) == (["Cántaro"], 0)
    assert names(found_in(index, text="CANTA\u0301R")) == ["Cántaro"]
    assert names(found_in(index, text="ntar casa")) == ["Cántaro"]
    assert names(found_in(index, text="nada")) == []
    assert names(found_in(index, institution="otra")) == []


def test_those_with_the_fewest_reasons_come_first_then_by_name() -> None:
    index = index_of(
        offer("A", status="suspended", capacity=stated("none"), languages=("spa",)),
        offer("Ñ", capacity=stated("none")),
        offer("N", languages=("spa",)),
        offer("O", capacity=stated("none"), languages=("spa",)),
    )
    assert list(excluded(found_in(index, languages=("hat",)))) == ["N", "Ñ", "O", "A"]


def _pact(**more: Any) -> Pact:
    known: dict[str, Any] = {
        "agreement_id": "1",
        "parties": frozenset({"casa", "oficina"}),
        "programme": "mecal",
        "begins": date(2026, 1, 1),
        "ends": date(2026, 5, 4),
    }
    return Pact(**(known | more))


@pytest.mark.parametrize(
    ("pact", "serves"),
    [
        ({}, True),
        ({"ends": None}, True),
        ({"ends": date(2026, 5, 3)}, False),
        ({"begins": date(2026, 5, 5)}, False),
        ({"begins": None}, True),
        ({"suspended_on": date(2026, 5, 4)}, False),
        ({"suspended_on": date(2026, 5, 5)}, True),
        ({"terminated_on": date(2026, 2, 1)}, False),
        ({"kinds": frozenset({"shelter"})}, True),
        ({"kinds": frozenset({"legal-advice"})}, False),
        ({"programme": "mx-trafficking", "ends": date(2026, 1, 2)}, True),
        ({"parties": frozenset({"casa", "otra"}), "ends": date(2026, 1, 2)}, True),
    ],
)
def test_where_an_agreement_between_two_institutions_ever_began_one_must_be_in_force(
    pact: dict[str, Any], *, serves: bool
) -> None:
    index = index_of(offer("A"), pacts={"1": _pact(**pact)})
    found = found_in(index, sender="oficina", programme="mecal")
    assert names(found) == (["A"] if serves else [])
    assert ("no-agreement", None, 1) in found.by_reason or serves


def test_a_programme_may_require_an_agreement_of_all() -> None:
    index = index_of(offer("A"), agreements_required=frozenset({"mecal"}))
    found = found_in(index, sender="oficina", programme="mecal")
    assert excluded(found) == {"A": [("no-agreement", None)]}
    assert names(found_in(index, programme="mecal")) == ["A"]
    assert names(found_in(index, sender="oficina", programme="mx-trafficking")) == ["A"]


def test_hours_are_those_of_the_place() -> None:
    tijuana = Hours("FREQ=DAILY", "09:00", "17:00", "America/Tijuana")
    index = index_of(offer("A", hours=(tijuana,)))
    at_ten_in_mexico_city = datetime.fromisoformat("2026-01-12T10:00:00-06:00")
    assert names(found_in(index, open_at=at_ten_in_mexico_city)) == []
    assert names(found_in(index, open_at=at_ten_in_mexico_city + timedelta(hours=1))) == ["A"]
