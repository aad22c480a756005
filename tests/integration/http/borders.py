"""What stands at the border of a field, on either side, as a route's schema describes the field."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from services.operator.cli.openapi import documents
from shared.kernel.codes import codes

MOMENTS = (
    "1900-01-01T00:00:00Z", "1899-12-31T23:59:59.999999Z", "1900-01-01T00:00:00+14:00",
    "2026-01-01T00:00:00+14:00", "2026-01-01T00:00:00+14:01", "2026-01-01T00:00:00-12:00",
    "2026-01-01T00:00:00-12:01", "2026-01-01T00:00:00+15:59", "2026-01-01T00:00:00+16:00",
    "2026-01-01T00:00:00+23:59", "2026-01-01T00:00:00-23:59", "2026-01-01T00:00:00.999999-06:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9998-12-31T23:59:59Z",
)  # fmt: skip
DAYS = ("1900-01-01", "1899-12-31", "0001-01-01", "9999-12-31", "2026-02-29")
AMOUNTS = (
    "0", "0.0000", "0.0001", "0.00001", "999999999999999.9999", "1000000000000000", "-0.0001",
    "000000000000000000001", "NaN", "1e5",
)  # fmt: skip
TEXTS = (
    "", "a", "a" * 40, "a" * 41, "a" * 200, "a" * 201, "ñ" * 200, "\U0001d4b3" * 200, "a\0b",
    "a\u202eb", "\ufffe", "a b",
)  # fmt: skip


def borders_of(service: str, template: str) -> Iterator[tuple[str, Any]]:
    """Each field of a command with each value at one of its borders."""
    schema = _schemas(service)
    content = schema["paths"][template]["post"]["requestBody"]["content"]["application/json"]
    body = _resolved(schema, content["schema"])
    for name, described in body["properties"].items():
        for value in _values(schema, described):
            yield name, value


def _values(schema: Mapping[str, Any], described: Mapping[str, Any]) -> Iterator[Any]:
    plain = _resolved(schema, described)
    ways = [_resolved(schema, way) for way in plain.get("anyOf", ())] or [plain]
    code_list = described.get("x-code-list")
    for way in ways:
        yield from _of(schema, way, code_list)


def _of(schema: Mapping[str, Any], way: Mapping[str, Any], code_list: str | None) -> Iterator[Any]:
    known = list(codes(code_list)) if code_list else []
    match way.get("type"):
        case "null":
            yield None
        case "array":
            yield from ([], known[:1], known[:1] * 2, known[:20], known[:21], known[:1] * 21)
        case "object":
            for name, inner in way.get("properties", {}).items():
                yield from ({name: value} for value in _values(schema, inner))
        case _ if known:
            yield from (known[0], known[-1], "a" * 60, "a" * 61, "no-such-code")
        case _:
            yield from _of_form(way)


def _of_form(way: Mapping[str, Any]) -> tuple[str, ...]:
    form = way.get("format", "amount" if "\\d" in way.get("pattern", "") else "text")
    return {"date-time": MOMENTS, "date": DAYS, "amount": AMOUNTS}.get(form, TEXTS)


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    found: Mapping[str, Any] = schema["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    return found


@cache
def _schemas(service: str) -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(documents()[f"{service}.json"])
    return document
