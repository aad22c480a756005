"""What earlier runs, and everybody else, have left to do for rows: many at once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from services.intake.changes import CaseEnteredInError
from services.operator.importer.run.case_record import records_of
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_status import RowStatus, row_statuses
from services.operator.importer.run.thought_through import RuleRefuses
from services.operator.importer.run.update import Contested, UpdateCommands, updated
from shared.kernel.refusals import Refusal
from shared.service.service import Service

Left = RowStatus | UpdateCommands | Contested | Refusal
"""How far a row has come; or what brings its case up to date, or why nothing does."""


def what_is_left(
    rows: Sequence[RowCommands],
    services: Mapping[str, Service],
    deciding: Deciding,
    now: datetime,
    *,
    update: bool,
) -> Iterator[tuple[RowCommands, Left]]:
    """Tell of each row what is left. update: look into the cases that are there, too."""
    statuses = dict(zip(rows, row_statuses(services, rows), strict=True))
    old = [row for row, status in statuses.items() if status is not RowStatus.NEW]
    voided = services["intake"].log.facts_of([row.case_id for row in old], CaseEnteredInError)
    for row in old:
        if voided[row.case_id]:
            statuses[row] = RowStatus.VOIDED
    # What differs may only be written otherwise: 2.50 in a CSV is 2.5 in a spreadsheet.
    looked_into = {RowStatus.DIFFERENT, RowStatus.DONE} if update else {RowStatus.DIFFERENT}
    known = [row for row in old if statuses[row] in looked_into]
    records = records_of(services, [row.case_id for row in known])
    left: Left
    for row, status in statuses.items():
        record = records.get(row.case_id)
        if record is None:
            yield row, status
            continue
        try:
            left = updated(row, record, deciding, now) or RowStatus.DONE
        except RuleRefuses as error:
            left = error.refusal
        yield row, left if update or left is RowStatus.DONE else status
