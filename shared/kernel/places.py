"""Places as people write them: subdivisions and municipalities, by code, number or name.

Case, blanks, accents (composed or decomposed), punctuation and usual abbreviations do not matter.
A name means a municipality within its subdivision: five of Mexico's are called Juárez. What may
mean several places is never guessed; the candidates are named.

The zone of a place is the official one: a municipality's own where it has another clock than its
subdivision, as on Mexico's northern border.

As with all code lists nothing is read before it is needed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from shared.kernel.alike import Spellings
from shared.kernel.codes import Code, closest, codes, plain
from shared.kernel.refusals import CodeNotKnown, MayMeanSeveral, Refused

SUBDIVISIONS, MUNICIPALITIES = "subdivisions", "municipalities"
_Index = Mapping[str, tuple[str, ...]]
_ABBREVIATIONS: Mapping[str, str] = {
    "cd": "ciudad",
    "cdad": "ciudad",
    "cnel": "coronel",
    "dr": "doctor",
    "edo": "estado",
    "gral": "general",
    "ing": "ingeniero",
    "lic": "licenciado",
    "prof": "profesor",
    "pto": "puerto",
    "sta": "santa",
    "sto": "santo",
    "vla": "villa",
}
"""Words that people shorten in names. Of the Spanish dictionaries of libpostal
(github.com/openvenues/libpostal: qualifiers, personal_titles, place_names).
"""


class LookedUp(NamedTuple):
    """What a text may mean: municipalities, or those written most like it if it means none."""

    meant: tuple[str, ...]
    near: tuple[str, ...]


class Place(NamedTuple):
    """A municipality, for people and programs. zone: the name of its official time zone."""

    code: str
    es: str
    en: str
    subdivision: str
    zone: str | None


def subdivisions_meant(text: str, country: str | None = None) -> tuple[str, ...]:
    """Return the subdivisions that a text may mean.

    It is the ISO 3166-2 code (``US-KS``), its part after the country (``KS``, ``CHH``) or a name
    (``Kansas``, ``Coahuila``); of one country, the statistics office's number too (``08``, ``8``).
    """
    code = text.strip().upper()
    entry = codes(SUBDIVISIONS).get(code)
    if entry is not None and country in {None, entry.extra["country"]}:
        return (code,)
    return _subdivisions(country).get(_folded(text), ())


def municipalities_meant(text: str, subdivision: str | None = None) -> tuple[str, ...]:
    """Return the municipalities that a text may mean, of one subdivision or of all.

    It is the official code (``08037``) or a name; of one subdivision, the number within it too
    (``037``), and both with or without leading zeros, which spreadsheets lose.
    """
    if subdivision is not None and subdivision not in codes(SUBDIVISIONS):
        return ()
    return _municipalities(subdivision).get(_folded(text), ())


@lru_cache(maxsize=1_024)
def looked_up(text: str, subdivision: str | None = None) -> LookedUp:
    """Look a municipality up, in a subdivision or in all, as ``municipalities_meant`` does.

    To find what is written much like a text takes a millisecond, and more the first time: whoever
    needs only what it means asks ``municipalities_meant``.
    """
    meant = municipalities_meant(text, subdivision)
    return LookedUp(meant, () if meant else _nearest(text, subdivision))


def resolve_subdivision(text: str) -> str:
    """Return the one subdivision that a text means. Raises Refused at ``subdivision``."""
    match subdivisions_meant(text):
        case [one]:
            return one
        case []:
            near = named(closest(SUBDIVISIONS, text), SUBDIVISIONS)
            raise Refused(CodeNotKnown(field="subdivision", code_list=SUBDIVISIONS, closest=near))
        case several:
            those = named(several, SUBDIVISIONS)
            raise Refused(
                MayMeanSeveral(field="subdivision", code_list=SUBDIVISIONS, candidates=those)
            )


def municipalities_of(subdivision: str | None = None) -> Sequence[Code]:
    """Return the municipalities of a subdivision, or all."""
    every = codes(MUNICIPALITIES).values()
    return [each for each in every if subdivision in {None, each.extra["subdivision"]}]


def place(municipality: str) -> Place:
    """Tell all of a municipality. Raises KeyError if there is no such code."""
    entry = codes(MUNICIPALITIES)[municipality]
    subdivision = str(entry.extra["subdivision"])
    zone = zone_of(subdivision, entry.code)
    return Place(entry.code, entry.es, entry.en, subdivision, zone)


def named(places: Iterable[str], code_list: str = MUNICIPALITIES) -> str:
    """List places for people: each code with its name, in Spanish."""
    every = codes(code_list)
    return ", ".join(f"{code} {every[code].es}" for code in places)


def zone_of(subdivision: str, municipality: str | None = None) -> str | None:
    """Return the name of a place's official time zone; None if the lists have none for it."""
    own = codes(MUNICIPALITIES)[municipality].extra.get("zone") if municipality else None
    zone = own or codes(SUBDIVISIONS)[subdivision].extra.get("zone")
    return None if zone is None else str(zone)


