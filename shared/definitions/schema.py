"""Checks a document against a JSON Schema, with explanations for people in both languages.

Nothing here depends on what a definition is for: an explanation that JSON Schema's keywords do not
give is written in the schema, as ``expected``.
"""

import difflib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from shared.definitions.checks import not_a_code, not_a_code_list
from shared.definitions.flaw import Flaw
from shared.definitions.located_yaml import KeyPath, LocatedYaml
from shared.kernel.codes import UnknownList, known, list_names
from shared.kernel.text import Text

_CODES = {"codeList", "codeListName"}
_TYPES = {
    "object": Text("claves con su valor", "keys with their values"),
    "array": Text("una lista", "a list"),
    "string": Text(
        "texto, entre comillas si parece otra cosa", "text, quoted if it looks otherwise"
    ),
    "boolean": Text("true o false", "true or false"),
    "number": Text("un número", "a number"),
    "integer": Text("un número entero", "a whole number"),
    "null": Text("null", "null"),
}
_SENTENCES = {
    "minItems": Text("se esperaba al menos un elemento", "expected at least one entry"),
    "maxItems": Text("hay demasiados elementos", "there are too many entries"),
    "uniqueItems": Text("hay un elemento repetido", "an entry is repeated"),
    "minProperties": Text("se esperaba al menos una clave", "expected at least one key"),
    "maxProperties": Text("hay demasiadas claves", "there are too many keys"),
    "minLength": Text("el texto es demasiado corto", "the text is too short"),
    "maxLength": Text("el texto es demasiado largo", "the text is too long"),
    "not": Text("esta clave no va con las demás", "this key does not go with the others"),
}
_LIMITS = {
    "minimum": Text("se esperaba un número de {} o más", "expected a number of {} or more"),
    "maximum": Text("se esperaba un número de {} o menos", "expected a number of {} or less"),
    "exclusiveMinimum": Text("se esperaba un número mayor que {}", "expected a number above {}"),
    "exclusiveMaximum": Text("se esperaba un número menor que {}", "expected a number below {}"),
    "const": Text("se esperaba {}", "expected {}"),
}
_WITHOUT_EXPECTED = {
    *_CODES, *_SENTENCES, *_LIMITS, "type", "enum", "required", "additionalProperties",
    "$ref", "properties", "patternProperties", "propertyNames", "items", "prefixItems", "allOf",
    "if",
}  # fmt: skip
"""The keywords whose failure is explained without ``expected``, or by the parts within them."""


class SchemaNotUsable(ValueError):
    """A schema has a keyword whose failure it does not explain, or an unknown code list."""


class SchemaFlaws(NamedTuple):
    """The flaws of a document. codes: wrong codes; complete only if there are none of shape."""

    shape: list[Flaw]
    codes: list[Flaw]


class Schema:
    """A JSON Schema (2020-12) with the keywords ``codeList``, ``codeListName`` and ``expected``.

    ``expected``, ``{"es": …, "en": …}``, completes the sentence “expected …” for every keyword that
    is written beside it but ``required`` and ``additionalProperties``, which name the key.
    Use the code lists' keywords only where a wrong code is an error, so not within ``oneOf``.
    """

    def __init__(self, file: Path) -> None:
        """Read the schema. Raises SchemaNotUsable, and jsonschema's SchemaError."""
        schema = json.loads(file.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        for part in _parts(schema):
            _check_part(part, file.name)
        self._validator = _Validator(schema)

    def flaws(self, document: LocatedYaml) -> SchemaFlaws:
        """Return every flaw of the document, each once."""
        found = SchemaFlaws([], [])
        for error in self._validator.iter_errors(document.content):
            flaws = found.codes if error.validator in _CODES else found.shape
            flaws.extend(document.flaw(path, text) for path, text in _expected_at(error))
        return SchemaFlaws(*(list(dict.fromkeys(flaws)) for flaws in found))


# --- keywords -------------------------------------------------------------------------------


def _code_list(_: Any, list_name: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not known(list_name, value):
        yield ValidationError(list_name)


def _code_list_name(_: Any, wanted: bool, value: Any, __: Any) -> Iterator[ValidationError]:  # noqa: FBT001 - jsonschema calls it so
    if wanted and isinstance(value, str) and value not in list_names():
        yield ValidationError("codeListName")


def _property_names(validator: Any, names: Any, value: Any, _: Any) -> Iterator[ValidationError]:
    """Check as JSON Schema does, but report the key."""
    for name in value if isinstance(value, dict) else ():
        yield from validator.descend(instance=name, schema=names, path=name)


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        "codeList": _code_list,
        "codeListName": _code_list_name,
        "propertyNames": _property_names,
    },
)


