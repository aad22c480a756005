"""Whether a mapping has the shape that ``mapping.schema.json`` describes, in people's words."""

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from shared.definitions.flaw import Flaw
from shared.definitions.located_yaml import LocatedYaml
from shared.kernel.text import Text

SCHEMA_FILE = Path(__file__).parent / "mapping.schema.json"
"""The schema; an editor that knows it completes and checks while a mapping is written."""

_KINDS = {
    "object": ("claves con su valor", "keys with their values"),
    "array": ("una lista", "a list"),
    "string": ("texto, entre comillas si parece otra cosa", "text, quoted if it looks otherwise"),
    "boolean": ("true o false", "true or false"),
    "number": ("un número", "a number"),
}

_SAID = {
    "minItems": Text("se esperaba al menos un elemento", "expected at least one entry"),
    "minProperties": Text("se esperaba al menos una clave", "expected at least one key"),
    "minLength": Text("el texto es demasiado corto", "the text is too short"),
    "maxLength": Text("el texto es demasiado largo", "the text is too long"),
    "oneOf": Text(
        "se esperaba una de las dos claves: handover o registers",
        "expected one of the two keys: handover or registers",
    ),
    "dependentRequired": Text("followup pide también handover", "followup needs handover too"),
    "not": Text("esta clave no va con las demás", "this key does not go with the others"),
}


def flaws_of_shape(marked: LocatedYaml) -> list[Flaw]:
    """Every place where the document is not what the schema describes."""
    found = _validator().iter_errors(marked.says)
    return list(dict.fromkeys(flaw for error in found for flaw in _flaws(marked, error)))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def _flaws(marked: LocatedYaml, error: ValidationError) -> Iterator[Flaw]:
    path = tuple(error.absolute_path)
    schema: Any = error.schema
    rule, wanted = str(error.validator), cast("Any", error.validator_value)
    match rule:
        case "required":
            for key in wanted:
                if key not in cast("Any", error.instance):
                    yield marked.flaw(path, _lacks(key))
        case "additionalProperties" if wanted is False:
            known = list(schema.get("properties", ()))
            for key in cast("Any", error.instance):
                if key not in known:
                    yield marked.flaw((*path, str(key)), _not_known(str(key), known))
        case _ if isinstance(schema, dict) and "expected" in schema:
            said = schema["expected"]
            yield marked.flaw(path, Text(f"se esperaba {said['es']}", f"expected {said['en']}"))
        case _:
            yield marked.flaw(path, _expected(rule, wanted))


def _expected(rule: str, wanted: Any) -> Text:
    match rule:
        case "type":
            es, en = _KINDS[str(wanted)]
            return Text(f"se esperaba {es}", f"expected {en}")
        case "enum":
            words = ", ".join(json.dumps(word) for word in wanted)
            return Text(f"se esperaba una de: {words}", f"expected one of: {words}")
        case _:
            return _SAID.get(rule) or Text(
                f"se esperaba {rule}: {wanted}", f"expected {rule}: {wanted}"
            )


def _lacks(key: str) -> Text:
    return Text(f"falta la clave «{key}»", f"the key “{key}” is missing")


def _not_known(key: str, known: list[str]) -> Text:
    near = difflib.get_close_matches(key, known, n=1)
    expected = ", ".join(near or known)
    return Text(f"clave desconocida; se esperaba: {expected}", f"unknown key; expected: {expected}")
