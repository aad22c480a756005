"""The body of a command, made up from what its route asks for."""

import json
from functools import cache
from typing import Any

from services.operator.cli.openapi import documents
from tests.integration.http.api_client import STRANGER

SAID: dict[str, Any] = {
    "to": STRANGER,
    "institution": "nueva-institucion",
    "name": "Albergue Nuevo",
    "kind": "shelter",
    "programme": "mx-labour-protection",
    "subdivision": "MX-CHH",
    "services": ["legal-advice"],
    "service": "shelter",
    "topics": ["consent"],
    "outcome": "payment",
}
"""What a field of this name says, if the description has no list of what it may say."""


def body_of(service: str, template: str) -> dict[str, Any]:
    """A body with every required field. Raises KeyError, which names route and field."""
    schema = _schema(service, template)
    return {name: _value(schema, template, name) for name in schema.get("required", ())}


def _value(schema: dict[str, Any], template: str, name: str) -> Any:
    described = schema["properties"][name]
    for word in ("enum", "examples"):
        if described.get(word):
            return described[word][0]
    if name in SAID:
        return SAID[name]
    raise KeyError(f"{template}: {name}")


@cache
def _schema(service: str, template: str) -> dict[str, Any]:
    document = json.loads(documents()[f"{service}.json"])
    asked = document["paths"][template]["post"]["requestBody"]["content"]["application/json"]
    reference: str = asked["schema"]["$ref"]
    found: dict[str, Any] = document["components"]["schemas"][reference.rpartition("/")[2]]
    return found
