"""Remakes the code lists that come from published standards.

It needs `pycountry` and `babel`, which canaliza itself does not install, so run it apart:

    pip install pycountry==26.2.16 babel==2.18.0
    python deploy/codelists/generate.py [--municipalities AGEEML.csv]

`subdivisions` and `nationalities` are always written. `municipalities` only where INEGI's own
catalogue is given: the CSV (UTF-8, columns CVE_ENT, CVE_MUN, NOM_MUN) that
https://www.inegi.org.mx/app/ageeml/ offers for download. The other lists are kept by hand.
A second run over the same inputs writes the same bytes.
"""

import argparse
import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pycountry
from babel import Locale

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

INEGI_NUMBERS = {
    "01": "MX-AGU", "02": "MX-BCN", "03": "MX-BCS", "04": "MX-CAM", "05": "MX-COA", "06": "MX-COL",
    "07": "MX-CHP", "08": "MX-CHH", "09": "MX-CMX", "10": "MX-DUR", "11": "MX-GUA", "12": "MX-GRO",
    "13": "MX-HID", "14": "MX-JAL", "15": "MX-MEX", "16": "MX-MIC", "17": "MX-MOR", "18": "MX-NAY",
    "19": "MX-NLE", "20": "MX-OAX", "21": "MX-PUE", "22": "MX-QUE", "23": "MX-ROO", "24": "MX-SLP",
    "25": "MX-SIN", "26": "MX-SON", "27": "MX-TAB", "28": "MX-TAM", "29": "MX-TLA", "30": "MX-VER",
    "31": "MX-YUC", "32": "MX-ZAC",
}  # fmt: skip
"""INEGI's number of a subdivision to its ISO 3166-2 code."""


def write(
    name: str, *, meaning: Mapping[str, str], source: str, codes: Mapping[str, Mapping[str, str]]
) -> None:
    """Write one list, one code a line, so that a change of one code is a change of one line."""
    head = {"list": name, "meaning": meaning, "source": source}
    opening = "".join(f"  {_json(key)}: {_json(value)},\n" for key, value in head.items())
    lines = ",\n".join(f"    {_json(code)}: {_json(codes[code])}" for code in sorted(codes))
    text = f'{{\n{opening}  "codes": {{\n{lines}\n  }}\n}}\n'
    (CODELISTS / f"{name}.json").write_text(text, encoding="utf-8")


def subdivisions() -> dict[str, dict[str, str]]:
    """Every first-level subdivision of the three countries, with its country."""
    found = {}
    for country in COUNTRIES:
        for subdivision in pycountry.subdivisions.get(country_code=country):
            found[subdivision.code] = {
                "es": SPANISH_NAMES.get(subdivision.code, subdivision.name),
                "en": ENGLISH_NAMES.get(subdivision.code, subdivision.name),
                "country": country,
            }
    return found


def nationalities() -> dict[str, dict[str, str]]:
    """Every country of ISO 3166-1, named after CLDR, and the two that are no country."""
    spanish, english = Locale("es", "MX").territories, Locale("en").territories
    found = {
        country.alpha_2: {"es": spanish[country.alpha_2], "en": english[country.alpha_2]}
        for country in pycountry.countries
    }
    found["stateless"] = {"es": "Apátrida", "en": "Stateless"}
    found["unknown"] = {"es": "Se desconoce", "en": "Unknown"}
    return found


def municipalities(catalogue: Path) -> dict[str, dict[str, str]]:
    """Every municipality of INEGI's catalogue, by its five digits, with its subdivision."""
    found = {}
    with catalogue.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            name = row["NOM_MUN"]
            subdivision = INEGI_NUMBERS[row["CVE_ENT"].zfill(2)]
            code = row["CVE_ENT"].zfill(2) + row["CVE_MUN"].zfill(3)
            found[code] = {"es": name, "en": name, "subdivision": subdivision}
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--municipalities", type=Path, metavar="AGEEML.csv")
    catalogue = parser.parse_args().municipalities
    write(
        "subdivisions",
        meaning={
            "es": "Estados y departamentos de México, Guatemala y Estados Unidos",
            "en": "States and departments of Mexico, Guatemala and the United States",
        },
        source="ISO 3166-2 (pycountry 26.2.16)",
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
    if catalogue:
        write(
            "municipalities",
            meaning={
                "es": "Municipios y alcaldías de México",
                "en": "Municipalities and boroughs of Mexico",
            },
            source="INEGI, Catálogo Único de Claves de Áreas Geoestadísticas (AGEEML)",
            codes=municipalities(catalogue),
        )


if __name__ == "__main__":
    main()