# --- explaining ----------------------------------------------------------------------------


def _expected_at(error: ValidationError) -> Iterator[tuple[KeyPath, Text]]:
    """Yield what was expected at which path: each missing or unknown key by itself."""
    path = tuple(error.absolute_path)
    schema, instance = cast("Any", error.schema), cast("Any", error.instance)
    wanted: Any = error.validator_value
    match str(error.validator):
        case "required":
            yield from ((path, _lacks(key)) for key in wanted if key not in instance)
        case "additionalProperties" if wanted is False:
            names = list(schema.get("properties", ()))
            unknown = [str(key) for key in instance if key not in names]
            yield from (((*path, key), _unknown_key(key, names)) for key in unknown)
        case "codeList":
            yield path, not_a_code(wanted, instance)
        case "codeListName":
            yield path, not_a_code_list(instance)
        case keyword:
            yield path, _expected(keyword, wanted, schema)


def _expected(keyword: str, wanted: Any, schema: Any) -> Text:
    match keyword:
        case _ if "expected" in schema:
            text = schema["expected"]
            return Text(f"se esperaba {text['es']}", f"expected {text['en']}")
        case "type":
            types = [_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
            es, en = " o ".join(t.es for t in types), " or ".join(t.en for t in types)
            return Text(f"se esperaba {es}", f"expected {en}")
        case "enum":
            values = ", ".join(json.dumps(value, ensure_ascii=False) for value in wanted)
            return Text(f"se esperaba una de: {values}", f"expected one of: {values}")
        case _ if keyword in _LIMITS:
            return _LIMITS[keyword].filled(json.dumps(wanted, ensure_ascii=False))
        case _:
            return _SENTENCES[keyword]


def _lacks(key: str) -> Text:
    return Text(f"falta la clave «{key}»", f"the key “{key}” is missing")


def _unknown_key(key: str, names: list[str]) -> Text:
    near = difflib.get_close_matches(key, names, n=1)
    expected = ", ".join(near or names)
    return Text(f"clave desconocida; se esperaba: {expected}", f"unknown key; expected: {expected}")


# --- the schema itself ----------------------------------------------------------------------

_ONE = ("additionalProperties", "items", "not", "if", "then", "else", "propertyNames", "contains")
_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs")


def _parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the schema and every schema within it."""
    if not isinstance(schema, dict):
        return
    yield schema
    within = [schema[name] for name in _ONE if name in schema]
    within += [part for name in _MANY for part in schema.get(name, ())]
    within += [part for name in _NAMED for part in schema.get(name, {}).values()]
    for part in within:
        yield from _parts(part)


def _check_part(part: Mapping[str, Any], file: str) -> None:
    if "codeList" in part and part["codeList"] not in list_names():
        raise SchemaNotUsable(file) from UnknownList(part["codeList"])
    unexplained = (part.keys() & _Validator.VALIDATORS.keys()) - _WITHOUT_EXPECTED
    if unexplained and "expected" not in part:
        raise SchemaNotUsable(f"{file}: {', '.join(sorted(unexplained))}: expected?")
