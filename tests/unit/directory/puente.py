"""A shelter with two services, as another directory has it."""

from typing import Any
from uuid import UUID

SERVICE = UUID("00000000-0000-4000-8000-0000000000f1")
PUENTE: dict[str, Any] = {
    "id": "00000000-0000-4000-8000-0000000000e1",
    "name": "Casa del Puente",
    "description": "Albergue temporal en Ciudad Juárez",
    "locations": [
        {
            "id": "l1",
            "location_type": "physical",
            "addresses": [
                {
                    "id": "a1",
                    "address_1": "Calle 1",
                    "city": "Juárez",
                    "state_province": "Chihuahua",
                    "postal_code": "32000",
                    "country": "MX",
                    "address_type": "physical",
                }
            ],
        }
    ],
    "attributes": [
        {"id": "t1", "taxonomy_term": {"id": "t2", "name": "Albergue", "taxonomy": "local"}}
    ],
    "services": [
        {
            "id": str(SERVICE),
            "name": "Hospedaje",
            "status": "active",
            "minimum_age": 18,
            "assured_date": "2026-03-01",
            "languages": [
                {"id": "g1", "code": "es", "note": "siempre"},
                {"id": "g2", "code": "xx"},
            ],
            "schedules": [
                {
                    "id": "h1",
                    "freq": "WEEKLY",
                    "interval": 1,
                    "byday": "MO,TU",
                    "opens_at": "9:00",
                    "closes_at": "18:00:00Z",
                },
                {"id": "h2", "description": "llamar antes"},
            ],
            "cost_options": [{"id": "k1", "amount": 0}],
            "capacities": [
                {
                    "id": "c1",
                    "available": 4,
                    "maximum": 20,
                    "updated": "2026-04-01T10:00:00.000Z",
                    "unit": {"id": "u1", "name": "Bed"},
                }
            ],
        },
        {"id": "s2", "name": "Comedor", "status": "temporarily closed"},
    ],
}
