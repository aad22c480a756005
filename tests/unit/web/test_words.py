"""In which language, in which words, and with which status a refusal is answered."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict
from starlette.testclient import TestClient

from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing, Refusal
from shared.web import problems
from shared.web import validation_messages as expected
from shared.web.field_types import Amount, Day, Moment
from shared.web.language import preferred


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "es"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en;q=0.1, es", "es"),
        ("fr, en;q=0.5, es;q=0.6", "es"),
        ("fr-FR, de", "es"),
        ("est", "es"),
        ("enm, en;q=0", "es"),
        ("EN", "en"),
        ("en;q=x, ;;, =", "es"),
    ],
)
def test_the_language_is_the_one_that_is_preferred_of_the_two(accepted: str, spoken: str) -> None:
    assert preferred(accepted) == spoken


@pytest.mark.parametrize(
    ("family", "status"), [(Forbidden, 403), (Missing, 404), (Conflicting, 409), (Invalid, 422)]
)
def test_a_family_has_its_status(family: type[Refusal], status: int) -> None:
    refusal = family(field="x") if family is Invalid else family()
    assert problems.status_of(refusal) == status


def test_a_refusal_of_no_family_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        problems.status_of(Refusal())


_AT = {"at": "2026-05-04T21:30:00-06:00"}


class _Inside(BaseModel):
    model_config = ConfigDict(extra="forbid")
    at: Moment


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    on: Day = date(2026, 1, 1)
    amount: Amount | None = None
    inside: list[_Inside] = []
    other: _Inside | None = None


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()

    @app.post("/")
    async def _(body: _Body) -> dict[str, Any]:
        return body.model_dump(mode="json")

    @app.get("/broken")
    async def _() -> None:
        raise ZeroDivisionError("Juana")

    problems.install(app)
    return TestClient(app, raise_server_exceptions=False)


def test_what_is_written_the_one_way_is_kept_exactly(client: TestClient) -> None:
    body = {
        "on": "2026-05-04",
        "amount": "0012.5000",
        "inside": [_AT],
    }
    kept = {**body, "amount": "12.5000", "other": None}
    assert client.post("/", json=body).json() == kept


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"on": 86400}, "on"),
        ({"on": "86400"}, "on"),
        ({"on": "2026-05-04T00:00:00Z"}, "on"),
        ({"on": "1899-12-31"}, "on"),
        ({"amount": 1.5}, "amount"),
        ({"inside": [{"at": "2026-05-04"}]}, "inside.0.at"),
        ({"inside": [{}]}, "inside.0.at"),
        ({"inside": {}}, "inside"),
        ({"Juana": 1}, "body"),
        ({"inside": [{**_AT, "Juana": 1}]}, "inside.0"),
        ({"other": {**_AT, "Juana": 1}}, "other"),
    ],
)
def test_a_fault_names_the_field_in_both_languages(
    client: TestClient, body: dict[str, Any], field: str
) -> None:
    expected = {}
    for lang in ("es", "en"):
        answer = client.post("/", json=body, headers={"Accept-Language": lang})
        assert answer.status_code == 422
        assert "Juana" not in answer.text
        (error,) = answer.json()["errors"]
        assert error["field"] == field
        expected[lang] = error["expected"]
    assert expected["es"] != expected["en"]


def test_an_unknown_kind_of_fault_has_words_too() -> None:
    words = expected._ANY.filled(type="url_parsing")
    assert words.es == "un valor válido (url_parsing)"
    assert words.en == "a valid value (url_parsing)"


def test_one_is_said_in_the_singular_and_more_in_the_plural() -> None:
    assert expected._expected("too_short", {"min_length": 1}).es == "al menos 1 elemento"
    assert expected._expected("too_short", {"min_length": 2}).es == "al menos 2 elementos"
    assert expected._expected("too_long", {"max_length": 1}).en == "at most 1 item"
    one = expected._expected("string_too_short", {"min_length": 1})
    assert one.es == "un texto de al menos un carácter"


def test_a_yes_or_no_that_is_neither_is_told_what_there_is() -> None:
    assert "true o false" in expected._expected("bool_parsing", {}).es
    assert expected._expected("bool_parsing", {}) == expected._expected("bool_type", {})


def test_a_mistake_of_ours_says_so_and_nothing_else(client: TestClient) -> None:
    answer = client.get("/broken", headers={"Accept-Language": "en"})
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "broken"
    assert "Juana" not in answer.text
    assert "ZeroDivision" not in answer.text
