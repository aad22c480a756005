"""What may be published: the committed schemas and code lists, read as the files they are."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[3]
SCHEMAS = _ROOT / "shared/contracts/schemas"
CODE_LISTS = _ROOT / "shared/kernel/codelists"
_FORMATS = {
    "uuid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
}
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A number, a folio, an institution's code, a field's name, a digest: no sentence, no person."""
_FREE = frozenset({"name", "title", "article"})
"""The fields that are free text: names in the directory and the register, titles of agreements."""
_WRITTEN = {
    "link": re.compile(r"https://[!-~]{3,190}"),
    "rrule": re.compile(r"[A-Z]+=[A-Z0-9,+-]+(;[A-Z]+=[A-Z0-9,+-]+)*"),
    "opens": re.compile(r"\d\d:\d\d"),
    "closes": re.compile(r"\d\d:\d\d"),
    "edition": re.compile(r"[0-9.]{1,20}/[0-9]{1,6}"),
    "zone": re.compile(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*"),
}
"""Fields with a form of their own: when a service is open, by which calendar days are counted."""

_CODE = re.compile(r"[a-z0-9-]{3,40}")
_KEYED = {
    **dict.fromkeys(
        (
            *("case", "service", "agreement", "document", "proposal"),
            *("commitment", "activity", "route"),
        ),
        _FORMATS["uuid"],
    ),
    **dict.fromkeys(
        ("institution", "network", "region", "commission", "programme", "entry"), _CODE
    ),
    "calendar": re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?"),
}
"""How the subject of a message is written, by what it is about."""
_ABOUT: Mapping[str, tuple[str, ...]] = {
    "institution": (
        *("institution-registered", "institution-corrected", "institution-suspended"),
        *("institution-closed", "institution-reactivated"),
        *("institution-made-reachable", "institution-made-unreachable"),
        *("institution-name-taken", "institution-name-released"),
        *("institution-described", "institution-validated", "institution-reminded"),
        *("focal-point-named", "focal-point-removed", "stake-stated"),
    ),
    "commitment": (
        *("commitment-made", "commitment-put-off", "commitment-became-overdue"),
        *("commitment-kept", "commitment-withdrawn", "commitment-reopened"),
    ),
    "proposal": ("proposal-made", "proposal-discussed", "proposal-decided", "proposal-withdrawn"),
    "activity": ("activity-planned", "activity-replanned", "activity-held", "activity-cancelled"),
    "network": ("network-formed", "network-joined", "network-left"),
    "region": ("region-defined", "region-redefined"),
    "commission": (
        *("commission-formed", "commission-reformed", "member-seated", "member-unseated"),
    ),
    "service": (
        *("service-listed", "service-described", "capacity-stated", "service-assured"),
        *("service-suspended", "service-resumed", "service-withdrawn", "service-reminded"),
    ),
    "document": ("document-added", "document-erased"),
    "entry": (
        *("entry-registered", "entry-corrected", "entry-withdrawn"),
        *("citation-made", "citation-withdrawn"),
    ),
    "agreement": (
        *("agreement-drafted", "agreement-revised", "agreement-signed", "agreement-renewed"),
        *("agreement-suspended", "agreement-resumed", "agreement-terminated"),
        *("agreement-expiry-announced", "agreement-noted"),
    ),
    "programme": (
        *("agreements-required", "agreements-waived"),
        *("coordinator-appointed", "coordinator-relieved"),
        *("decline-confirmation-required", "decline-confirmation-waived"),
    ),
    "calendar": ("holiday-added", "holiday-removed"),
}
_KEY_OF = {name: key for key, names in _ABOUT.items() for name in names}

Schema = Mapping[str, Any]


def key_of(name: str) -> str:
    """What a fact is about, and its message's subject: a case, unless it is named above."""
    return _KEY_OF.get(name, "case")


def _form_of(schema: Schema, name: str) -> re.Pattern[str]:
    form = "date-time" if name.endswith("_at") else schema.get("format", "")
    return _WRITTEN.get(name) or _FORMATS.get(form, _PLAIN)


@dataclass(frozen=True)
class Contracts:
    """schemas: by ``service.name``. codes: by list, what each code says besides its labels."""

    schemas: Mapping[str, Schema]
    codes: Mapping[str, Mapping[str, Mapping[str, Any]]]

    def publishes(self, service: str, name: str) -> bool:
        """Whether such a fact is published at all."""
        return f"{service}.{name}" in self.schemas

    def objections(
        self, service: str, name: str, subject: str, data: Mapping[str, Any]
    ) -> Iterator[str]:
        """Name what in a message's data the contract does not know, misses, or has no code for.

        And a subject that is not written as the contract's key, or another key than is known here.
        """
        whole = self.schemas[f"{service}.{name}"]
        if whole["x-key"] != key_of(name):
            yield f"x-key: {whole['x-key']}"
        if not _KEYED[key_of(name)].fullmatch(subject):
            yield "subject"
        yield from self._of_object(whole, whole, data, "$")

    def says(self, code_list: str, code: str, what: str) -> Any:
        """What a code list says of a code; None where it has no such code."""
        return self.codes[code_list].get(code, {}).get(what)

    def _of_object(
        self, whole: Schema, part: Schema, members: Mapping[str, Any], path: str
    ) -> Iterator[str]:
        schema = _resolved(whole, part)
        fields = schema.get("properties", {})
        yield from (
            f"{path}.{name}: missing" for name in schema.get("required", ()) if name not in members
        )
        for name, value in members.items():
            if name not in fields:
                yield f"{path}.{name}: not in the contract"
            else:
                yield from self._of_value(whole, fields[name], value, f"{path}.{name}")

    def _of_value(self, whole: Schema, part: Schema, value: Any, path: str) -> Iterator[str]:
        schema = _resolved(whole, part)
        if "anyOf" in schema:
            wanted = "null" if value is None else None
            ways = [w for w in schema["anyOf"] if (w.get("type") == "null") == (wanted == "null")]
            schema = {**schema, **_resolved(whole, ways[0])} if ways else schema
        if isinstance(value, dict):
            yield from self._of_object(whole, schema, value, path)
        elif isinstance(value, list):
            for each in value:
                yield from self._of_value(whole, schema.get("items", {}), each, f"{path}[]")
        elif isinstance(value, str) and path.rpartition(".")[2] not in _FREE:
            yield from self._of_word(schema, value, path)

    def _of_word(self, schema: Schema, value: str, path: str) -> Iterator[str]:
        code_list = schema.get("x-code-list")
        if code_list is not None:
            if value not in self.codes[code_list]:
                yield f"{path}: no code of {code_list}"
        elif not _form_of(schema, path.rpartition(".")[2]).fullmatch(value):
            yield f"{path}: neither a code nor an id"


def _resolved(whole: Schema, part: Schema) -> Schema:
    """The part itself, or the definition that it refers to."""
    if "$ref" not in part:
        return part
    found: Schema = whole["$defs"][part["$ref"].rpartition("/")[2]]
    return {**found, **{key: value for key, value in part.items() if key != "$ref"}}


def committed() -> Contracts:
    """Read the committed files."""
    schemas = {
        path.name.rpartition(".v")[0]: json.loads(path.read_text(encoding="utf-8"))
        for path in SCHEMAS.glob("*.v1.json")
    }
    codes = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["codes"]
        for path in CODE_LISTS.glob("*.json")
    }
    return Contracts(schemas, codes)
