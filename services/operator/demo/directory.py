"""The directory of the demonstration: what comes with the programme for its states.

Made-up cases stand only with institutions whose names say so (``institutions``); of those the files
bring the services and what was arranged, under the names that they have here.
"""

import json
from collections.abc import Iterator
from typing import Any

from services.operator.demo.institutions import (
    FIRST_DAY,
    INSTITUTIONS,
    LAST_DAY,
    PROGRAMME,
    SUBJECT,
)
from services.operator.programmes.arrangements import Arrangements, read
from services.operator.programmes.files import directory_of
from services.referral import directory
from shared.kernel.decider import Actor
from shared.kernel.ids import InstallationSecret
from shared.kernel.roles import OPERATOR
from shared.service.command_client import KeyedCommand

_BY = Actor("operator", OPERATOR, SUBJECT)


def arranged(secret: InstallationSecret) -> list[KeyedCommand]:
    """Return the commands that follow the import: who can be reached, and what was arranged."""
    reached = [_reached(code, secret) for code in _others()]
    said = [one for file in arrangements() for one in file.commands(_BY, FIRST_DAY, secret)]
    return [*reached, *said]


def arrangements() -> Iterator[Arrangements]:
    """Read the files of the programme, the norms first."""
    paths = sorted(directory_of(PROGRAMME).glob("*.yaml"), key=lambda path: path.stem != "norms")
    yield from map(read, paths)


def as_demonstrated(organization: dict[str, Any]) -> dict[str, Any]:
    """Return an organisation's record, with the name that it has in the demonstration if any."""
    for code in _codes(organization):
        if code in INSTITUTIONS:
            return {**organization, "name": INSTITUTIONS[code][0]}
    return organization


def organizations() -> dict[str, list[dict[str, Any]]]:
    """Return the organisations of each file, with their services, as the demonstration has them."""
    return {
        path.stem: [as_demonstrated(one) for one in json.loads(path.read_bytes())]
        for path in sorted(directory_of(PROGRAMME).glob("*.json"))
    }


def _others() -> list[str]:
    """Return the institutions of the files that are not registered with the stories."""
    return [
        code
        for records in organizations().values()
        for record in records
        for code in _codes(record)
        if code not in INSTITUTIONS
    ]


def _codes(record: dict[str, Any]) -> Iterator[str]:
    for one in record.get("organization_identifiers", ()):
        if one.get("identifier_scheme") == "canaliza":
            yield str(one["identifier"])


def _reached(code: str, secret: InstallationSecret) -> KeyedCommand:
    command = directory.MakeReachable(by=_BY, at=FIRST_DAY, until=LAST_DAY)
    key, stream = f"demo-{code}-reachable", directory.stream_of(code)
    return KeyedCommand("referral", directory.DECIDER, stream, command, code, key, secret)
