"""What each service says of itself: every operation, its problems, its key."""

from typing import Any

import pytest

from services.installation import ALL
from shared.service.service import application

HEALTH = {"/livez", "/readyz"}
OPERATIONS: list[tuple[str, str, str, dict[str, Any]]] = [
    (parts.name, method, path, operation)
    for parts in ALL
    for path, operations in application(parts).openapi()["paths"].items()
    for method, operation in operations.items()
]
IDENTIFIED = [one for one in OPERATIONS if "security" in one[3]]
DESCRIBED = [parts for parts in ALL if parts.name in {"intake", "referral", "followup"}]
COMMANDS = [one for one in OPERATIONS if one[1] == "post"]


def _name(value: object) -> str:
    return value if isinstance(value, str) else "-"


def _problems(operation: dict[str, Any]) -> set[str]:
    return {
        status
        for status, response in operation["responses"].items()
        if "application/problem+json" in response.get("content", {})
    }


@pytest.mark.parametrize(("service", "method", "path", "operation"), OPERATIONS, ids=_name)
def test_an_operation_says_what_it_does_and_what_it_gives(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    assert operation["summary"], (service, method, path)
    assert len(operation["description"]) > 10
    good = next(v for k, v in operation["responses"].items() if k.startswith("2"))
    schemas = [content["schema"] for content in good["content"].values()]
    assert schemas
    assert all(schemas)


@pytest.mark.parametrize(("service", "method", "path", "operation"), OPERATIONS, ids=_name)
def test_an_operation_is_named_in_both_languages(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    spanish, _, english = operation["summary"].partition(" / ")
    assert spanish, (service, method, path)
    assert english, (service, method, path)


@pytest.mark.parametrize("parts", DESCRIBED, ids=lambda parts: parts.name)
def test_what_the_pages_show_of_an_operation_is_in_both_languages(parts: Any) -> None:
    document = application(parts).openapi()
    texts = [
        text
        for path, operations in document["paths"].items()
        if path not in HEALTH
        for operation in operations.values()
        for text in _descriptions(operation)
    ] + [
        text
        for name, schema in document["components"]["schemas"].items()
        if name != "Readiness"
        for text in _descriptions(schema.get("properties", {}))
    ]
    assert texts
    assert [text for text in texts if " / " not in text] == []


@pytest.mark.parametrize(("service", "method", "path", "operation"), IDENTIFIED, ids=_name)
def test_an_operation_declares_the_problems_it_may_answer_with(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    common = {"401", "403", "404", "422", "429", "503"}
    expected = common | ({"400", "409", "412", "413"} if method == "post" else set())
    assert _problems(operation) == expected, (service, path)
    assert "Retry-After" in operation["responses"]["503"]["headers"]
    assert operation["responses"]["429"]["headers"].keys() >= {"Retry-After", "RateLimit"}


@pytest.mark.parametrize(("service", "method", "path", "operation"), COMMANDS, ids=_name)
def test_a_command_declares_its_key_and_its_version(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    del method
    headers = {p["name"]: p for p in operation["parameters"] if p["in"] == "header"}
    if path in {"/cases/search", "/services/search"}:
        assert not headers.keys() & {"Idempotency-Key", "If-Match"}, "who asks changes nothing"
        return
    if path == "/directory/imports":
        assert not headers.keys() & {"Idempotency-Key", "If-Match"}, "given again it adds nothing"
        return
    if path == "/links/{link_id}/opening":
        assert not headers.keys() & {"Idempotency-Key", "If-Match"}, "its secret works once"
        return
    if path.endswith("/tokens/{token}/revocation"):
        assert "Idempotency-Key" not in headers, "a token is revoked once, however often it is said"
    else:
        assert headers["Idempotency-Key"]["required"], (service, path)
    if "/tokens" in path or path == "/documents":
        assert "If-Match" not in headers, "it has no version: it is made, and revoked once"
    elif path.startswith("/links/"):
        assert "If-Match" not in headers, "a preview has no version"
    else:
        assert not headers["If-Match"]["required"]
    assert "security" in operation


@pytest.mark.parametrize(("service", "method", "path", "operation"), OPERATIONS, ids=_name)
def test_a_parameter_is_left_out_and_never_null(
    service: str, method: str, path: str, operation: dict[str, Any]
) -> None:
    del method
    for parameter in operation.get("parameters", []):
        assert parameter["schema"]["type"] in {"string", "integer", "boolean"}, (service, path)


def test_only_health_code_lists_and_the_exchange_of_a_secret_are_open() -> None:
    assert {path for _, _, path, operation in OPERATIONS if "security" not in operation} == {
        *HEALTH,
        "/code-lists",
        "/code-lists/{name}",
        "/links/{link_id}/opening",
    }


@pytest.mark.parametrize("parts", ALL, ids=lambda parts: parts.name)
def test_every_reference_leads_somewhere(parts: Any) -> None:
    document = application(parts).openapi()
    schemas = document["components"]["schemas"]
    assert {"Problem", "Fault"} <= set(schemas)
    assert "HTTPValidationError" not in schemas
    named = set(_references(document))
    assert named <= {f"#/components/schemas/{name}" for name in schemas}
    assert application(parts).openapi() == document


def _descriptions(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["description"]] if isinstance(node.get("description"), str) else []
        return own + [found for value in node.values() for found in _descriptions(value)]
    if isinstance(node, list):
        return [found for value in node for found in _descriptions(value)]
    return []


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in _references(value)]
    if isinstance(node, list):
        return [found for value in node for found in _references(value)]
    return []
