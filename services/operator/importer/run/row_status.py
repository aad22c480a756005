"""How far rows have come, by earlier runs and everybody else: looked up for many at once."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import Enum
from itertools import chain
from uuid import UUID

from services.intake.changes import CaseEnteredInError
from services.operator.importer.run.case_record import records_of
from services.operator.importer.run.decided_commands import RuleRefuses
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.updated_case import Contested, UpdateCommands, updated
from shared.kernel.refusals import Refusal
from shared.service.command_client import carried_out, existing
from shared.service.service import Service


class Reached(Enum):
    """How far a row has come."""

    NEW = "nothing of it is recorded"
    BEGUN = "its first command was carried out, another was not"
    DONE = "its case is recorded with its values"
    DIFFERENT = "its case is recorded with other values"
    VOIDED = "its case was entered in error"


RowStatus = Reached | UpdateCommands | Contested | Refusal
"""How far a row has come; or, of an update, what brings its case up to date, or why nothing."""


def row_statuses(
    rows: Sequence[RowCommands],
    services: Mapping[str, Service],
    deciding: Deciding,
    now: datetime,
    *,
    update: bool,
) -> Iterator[tuple[RowCommands, RowStatus]]:
    """Yield each row with its status: a few queries for each service, however many rows.

    update: look also into the cases whose rows an earlier run has imported whole.
    """
    reached = dict(zip(rows, _by_commands(rows, services), strict=True))
    old = [row for row, how_far in reached.items() if how_far is not Reached.NEW]
    voided = services["intake"].log.facts_of([row.case_id for row in old], CaseEnteredInError)
    for row in old:
        if voided[row.case_id]:
            reached[row] = Reached.VOIDED
    # What differs may only be written otherwise: 2.50 in a CSV is 2.5 in a spreadsheet.
    looked_into = {Reached.DIFFERENT, Reached.DONE} if update else {Reached.DIFFERENT}
    known = [row for row in old if reached[row] in looked_into]
    records = records_of(services, [row.case_id for row in known])
    status: RowStatus
    for row, how_far in reached.items():
        record = records.get(row.case_id)
        if record is None:
            yield row, how_far
            continue
        try:
            status = updated(row, record, deciding, now) or Reached.DONE
        except RuleRefuses as error:
            status = error.refusal
        yield row, status if update or status is Reached.DONE else how_far


def _by_commands(rows: Sequence[RowCommands], services: Mapping[str, Service]) -> Iterator[Reached]:
    """Tell how far each row has come, by which of its commands were carried out."""
    last = carried_out(services, (row.last for row in rows))
    # Where the last one was carried out, one before it may have been refused all the same.
    asked = (row.all if row.last.id in last else [row.first] for row in rows)
    done = carried_out(services, chain.from_iterable(asked))
    unknown = [row.case_id for row in rows if row.first.id not in done]
    cases = existing(services["intake"], unknown)
    return (_of_one(row, done, cases) for row in rows)


def _of_one(row: RowCommands, done: AbstractSet[UUID], cases: AbstractSet[UUID]) -> Reached:
    if all(keyed.id in done for keyed in row.all):
        return Reached.DONE
    if row.first.id in done:
        return Reached.BEGUN
    return Reached.DIFFERENT if row.case_id in cases else Reached.NEW
