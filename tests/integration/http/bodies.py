"""The body of a command, made up from its route's schema."""

import json
from functools import cache
from typing import Any

from services.operator.cli.openapi import documents
from shared.kernel.codes import codes
from tests.integration.http.api_client import STRANGER

EXPLICIT: dict[str, Any] = {
    "to": STRANGER,
    "institution": "nueva-institucion",
    "name": "Albergue Nuevo",
    "subdivision": "MX-CHH",
}
"""The value of a field of this name, if not the first code of its list."""


def body_of(service: str, template: str) -> dict[str, Any]:
    """A body with every required field. Raises KeyError, which names route and field."""
    schema = _schema(service, template)
    return {
        name: value_of(schema["properties"][name], template, name)
        for name in schema.get("required", ())
    }


def value_of(described: dict[str, Any], template: str, name: str) -> Any:
    """What a field says. Raises KeyError, which names it."""
    if name in EXPLICIT:
        return EXPLICIT[name]
    if code_list := described.get("x-code-list"):
        first = next(iter(codes(code_list)))
        return [first] if described["type"] == "array" else first
    raise KeyError(f"{template}: {name}")


def is_keyed(service: str, template: str) -> bool:
    """Whether what is posted there is a command or a file, under a key."""
    asked = _document(service)["paths"][template]["post"]
    keyed = any(one["name"] == "Idempotency-Key" for one in asked.get("parameters", ()))
    return keyed and "requestBody" in asked


def is_command(service: str, template: str) -> bool:
    """Whether what is posted there says something: fields, under a key; a file has none."""
    if not is_keyed(service, template):
        return False
    content = _document(service)["paths"][template]["post"]["requestBody"]["content"]
    return "$ref" in content.get("application/json", {}).get("schema", {})


@cache
def _document(service: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(documents()[f"{service}.json"])
    return document


@cache
def _schema(service: str, template: str) -> dict[str, Any]:
    document = _document(service)
    content = document["paths"][template]["post"]["requestBody"]["content"]["application/json"]
    reference: str = content["schema"]["$ref"]
    found: dict[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found
