"""An organisation's record and our entry of an institution, each made of the other."""

import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any, Final

from services.referral.exchange.coded import code_in, codes_in, made_id, said, with_codes
from services.referral.institution import Listed
from shared.hsds.vocabulary import Record
from shared.kernel.coded_fields import canonical
from shared.kernel.codes import code, codes, known, plain
from shared.kernel.free_text import looks_personal, normal
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.places import municipalities_meant, subdivisions_meant
from shared.kernel.value import Value

_SCHEME, _TYPE = "canaliza", "institution"
_LONGEST, _SHORTEST, _MORE = 40, 3, 8
_NO_DIGITS = str.maketrans("0123456789", "ghijklmnop")
"""Digits in a row would look like a telephone number."""
_OTHER = "other"
_LEVELS: Final = {"civil-society": "civil", "private": "private", "international": "international"}


class InstitutionSaid(Value):
    """What a record says of an institution, in our words."""

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]
    level: str
    sector: str
    jurisdiction: tuple[str, ...]
    municipality: str | None
    mandate: tuple[str, ...]


def institution_in(record: Record) -> InstitutionSaid:
    """Return what an organisation's record says; what it does not say is told from what it does."""
    name = normal(str(record["name"]).strip())
    kind = _kind(record)
    sector = code_in(record, "sector") or _sector_of(kind)
    place, subdivision = _place(record)
    level = code_in(record, "level") or _LEVELS.get(sector)
    return InstitutionSaid(
        institution=_own_code(record) or code_of(name),
        name=name,
        kind=kind,
        subdivision=subdivision,
        programmes=canonical(codes_in(record, "programmes")),
        level=level or ("state" if subdivision else "federal"),
        sector=sector,
        jurisdiction=canonical(codes_in(record, "jurisdiction")),
        municipality=place,
        mandate=canonical(codes_in(record, "mandate")),
    )


def institution_said(entry: Listed) -> InstitutionSaid | None:
    """Return what our entry says; None if it was never described beyond its name."""
    described = entry.profile.described
    if described is None:
        return None
    own = {name: getattr(entry, name) for name in _OF_ENTRY}
    of_profile = {name: getattr(described, name) for name in _OF_PROFILE}
    return InstitutionSaid(**own, **of_profile)


_OF_ENTRY: Final = ("institution", "name", "kind", "subdivision", "programmes")
_OF_PROFILE: Final = ("level", "sector", "jurisdiction", "municipality", "mandate")


def organization_of(entry: Listed, kept: Record | None) -> Record:
    """Return an institution's record: as it came in, corrected where the facts say otherwise.

    kept: the record in its document; None if there is none, or its bytes were erased.
    """
    code = entry.institution
    record: Record = kept or {"id": made_id("organization", code), "name": entry.name}
    if _own_code(record) != code:
        record = _with_own_code(record, code)
    told = institution_in(record)
    if told.name != entry.name:
        record = {**record, "name": entry.name}
    for field, list_name in _CODED.items():
        wanted = getattr(entry, field, None)
        if field in _OF_PROFILE:
            described = entry.profile.described
            wanted = getattr(described, field) if described else getattr(told, field)
        if wanted != getattr(told, field):
            record = with_codes(record, field, _listed(wanted), list_name)
    return record


_CODED: Final = {
    "kind": "institution_kinds",
    "subdivision": "subdivisions",
    "programmes": "programmes",
    "level": "institution_levels",
    "sector": "institution_sectors",
    "jurisdiction": "subdivisions",
    "municipality": "municipalities",
    "mandate": "",
}


def code_of(name: str) -> str:
    """Return the code that an institution of this name always gets.

    A long name's ends with a part of its digest, so that two that begin alike are told apart.
    """
    slug = re.sub("[^a-z0-9]+", "-", plain(name)).strip("-")
    if looks_personal(slug):  # as a number in a name may
        slug = ""
    if _SHORTEST <= len(slug) <= _LONGEST:
        return slug
    ending = sha256(plain(name).encode()).hexdigest()[:_MORE].translate(_NO_DIGITS)
    return "-".join(filter(None, [slug[: _LONGEST - _MORE - 1].strip("-"), ending]))


def _own_code(record: Record) -> str | None:
    """Return the code that a record names as ours."""
    for one in record.get("organization_identifiers", ()):
        ours = one.get("identifier_scheme") == _SCHEME and one.get("identifier_type") == _TYPE
        if ours and re.fullmatch(INSTITUTION_CODE, str(one.get("identifier", ""))):
            return str(one["identifier"])
    return None


def _with_own_code(record: Record, code: str) -> Record:
    there = record.get("organization_identifiers", [])
    others = [one for one in there if one.get("identifier_scheme") != _SCHEME]
    own = {
        "id": made_id("identifier", code),
        "identifier_scheme": _SCHEME,
        "identifier_type": _TYPE,
        "identifier": code,
    }
    return {**record, "organization_identifiers": [*others, own]}


def _kind(record: Record) -> str:
    """Return the kind that attributes say: in our taxonomy, or in words that our list has."""
    own = code_in(record, "kind")
    return own or named_in(record, "institution_kinds") or _OTHER


def named_in(record: Record, list_name: str) -> str | None:
    """Return the code of a list that an attribute of any taxonomy names, by code or in words."""
    for one in record.get("attributes", ()):
        term: Any = one.get("taxonomy_term") or {}
        if str(term.get("taxonomy", "")).startswith("canaliza/"):
            continue
        for written in (term.get("code"), term.get("name")):
            if written and (found := _spelled(list_name).get(plain(str(written)))):
                return found
    return None


@cache
def _spelled(list_name: str) -> dict[str, str]:
    return {
        plain(text): each.code
        for each in codes(list_name).values()
        for text in (each.code, each.es, each.en)
    }


def _sector_of(kind: str) -> str:
    listed = known("institution_kinds", kind) and code("institution_kinds", kind).extra["sector"]
    return str(listed or "civil-society")


def _place(record: Record) -> tuple[str | None, str | None]:
    """Return the municipality and the subdivision that are said, or else all addresses agree on."""
    municipality = code_in(record, "municipality")
    if not said(record, "municipality"):
        municipality = _only(_municipalities(record))
    lies_in = None
    if municipality is not None and known("municipalities", municipality):
        lies_in = str(code("municipalities", municipality).extra["subdivision"])
    if not said(record, "subdivision"):
        return municipality, lies_in or _only(_subdivisions(record))
    subdivision = code_in(record, "subdivision")
    elsewhere = not said(record, "municipality") and lies_in != subdivision
    return None if elsewhere else municipality, subdivision


def _addresses(record: Record) -> Iterator[Record]:
    for location in record.get("locations", ()):
        yield from location.get("addresses", ())


def _subdivisions(record: Record) -> Iterator[str]:
    for address in _addresses(record):
        country = str(address.get("country", "")).upper()[:2]
        state = str(address.get("state_province", ""))
        if state and known("subdivisions", state):
            yield state
        elif state and country:
            yield from subdivisions_meant(state, country)[:1]


def _municipalities(record: Record) -> Iterator[str]:
    for address in _addresses(record):
        within = _only(_subdivisions({"locations": [{"addresses": [address]}]}))
        if within and address.get("city"):
            meant = municipalities_meant(str(address["city"]), within)
            yield from meant if len(meant) == 1 else ()


def _only(found: Iterator[str]) -> str | None:
    """Return what all say; None if they say several things, or nothing."""
    every = set(found)
    return every.pop() if len(every) == 1 else None


def _listed(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)
