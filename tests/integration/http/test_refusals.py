"""Every no that a rule can say, as a caller hears it: its status, its document, its words."""

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

import pytest

from shared.kernel.life import NotNow, NotYours
from shared.kernel.refusals import Conflicting, Invalid, Refusal
from tests.integration.http.api_client import ApiClient
from tests.integration.http.provocations import HOW, NOT_NOW, NOT_YOURS
from tests.integration.http.sent import Provocation

pytestmark = pytest.mark.integration

SERVED = re.compile(r"shared\.|services\.(intake|referral|followup|reporting)\.")
PROVOKED = {kind: how for kind, how in HOW.items() if not isinstance(how, str)}


def _all(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for sub in kind.__subclasses__():
        if "code" in vars(sub) and SERVED.match(sub.__module__):
            yield sub
        yield from _all(sub)


def unprovoked(kinds: Iterable[type[Refusal]]) -> set[str]:
    """Those of the refusals that have neither a request nor a reason, by module and name."""
    # By name: a dataclass with slots is made twice, and the first one lingers.
    return set(map(_name, kinds)) - set(map(_name, HOW))


def test_every_refusal_of_the_services_has_its_request_or_its_reason() -> None:
    assert unprovoked(_all()) == set()
    assert set(map(_name, HOW)) <= set(map(_name, _all()))


def test_a_new_refusal_without_either_would_be_named() -> None:
    class NotOnHold(Conflicting):
        code: ClassVar[str] = "not-on-hold"

    assert unprovoked([*HOW, NotOnHold]) == {_name(NotOnHold)}


def test_no_two_refusals_of_a_service_share_a_code() -> None:
    codes = [(kind.__module__.split(".")[1], kind.code) for kind in HOW]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", PROVOKED, ids=lambda kind: f"{kind.__module__}:{kind.code}")
def test_a_refusal_is_a_problem_document_in_both_languages(
    api: ApiClient, kind: type[Refusal]
) -> None:
    status, provoke = PROVOKED[kind]
    es, en = (_problem(api, kind, provoke, lang, status) for lang in ("es", "en"))
    assert es["detail"] != en["detail"]
    assert es["title"] != en["title"]
    assert {k: es[k] for k in ("type", "status", "code")} == {
        k: en[k] for k in ("type", "status", "code")
    }


@pytest.mark.parametrize("whose", NOT_YOURS)
def test_who_may_not_do_something_hears_whose_it_is(api: ApiClient, whose: str) -> None:
    problem = _problem(api, NotYours, NOT_YOURS[whose], "es", 403)
    assert problem["detail"] == f"Eso le corresponde a otra institución: {whose}."


@pytest.mark.parametrize(("status", "instead"), NOT_NOW)
def test_who_comes_in_another_status_hears_which_it_is_and_what_is_possible_now(
    api: ApiClient, status: str, instead: str
) -> None:
    problem = _problem(api, NotNow, NOT_NOW[status, instead], "es", 409)
    possible = f"Ahora puede: {instead}." if instead else "Ahora no le toca hacer nada."
    assert problem["detail"] == f"La situación es «{status}» y no lo permite. {possible}"


def test_spanish_is_spoken_unless_english_is_requested(api: ApiClient) -> None:
    silent = api.running.client.get("/reporting/cases").json()
    french = api.running.client.get("/reporting/cases", headers={"Accept-Language": "fr"}).json()
    english = api.running.client.get("/reporting/cases?lang=en").json()
    assert silent["title"] == french["title"] == "No identificado"
    assert english["title"] == "Not identified"


def _problem(
    api: ApiClient, kind: type[Refusal], provoke: Provocation, lang: str, status: int
) -> dict[str, object]:
    sent = provoke(api)
    headers = {**sent.headers, "Accept-Language": lang}
    answer = api.send(sent.who, sent.method, sent.path, sent.body, headers)
    problem: dict[str, object] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, kind.code), problem
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(problem) - {"errors"} == {"type", "title", "status", "code", "detail"}
    assert problem["type"] == f"urn:canaliza:problem:{kind.code}"
    assert problem["status"] == status
    assert str(problem["detail"]).endswith(".")
    assert "{" not in str(problem["detail"])
    errors = problem.get("errors", [])
    assert isinstance(errors, list)
    assert [set(error) for error in errors] == [{"field", "expected"}] * issubclass(kind, Invalid)
    assert all(error["field"] for error in errors)
    return problem


def _name(kind: type[Refusal]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
