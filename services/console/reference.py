"""A service's OpenAPI made readable: its operations, their parameters and answers."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 3  # levels of nested objects whose fields are listed
_SAMPLES = {
    "date-time": "2026-05-04T09:30:00-06:00",
    "date": "2026-05-04",
    "uuid": "3f2b8c1e-5d4a-4f6b-9a7c-1e2d3c4b5a69",
}


_NEW_KEY = "python3 -c 'import uuid; print(uuid.uuid4())'"
"""A command that prints a fresh UUID; not every machine has uuidgen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter or field. where: path, query, header; empty for a field of a body."""

    name: str
    where: str
    type: str
    required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One possible answer of an operation."""

    status: str
    meaning: str
    type: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Operation:
    """One command or query. anchor: its id on the page. example: a command line for a shell."""

    anchor: str
    method: str
    path: str
    summary: str
    meaning: str
    secured: bool
    parameters: Sequence[Row]
    body: Sequence[Row]
    answers: Sequence[Answer]
    example: str


class Reference:
    """Reads one OpenAPI document."""

    def __init__(self, document: Schema, base: str, lang: str) -> None:
        """Read a document. base: the address before the service's paths in the examples."""
        self._document = document
        self._base = base
        self._lang = lang

    def groups(self) -> dict[str, list[Operation]]:
        """Return the operations by their last tag, the most specific one."""
        groups: dict[str, list[Operation]] = {}
        for path, item in self._document.get("paths", {}).items():
            for method in _METHODS:
                if method in item:
                    operation = item[method]
                    group = self._in_language(next(reversed(operation.get("tags", [])), ""))
                    groups.setdefault(group, []).append(self._operation(path, method, operation))
        return groups

    def _operation(self, path: str, method: str, stated: Schema) -> Operation:
        body = _json(stated.get("requestBody", {}))
        parameters = [self._parameter(self._resolved(p)) for p in stated.get("parameters", ())]
        anchor = stated.get("operationId") or f"{method}{path.replace('/', '-')}"
        return Operation(
            anchor=anchor,
            method=method.upper(),
            path=path,
            summary=self._in_language(stated.get("summary", "")),
            meaning=self._in_language(stated.get("description", "")),
            secured=bool(stated.get("security")),
            parameters=parameters,
            body=list(self._rows(body)),
            answers=[self._answer(s, self._resolved(a)) for s, a in stated["responses"].items()],
            example=self._example(path, method, stated, body),
        )

    def _in_language(self, both: str) -> str:
        """Return one language of ``español / English``, as our descriptions are written."""
        es, _, en = both.partition(" / ")
        return en if en and self._lang == "en" else es

    def _parameter(self, stated: Schema) -> Row:
        schema = stated.get("schema", {})
        return Row(
            stated["name"],
            stated["in"],
            self._type(schema),
            bool(stated.get("required")),
            self._in_language(stated.get("description") or schema.get("description", "")),
        )

    def _answer(self, status: str, stated: Schema) -> Answer:
        schema = _json(stated)
        kind = self._type(schema) if schema else ", ".join(stated.get("content", {}))
        meaning = self._in_language(stated.get("description", ""))
        return Answer(status, meaning, kind, list(self._rows(schema)))

    def _rows(self, schema: Schema, before: str = "", depth: int = 0) -> Iterator[Row]:
        """List the fields of an object, those of nested objects after a dot."""
        whole = self._resolved(schema)
        if "items" in whole and depth < _DEEPEST:
            yield from self._rows(whole["items"], f"{before}[]." if before else "[].", depth + 1)
        required = whole.get("required", ())
        for name, stated in whole.get("properties", {}).items():
            meaning = stated.get("description") or self._resolved(stated).get("description", "")
            text = self._in_language(meaning)
            yield Row(f"{before}{name}", "", self._type(stated), name in required, text)
            inner = self._resolved(self._without_null(stated))
            inner = self._resolved(inner.get("items", inner))
            if "properties" in inner and depth < _DEEPEST:
                dots = "[]." if self._resolved(self._without_null(stated)).get("items") else "."
                yield from self._rows(inner, f"{before}{name}{dots}", depth + 1)

    def _type(self, schema: Schema) -> str:
        """Describe the values that a schema allows, briefly."""
        if "$ref" in schema:
            whole = self._resolved(schema)
            return self._type(whole) if "enum" in whole else schema["$ref"].rpartition("/")[2]
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self._type(each) for each in schema["anyOf"]))
        if "enum" in schema:
            return " | ".join(json.dumps(each) for each in schema["enum"])
        if "const" in schema:
            return json.dumps(schema["const"])
        if schema.get("type") == "array":
            return f"[{self._type(schema.get('items', {}))}]"
        return str(schema.get("format") or schema.get("type", "JSON"))

    def _resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            schema = found
        return schema

    @staticmethod
    def _without_null(schema: Schema) -> Schema:
        choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
        return choices[0] if len(choices) == 1 else schema

    def _example(self, path: str, method: str, stated: Schema, body: Schema) -> str:
        """Write a command line for curl with what is required, and a body to start from."""
        command = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
        query = []
        for parameter in (self._resolved(p) for p in stated.get("parameters", ())):
            name, sample = parameter["name"], self._sample(parameter.get("schema", {}))
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", str(sample))
            elif parameter["in"] == "query" and parameter.get("required"):
                query.append(f"{name}={sample}")
        address = f"{self._base}{path}" + (f"?{'&'.join(query)}" if query else "")
        lines = [" ".join([*command, shlex.quote(address)])]
        if stated.get("security"):
            lines.append('-H "Authorization: Bearer $TOKEN"')
        if any(
            self._resolved(p)["name"] == "Idempotency-Key" for p in stated.get("parameters", ())
        ):
            lines.append(f'-H "Idempotency-Key: $({_NEW_KEY})"')
        if body:
            text = json.dumps(self._sample(body), ensure_ascii=False, indent=2)
            lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(text)}"]
        return " \\\n  ".join(lines)

    def _sample(self, schema: Schema, depth: int = 0) -> Any:
        """Return a value that a schema allows: its own example if it has one."""
        schema = self._without_null(self._resolved(self._without_null(schema)))
        schema = self._resolved(schema)
        for given in (schema.get("example"), *schema.get("examples", ()), schema.get("const")):
            if given is not None:
                return given
        if "enum" in schema:
            return schema["enum"][0]
        if "properties" in schema and depth <= _DEEPEST:
            return {
                name: self._sample(stated, depth + 1)
                for name, stated in schema["properties"].items()
                if name in schema.get("required", ())
            }
        return self._plain_sample(schema, depth)

    def _plain_sample(self, schema: Schema, depth: int) -> Any:
        match schema.get("type"):
            case "array":
                return [self._sample(schema.get("items", {}), depth + 1)]
            case "integer" | "number":
                return schema.get("minimum", 1)
            case "boolean":
                return True
            case "object":
                return {}
            case _:
                return _SAMPLES.get(schema.get("format", ""), "…")


def _json(stated: Schema) -> Schema:
    """Return the schema of the JSON in a body or an answer; empty if there is none."""
    for media_type, content in stated.get("content", {}).items():
        if media_type.endswith("json"):
            schema: Schema = content.get("schema", {})
            return schema
    return {}
