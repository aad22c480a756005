"""The directory of the demonstration: what comes with the programme for its states.

Made-up cases stand only with institutions whose names say so (``institutions``); of those the files
bring the services and what was arranged, under the names that they have here.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from services.operator.demo.institutions import (
    FIRST_DAY,
    INSTITUTIONS,
    LAST_DAY,
    PROGRAMME,
    SUBJECT,
)
from services.operator.programmes.arrangements import Arrangements, read
from services.operator.programmes.files import directory_of
from services.referral import directory, service_commands, service_decisions
from services.referral.exchange.importing import DirectoryImport, Home
from services.referral.exchange.planning import Importer, Outcome
from shared.hsds.packages import read_bytes
from shared.kernel.decider import Actor, Command
from shared.kernel.ids import InstallationSecret
from shared.kernel.record import Source
from shared.kernel.roles import OPERATOR
from shared.service.command_client import KeyedCommand
from shared.service.service import Service

_BY = Actor("operator", OPERATOR, SUBJECT)
_LEGAL_BASIS = "public-source"
_OURS = "canaliza"
_LEFT = 5
"""Of so many services one is left as its file has it: so the list of stale entries is not empty."""


class FilesNotWell(RuntimeError):
    """A file of the programme says what the directory does not take; the message names it."""


def bring_in(referral: Service) -> None:
    """Import the institutions and services of the files; what is there already adds nothing."""
    home = Home(referral.secret, referral.log, referral.documents)
    for name, records in organizations().items():
        content = json.dumps(records).encode()
        source = Source(f"demo-{name}", _LEGAL_BASIS, sha256(content).hexdigest())
        run = DirectoryImport(home, Importer(by=_BY, at=FIRST_DAY, source=source))
        for _ in run.carry(read_bytes(content).organizations):
            pass
        imported = run.imported
        if imported.institutions[Outcome.REJECTED] or imported.services[Outcome.REJECTED]:
            raise FilesNotWell(f"{name}: {imported.problems[0]}")


def arranged(secret: InstallationSecret) -> list[KeyedCommand]:
    """Return the commands that follow the import: who can be reached, and what was arranged."""
    reached = [_reached(code, secret) for code in _others()]
    said = [one for file in arrangements() for one in file.commands(_BY, FIRST_DAY, secret)]
    return [*reached, *said]


def refreshed(secret: InstallationSecret, at: datetime) -> list[KeyedCommand]:
    """Return the commands by which most services are vouched for, with their room, at a moment."""
    services = [
        one
        for records in organizations().values()
        for record in records
        for one in record["services"]
    ]
    return [
        keyed
        for n, service in enumerate(services)
        if n % _LEFT
        for keyed in _refreshed(service, secret, at)
    ]


def arrangements() -> Iterator[Arrangements]:
    """Read the files of the programme, the norms first."""
    paths = sorted(directory_of(PROGRAMME).glob("*.yaml"), key=lambda path: path.stem != "norms")
    yield from map(read, paths)


def organizations() -> dict[str, list[dict[str, Any]]]:
    """Return the organisations of each file, with their services, as the demonstration has them."""
    return {
        path.stem: [as_demonstrated(one) for one in json.loads(path.read_bytes())]
        for path in sorted(directory_of(PROGRAMME).glob("*.json"))
    }


def as_demonstrated(organization: dict[str, Any]) -> dict[str, Any]:
    """Return an organisation's record, with the name that it has in the demonstration if any."""
    for code in _codes(organization):
        if code in INSTITUTIONS:
            return {**organization, "name": INSTITUTIONS[code][0]}
    return organization


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
        if one.get("identifier_scheme") == _OURS:
            yield str(one["identifier"])


def _reached(code: str, secret: InstallationSecret) -> KeyedCommand:
    command = directory.MakeReachable(by=_BY, at=FIRST_DAY, until=LAST_DAY)
    key, stream = f"demo-{code}-reachable", directory.stream_of(code)
    return KeyedCommand("referral", directory.DECIDER, stream, command, code, key, secret)


def _refreshed(
    service: dict[str, Any], secret: InstallationSecret, at: datetime
) -> Iterator[KeyedCommand]:
    about, (room, *_) = str(service["id"]), service["capacities"]
    said = next(one["taxonomy_term"]["code"] for one in room["attributes"] if _is_capacity(one))
    assured = service_commands.AssureService(by=_BY, at=at, assured_on=at.date())
    counted = len(room["attributes"]) == 1
    stated = service_commands.StateCapacity(
        by=_BY,
        at=at,
        capacity=said,
        unit=room["unit"]["identifier"],
        places_free=room["available"] if counted else None,
    )
    commands: tuple[Command, ...] = (assured, stated)
    for command in commands:
        key = f"demo-{about}-{type(command).__name__}"
        stream, decider = service_decisions.stream_of(UUID(about)), service_decisions.DECIDER
        yield KeyedCommand("referral", decider, stream, command, about, key, secret)


def _is_capacity(attribute: dict[str, Any]) -> bool:
    return str(attribute["taxonomy_term"]["taxonomy"]) == f"{_OURS}/capacity"
