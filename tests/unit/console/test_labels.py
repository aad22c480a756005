"""What the pages say: of facts, of time, in both languages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.console import texts
from services.reporting import labels, moments
from shared.contracts import CONTRACTS
from tests.unit.console.sample_history import NAMES, months


def labelled(name: str, lang: str = "es") -> dict[str, str]:
    history = months()
    fact = next(fact for fact in history.facts if fact.name == name)
    return dict(labels.details(history, {}, fact, lang))


def test_codes_are_shown_by_their_labels() -> None:
    labels = labelled("referral-requested")
    assert labels["prioridad"] == "Urgente (72 horas)"
    assert labelled("referral-requested", "en")["priority"] == "Urgent (72 hours)"


def test_institutions_are_shown_by_their_names() -> None:
    assert labelled("custody-taken")["responde"] == NAMES["stps-chih"]


def test_what_is_nested_is_shown_too_and_what_was_not_stated_is_not() -> None:
    labels = labelled("case-registered")
    assert labels["sexo"] == "Mujer"
    assert "municipio" not in labels


def test_an_amount_has_its_currency_and_is_exact() -> None:
    assert labelled("outcome-recorded")["importe"] == "48,250.50 MXN"


def test_ids_stay_in_the_json() -> None:
    assert not {"referral", "case"} & labelled("referral-accepted").keys()


def test_a_fact_of_a_later_version_is_shown_as_it_stands() -> None:
    history = months()
    later = replace(history.facts[0], type="mx.canaliza.intake.x.v9", data={"new": "value"})
    assert labels.details(history, {}, later, "es") == [("new", "value")]


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_field_of_every_contract_has_a_name_in_spanish(contract: str) -> None:
    fields = {field for field in CONTRACTS[contract].__struct_fields__ if field != "details"}
    for name in fields - {"case", "referral", "folio", "currency", "name", *labels.NOT_SHOWN}:
        assert labels.field_name(name, "es") != name or name == "sector"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_published_fact_has_a_label(contract: str) -> None:
    name = contract.split(".")[3]
    for lang in ("es", "en"):
        assert labels.labelled("fact_names", name, lang) != name


@pytest.mark.parametrize(
    ("span", "es", "en"),
    [
        (timedelta(seconds=-5), "menos de un minuto", "less than a minute"),
        (timedelta(seconds=61), "1 minuto", "1 minute"),
        (timedelta(hours=47), "47 horas", "47 hours"),
        (timedelta(hours=49), "2 días", "2 days"),
        (timedelta(days=61), "2 meses", "2 months"),
        (timedelta(days=5_700), "15 años", "15 years"),
    ],
)
def test_lengths_of_time_are_shown_in_their_largest_unit(span: timedelta, es: str, en: str) -> None:
    assert (moments.length(span, "es"), moments.length(span, "en")) == (es, en)


def test_moments_are_shown_on_their_own_wall_clock() -> None:
    at = datetime(2026, 8, 4, 21, 30, tzinfo=timezone(timedelta(hours=-6)))
    assert moments.moment(at, "es") == "4 ago 2026, 21:30"
    assert moments.moment(at, "en") == "4 Aug 2026, 21:30"
    assert moments.offset(at) == "UTC-06:00"
    assert moments.offset(at.astimezone(UTC)) == "UTC"


def test_every_text_exists_in_both_languages_with_the_same_placeholders() -> None:
    spanish, english = texts.texts("es"), texts.texts("en")
    assert all(spanish.values())
    assert all(english.values())
    assert {k: v.count("{") for k, v in spanish.items()} == {
        k: v.count("{") for k, v in english.items()
    }
