"""A parameter that a route does not have is refused: a filter nobody reads finds everything."""

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from services.installation import ALL
from shared.service.service import application

ROUTES = [
    (parts.name, method, route.path)
    for parts in ALL
    for route in parts.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
APPLICATIONS = {parts.name: application(parts) for parts in ALL}


@pytest.mark.parametrize(("service", "method", "path"), ROUTES)
def test_every_route_refuses_a_parameter_that_it_does_not_have(
    service: str, method: str, path: str
) -> None:
    client = TestClient(APPLICATIONS[service])
    answer = client.request(method, path, params={"sourcekey": "002", "lang": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, "not-valid")
    (error,) = answer.json()["errors"]
    assert error["field"] == "query"
    assert error["expected"].startswith("no other parameter than: ")
    assert error["expected"].endswith("lang")
    assert "sourcekey" not in answer.text


def test_the_parameters_that_there_are_are_named() -> None:
    client = TestClient(APPLICATIONS["reporting"])
    (error,) = client.get("/cases", params={"source_key": "2"}).json()["errors"]
    assert "subdivision" in error["expected"]
    assert "as_known" in error["expected"]