def _nearest(text: str, subdivision: str | None) -> tuple[str, ...]:
    """Return at most three municipalities; none is near a number that none of them has.

    First come names of which the text is a part, then names that are a part of it, then what is
    written much like it.
    """
    written = _folded(text)
    if not written or written.isdecimal():
        return ()
    index = _municipalities(subdivision)
    near = [*_parts(written, index), *_spellings(subdivision).nearest(written)]
    return tuple(dict.fromkeys(code for spelling in near for code in index[spelling]))[:3]


def _parts(written: str, spellings: Iterable[str]) -> Sequence[str]:
    """Return the names with more words around the text, shortest first, then those within it."""
    names = [each for each in spellings if not each.isdecimal()]
    around = [each for each in names if f" {written} " in f" {each} "]
    within = [each for each in names if f" {each} " in f" {written} "]
    return [*sorted(around, key=len), *sorted(within, key=len, reverse=True)]


@cache
def _subdivisions(country: str | None) -> _Index:
    return _index(
        (entry.code, {entry.code.partition("-")[2], *_names(entry), *_number(entry, country)})
        for entry in codes(SUBDIVISIONS).values()
        if country in {None, entry.extra["country"]}
    )


@lru_cache(maxsize=128)
def _municipalities(subdivision: str | None) -> _Index:
    return _index(
        (entry.code, {entry.code, *_names(entry), *_numbers_within(entry, subdivision)})
        for entry in municipalities_of(subdivision)
    )


@lru_cache(maxsize=128)
def _spellings(subdivision: str | None) -> Spellings:
    return Spellings(_municipalities(subdivision))


def _index(spellings: Iterable[tuple[str, Iterable[str]]]) -> _Index:
    meant: dict[str, list[str]] = defaultdict(list)
    for code, written in spellings:
        for each in {_folded(one) for one in written}:
            meant[each].append(code)
    return {each: tuple(found) for each, found in meant.items()}


def _names(entry: Code) -> Iterator[str]:
    yield from (entry.es, entry.en)
    also = entry.extra.get("also", ())
    yield from also if isinstance(also, list) else ()


def _number(subdivision: Code, country: str | None) -> Iterator[str]:
    """Yield the number of a subdivision: among those of one country it is unique."""
    number = subdivision.extra.get("number")
    if country is not None and isinstance(number, str):
        yield from (number, number.lstrip("0"))


def _numbers_within(municipality: Code, subdivision: str | None) -> Iterator[str]:
    """Yield the code without leading zeros, and the number within the subdivision."""
    if subdivision is not None:
        within = municipality.code[2:]  # after the subdivision's number
        yield from (municipality.code.lstrip("0"), within, within.lstrip("0"))


def _folded(text: str) -> str:
    words = re.findall(r"\w+", plain(text))
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)
