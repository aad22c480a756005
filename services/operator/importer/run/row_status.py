"""How far rows have come already, queried for many at once."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from itertools import chain
from uuid import UUID

from services.operator.importer.run.row_commands import RowCommands
from shared.service.command_client import carried_out, existing
from shared.service.service import Service


class RowStatus(Enum):
    """How far an earlier run has brought a row."""

    NEW = "nothing of it is recorded"
    BEGUN = "its first command was carried out, another was not"
    DONE = "all its commands were carried out"
    DIFFERENT = "its case is recorded with other values"
    VOIDED = "its case was entered in error"


def row_statuses(services: Mapping[str, Service], rows: Sequence[RowCommands]) -> list[RowStatus]:
    """Return how far each row has come: a query or two for each service, however many rows."""
    last = carried_out(services, (row.last for row in rows))
    # Where the last one was carried out, one before it may have been refused all the same.
    asked = (row.all if row.last.id in last else [row.first] for row in rows)
    done = carried_out(services, chain.from_iterable(asked))
    unknown = [row.case_id for row in rows if row.first.id not in done]
    cases = existing(services["intake"], unknown)
    return [_status(row, done, cases) for row in rows]


def _status(row: RowCommands, done: AbstractSet[UUID], cases: AbstractSet[UUID]) -> RowStatus:
    if all(keyed.id in done for keyed in row.all):
        return RowStatus.DONE
    if row.first.id in done:
        return RowStatus.BEGUN
    return RowStatus.DIFFERENT if row.case_id in cases else RowStatus.NEW
