"""A directory of some size in HSDS: how long it takes to come in."""

import json
import random
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.bench.embedded_mode import canaliza
from tests.bench.figures import Measured, Unusable, median
from tests.bench.stage import Stage, progress

ORGANIZATIONS, SERVICES = 1_000, 4
"""How many there are, and the services of each."""
_PLACES = (("Juárez", "Chihuahua"), ("Guadalajara", "Jalisco"), ("Tijuana", "Baja California"))
_WORDS = "Orientación y acompañamiento a personas trabajadoras migrantes, con cita o sin ella. " * 4


def measure(stage: Stage) -> Measured:
    """``canaliza directory import`` into a new data folder each time, until it is reported."""
    organizations = stage.effort.count(ORGANIZATIONS)
    file, rounds = stage.folder / "directory.json", stage.effort.rounds
    write(file, organizations)
    taken = []
    for number in range(1, rounds + 1):
        words = ["directory", "import", str(file), "--json", "--overwrite"]
        words += ["--data", str(stage.folder / f"directory-{number}")]
        report = json.loads(canaliza(words, stage.folder))
        services = report["services"]["new"]
        if services != organizations * SERVICES or not report["reported"]:
            raise Unusable(f"of {organizations * SERVICES} services {services} came in")
        taken.append(report["seconds"])
        progress(f"directory: round {number} of {rounds}: {taken[-1]:.1f} s")
    return {"hsds_import_s": median(taken)}


def write(file: Path, organizations: int) -> None:
    """Write a directory of so many organisations, the same one each time."""
    drawn = random.Random(5)  # noqa: S311 - made-up records
    made = [_organization(drawn, number) for number in range(organizations)]
    file.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


def _organization(drawn: random.Random, number: int) -> dict[str, Any]:
    city, state = drawn.choice(_PLACES)
    address = {
        "id": _id(drawn),
        "address_1": f"Avenida {number}",
        "city": city,
        "country": "MX",
        "state_province": state,
        "postal_code": "00000",
        "address_type": "physical",
    }
    location = {"id": _id(drawn), "location_type": "physical", "addresses": [address]}
    return {
        "id": _id(drawn),
        "name": f"Organización de ejemplo {number} de {city}",
        "description": _WORDS,
        "website": "https://example.org",
        "locations": [{**location, "latitude": 25.5, "longitude": -106.1}],
        "contacts": [{"id": _id(drawn), "name": "Persona Ejemplo", "title": "Recepción"}],
        "phones": [{"id": _id(drawn), "number": "000 000 0000", "type": "voice"}],
        "services": [_service(drawn, number, which) for which in range(SERVICES)],
    }


def _service(drawn: random.Random, number: int, which: int) -> dict[str, Any]:
    unit = {"id": _id(drawn), "name": "Bed"}
    free = drawn.randrange(10)
    schedule = {"freq": "WEEKLY", "byday": "MO,WE", "opens_at": "09:00", "closes_at": "17:00"}
    return {
        "id": _id(drawn),
        "name": f"Servicio {which} de {number}",
        "description": _WORDS,
        "status": "active",
        "application_process": _WORDS,
        "minimum_age": drawn.choice((0, 12, 18)),
        "assured_date": "2026-01-15",
        "languages": [{"id": _id(drawn), "code": drawn.choice(("es", "en", "ht"))}],
        "schedules": [{"id": _id(drawn), **schedule}],
        "cost_options": [{"id": _id(drawn), "amount": 0}],
        "required_documents": [{"id": _id(drawn), "document": "Identificación"}],
        "capacities": [
            {"id": _id(drawn), "available": free, "updated": "2026-02-01T00:00:00Z", "unit": unit}
        ],
    }


def _id(drawn: random.Random) -> str:
    return str(UUID(int=drawn.getrandbits(128), version=4))
