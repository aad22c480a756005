"""Our codes in a record: as attributes of a taxonomy of ours, one for each field.

HSDS has no field for most of what we know in codes; attributes are its own way to say more.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

import msgspec

from shared.hsds.vocabulary import Record
from shared.kernel.codes import code, known

NAMESPACE: Final = UUID("0c9a5c0e-6f0b-5b1f-9d0e-3a5e6a1d7c42")
"""Of the ids that we give to records that have none yet."""
_TAXONOMY: Final = "canaliza/"
_WORDS: Final = frozenset({"name", "description"})
NONE: Final = "-"
"""Said where a field has no value, and the record itself would tell one."""
T = TypeVar("T")


def made_id(*parts: str) -> str:
    """Return the id that a record made of these parts always has."""
    return str(uuid5(NAMESPACE, "/".join(parts)))


def codes_in(record: Record, field: str) -> tuple[str, ...]:
    """Return the codes that a record's attributes say of a field, in their order."""
    found = (str(one["taxonomy_term"].get("code", NONE)) for one in _of(record, field))
    return tuple(each for each in found if each != NONE)


def code_in(record: Record, field: str) -> str | None:
    """Return the first of them; None if they say nothing of it."""
    return next(iter(codes_in(record, field)), None)


def said(record: Record, field: str) -> bool:
    """Whether the attributes say anything of a field, be it that it has no value."""
    return any(True for _ in _of(record, field))


def value_in(record: Record, field: str, kind: type[T]) -> T | None:
    """Return the value that an attribute has for a field; None if it has none of that kind."""
    for one in _of(record, field):
        try:
            return msgspec.json.decode(str(one.get("value", "")), type=kind)
        except (msgspec.DecodeError, ValueError):
            return None
    return None


def with_codes(record: Record, field: str, codes: Iterable[str], list_name: str) -> Record:
    """Return the record with attributes that say exactly these codes of a field."""
    written = [_attribute(record, field, each, list_name) for each in codes]
    return _with(record, field, written or [_attribute(record, field, NONE, list_name)])


def with_value(record: Record, field: str, value: Any) -> Record:
    """Return the record with one attribute that has a field's value; None: with none."""
    if value is None:
        return _with(record, field, [])
    written = msgspec.json.encode(value, order="deterministic").decode()
    return _with(record, field, [{**_attribute(record, field, field, None), "value": written}])


def without_words(record: Record) -> Record:
    """Return the record without the words of our codes, which our lists say better today."""
    attributes = [_plain(one) for one in record.get("attributes", ())]
    return {**record, "attributes": attributes} if attributes else record


def _plain(attribute: Record) -> Record:
    term = attribute.get("taxonomy_term")
    if not isinstance(term, Mapping) or not str(term.get("taxonomy", "")).startswith(_TAXONOMY):
        return attribute
    kept = {name: value for name, value in term.items() if name not in _WORDS}
    return {**attribute, "taxonomy_term": kept}


def _of(record: Record, field: str) -> Iterable[Record]:
    for one in record.get("attributes", ()):
        term = one.get("taxonomy_term")
        if isinstance(term, Mapping) and term.get("taxonomy") == _TAXONOMY + field:
            yield one


def _with(record: Record, field: str, attributes: list[Record]) -> Record:
    ours = [id(one) for one in _of(record, field)]
    kept = [one for one in record.get("attributes", ()) if id(one) not in ours]
    rest = {name: value for name, value in record.items() if name != "attributes"}
    return {**rest, "attributes": [*kept, *attributes]} if kept or attributes else rest


def _attribute(record: Record, field: str, value: str, list_name: str | None) -> Record:
    term = {"id": made_id("term", list_name or field, value), "code": value, "name": value}
    if list_name and known(list_name, value):
        entry = code(list_name, value)
        term["name"] = entry.es
        if entry.en != entry.es:
            term["description"] = entry.en
    term["taxonomy"] = _TAXONOMY + field
    return {"id": made_id("attribute", str(record["id"]), field, value), "taxonomy_term": term}
