"""Places as people write them: subdivisions and municipalities, by code, number or name.

Case, blanks, accents (composed or decomposed) and punctuation do not matter. A name means a
municipality within its subdivision: five of Mexico's are called Juárez. What may mean several
places is never guessed; the candidates are named.

The zone of a place is the official one: a municipality's own where it has another clock than its
subdivision, as on Mexico's northern border.

As with all code lists nothing is read before it is needed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from shared.kernel.codes import AmbiguousCode, Code, UnknownCode, closest_of, codes, plain

SUBDIVISIONS, MUNICIPALITIES = "subdivisions", "municipalities"
_Index = Mapping[str, tuple[str, ...]]


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


def resolve_subdivision(text: str) -> str:
    """Return the one subdivision that a text means. Raises AmbiguousCode, UnknownCode."""
    return _only(SUBDIVISIONS, text, subdivisions_meant(text), codes(SUBDIVISIONS).values())


def resolve_municipality(text: str, subdivision: str | None = None) -> str:
    """Return the one municipality that a text means. Raises AmbiguousCode, UnknownCode."""
    meant = municipalities_meant(text, subdivision)
    return _only(MUNICIPALITIES, text, meant, municipalities_of(subdivision))


def municipalities_of(subdivision: str | None = None) -> Sequence[Code]:
    """Return the municipalities of a subdivision, or all."""
    every = codes(MUNICIPALITIES).values()
    return [each for each in every if subdivision in {None, each.extra["subdivision"]}]


def nearest_municipalities(text: str, subdivision: str | None = None) -> list[str]:
    """Return at most three municipalities that are written much like the text, nearest first."""
    return closest_of(municipalities_of(subdivision), text)


def named(municipalities: Iterable[str]) -> str:
    """List municipalities for people: each code with its name."""
    every = codes(MUNICIPALITIES)
    return ", ".join(f"{code} {every[code].es}" for code in municipalities)


def zone_of(subdivision: str, municipality: str | None = None) -> str | None:
    """Return the name of a place's official time zone; None if the lists have none for it."""
    own = codes(MUNICIPALITIES)[municipality].extra.get("zone") if municipality else None
    zone = own or codes(SUBDIVISIONS)[subdivision].extra.get("zone")
    return None if zone is None else str(zone)


def _only(list_name: str, text: str, meant: Sequence[str], among: Iterable[Code]) -> str:
    match meant:
        case [one]:
            return one
        case []:
            raise UnknownCode(list_name, text, closest_of(among, text))
        case _:
            raise AmbiguousCode(list_name, text, meant)


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
    return " ".join(re.findall(r"\w+", plain(text)))
