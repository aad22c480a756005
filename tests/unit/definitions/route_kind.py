"""A small kind of definition for the tests: the steps of a route, and their services."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.definitions.checks import Checks
from shared.definitions.kind import DefinitionKind

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "first", "steps"],
    "additionalProperties": False,
    "properties": {
        "name": {
            "type": "string",
            "pattern": "^[a-z-]+$",
            "expected": {"es": "minúsculas y guiones", "en": "small letters and hyphens"},
        },
        "first": {"type": "string"},
        "answers": {"type": "string", "codeListName": True},
        "by_subdivision": {"type": "object", "propertyNames": {"codeList": "subdivisions"}},
        "steps": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"$ref": "#/$defs/step"},
        },
    },
    "$defs": {
        "step": {
            "type": "object",
            "required": ["service"],
            "additionalProperties": False,
            "allOf": [
                {
                    "dependentRequired": {"hours": ["days"]},
                    "expected": {"es": "days, porque hay hours", "en": "days, as there are hours"},
                }
            ],
            "properties": {
                "service": {"type": "string", "codeList": "service_kinds"},
                "days": {"type": "integer", "minimum": 1},
                "hours": {"type": ["integer", "null"]},
                "kind": {"enum": ["share", "transfer"]},
            },
        }
    },
}

ROUTE = """\
name: labour-complaint
first: listen
answers: outcome_kinds
by_subdivision:
  MX-CHH: a
steps:
  listen:
    service: information
    days: 3
  meet:
    service: conciliation
    kind: share
"""


@dataclass(frozen=True)
class Route:
    """What a route's definition is built into."""

    name: str
    first: str
    services: tuple[str, ...]


def build(content: dict[str, Any], checks: Checks) -> Route:
    """Build a route; its first step must be one of its steps."""
    steps = content["steps"]
    checks.one_of(("first",), content["first"], steps)
    for name, step in steps.items():
        if step.get("days") == 13:
            checks.code(("steps", name, "days"), "priorities", "urgnt")
    return Route(content["name"], content["first"], tuple(s["service"] for s in steps.values()))


def route_kind(folder: Path, schema: dict[str, Any] = SCHEMA) -> DefinitionKind[Route]:
    """Make the kind, with a folder of shipped routes that holds one."""
    file = folder / "route.schema.json"
    file.write_text(json.dumps(schema), encoding="utf-8")
    shipped = folder / "shipped"
    shipped.mkdir(exist_ok=True)
    (shipped / "labour-complaint.yaml").write_text(ROUTE, encoding="utf-8")
    return DefinitionKind(file, build, shipped)
