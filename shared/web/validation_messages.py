"""What was expected of a field of a request, without what was sent.

The validator's own messages are not passed on: some quote what was sent ("found `J` at 1"), and so
does the name of a field that should not be there.
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_type_hints

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from shared.kernel.limits import OFFSETS
from shared.kernel.text import Text
from shared.web.field_types import OFFSET_ERROR
from shared.web.json_body import TWICE
from shared.web.known_parameters import UNKNOWN_PARAMETER

_MOMENT = "2026-03-01T09:30:00-07:00"
_A_MOMENT = Text(
    f"fecha y hora ISO 8601 con zona, como {_MOMENT}",
    f"an ISO 8601 date and time with its offset, as {_MOMENT}",
)
_A_DATE = Text("una fecha como 2026-03-01", "a date as 2026-03-01")
_AN_EXACT_DECIMAL = Text(
    'un decimal escrito como texto, como "1250.50"',
    'a decimal written as a string, as "1250.50"',
)
_AN_INTEGER = Text("un número entero", "an integer")
_TRUE_OR_FALSE = Text("true o false (verdadero o falso)", "true or false")
_AN_OBJECT = Text("un objeto", "an object")
_A_UUID = Text("un UUID", "a UUID")
_AT_LEAST = Text("un valor de al menos {ge}", "a value of at least {ge}")
_AT_MOST = Text("un valor de a lo más {le}", "a value of at most {le}")
_ONE_OF = Text("uno de {expected}", "one of {expected}")
_TEXTS: Mapping[str, Text] = {
    "missing": Text("es obligatorio", "is required"),
    "string_type": Text("un texto", "a string"),
    "string_too_short": Text(
        "un texto de al menos {min_length} caracteres",
        "a string of at least {min_length} characters",
    ),
    "string_too_long": Text(
        "un texto de a lo más {max_length} caracteres",
        "a string of at most {max_length} characters",
    ),
    "string_pattern_mismatch": Text(
        "un texto con la forma {pattern}",
        "a string of the form {pattern}",
    ),
    "string_unicode": Text("un texto en Unicode válido", "a string of valid Unicode"),
    "int_type": _AN_INTEGER,
    "int_parsing": _AN_INTEGER,
    "int_parsing_size": _AN_INTEGER,
    "int_from_float": _AN_INTEGER,
    "bool_type": _TRUE_OR_FALSE,
    "bool_parsing": _TRUE_OR_FALSE,
    "list_type": Text("una lista", "a list"),
    "dict_type": _AN_OBJECT,
    "model_type": _AN_OBJECT,
    "model_attributes_type": _AN_OBJECT,
    "uuid_parsing": _A_UUID,
    "uuid_type": _A_UUID,
    "datetime_type": _A_MOMENT,
    "datetime_parsing": _A_MOMENT,
    "datetime_object_invalid": _A_MOMENT,
    "datetime_from_date_parsing": _A_MOMENT,
    "timezone_aware": Text(
        f"una hora con zona, como {_MOMENT}", f"a time with its offset: {_MOMENT}"
    ),
    "date_type": _A_DATE,
    "date_parsing": _A_DATE,
    "date_from_datetime_parsing": _A_DATE,
    "date_from_datetime_inexact": _A_DATE,
    "decimal_type": _AN_EXACT_DECIMAL,
    "decimal_parsing": _AN_EXACT_DECIMAL,
    "finite_number": _AN_EXACT_DECIMAL,
    "decimal_max_digits": Text("a lo más {max_digits} cifras", "at most {max_digits} digits"),
    "decimal_whole_digits": Text(
        "a lo más {whole_digits} cifras enteras",
        "at most {whole_digits} digits before the point",
    ),
    "decimal_max_places": Text(
        "a lo más {decimal_places} decimales",
        "at most {decimal_places} decimals",
    ),
    "greater_than_equal": _AT_LEAST,
    "less_than_equal": _AT_MOST,
    "less_than": Text("un valor anterior a {lt}", "a value before {lt}"),
    OFFSET_ERROR: OFFSETS.expected,
    "too_short": Text("al menos {min_length} elementos", "at least {min_length} items"),
    "too_long": Text("a lo más {max_length} elementos", "at most {max_length} items"),
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "json_invalid": Text("JSON válido", "valid JSON"),
}
_OF_ONE: Mapping[str, tuple[str, Text]] = {
    "string_too_short": (
        "min_length",
        Text("un texto de al menos un carácter", "a string of at least one character"),
    ),
    "string_too_long": (
        "max_length",
        Text("un texto de a lo más un carácter", "a string of at most one character"),
    ),
    "too_short": ("min_length", Text("al menos 1 elemento", "at least 1 item")),
    "too_long": ("max_length", Text("a lo más 1 elemento", "at most 1 item")),
}
"""What is said of one, and in which part of the error it is said that it is one."""
_ANY = Text("un valor válido ({type})", "a valid value ({type})")
_NO_OTHERS = Text("ningún otro campo que: {names}", "no other field than: {names}")
_NO_OTHER_PARAMETERS = Text(
    "ningún otro parámetro que: {names}", "no other parameter than: {names}"
)
_EACH_ONCE = Text("cada campo una sola vez", "each field only once")
_BODY = "body"


def faults(error: RequestValidationError, endpoint: Any, lang: str) -> list[dict[str, str]]:
    """Return each field that was not as expected, by name, with what was expected there.

    endpoint: the function that would have answered; its ``body`` tells which fields there are.
    """
    return [_fault(one, endpoint, lang) for one in error.errors()]


def _fault(one: Mapping[str, Any], endpoint: Any, lang: str) -> dict[str, str]:
    kind, (location, *path) = str(one["type"]), one["loc"]
    if kind == UNKNOWN_PARAMETER:
        return {
            "field": _name(location, path),
            "expected": _NO_OTHER_PARAMETERS.filled(**one["ctx"]).in_(lang),
        }
    if kind == "extra_forbidden":
        inside = path[:-1]
        names = ", ".join(_fields_of(endpoint, inside))
        return {
            "field": _name(location, inside),
            "expected": _NO_OTHERS.filled(names=names).in_(lang),
        }
    if kind == "json_invalid":
        path = []
        if one["ctx"]["error"] == TWICE:
            return {"field": _name(location, path), "expected": _EACH_ONCE.in_(lang)}
    expected = _expected(kind, one.get("ctx", {}))
    return {"field": _name(location, path), "expected": expected.in_(lang)}


def _expected(kind: str, said: Mapping[str, Any]) -> Text:
    """Return what was expected where the validator says this kind of error."""
    name, of_one = _OF_ONE.get(kind, ("", _ANY))
    if name and said.get(name) == 1:
        return of_one
    return _TEXTS.get(kind, _ANY).filled(**{**said, "type": kind})


def _name(location: Any, path: Sequence[Any]) -> str:
    return ".".join(str(part) for part in path) or str(location)


def _fields_of(endpoint: Any, path: Sequence[Any]) -> Sequence[str]:
    """Return the fields of an object in the endpoint's body."""
    model = _model_in(get_type_hints(endpoint).get(_BODY))
    for part in path:
        field = model.model_fields.get(part) if model and isinstance(part, str) else None
        model = _model_in(field.annotation) if field else model
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model that is filled in, whatever list or union it is in; or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
