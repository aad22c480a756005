"""What no service would accept of a row's values, whatever it has recorded.

A row's commands are decided by the services' writers, one service after the other, and nowhere
else. A value that only a later service would refuse is refused here, before the first command is
sent, so that no row is imported by half. The rules are the services' own.
"""

from datetime import datetime

from services.followup.amounts import amount_not_usable
from services.operator.importer.run.row_commands import RowCommands
from shared.kernel.refusals import InTheFuture, Refusal
from shared.kernel.times import CLOCKS_MAY_DIFFER


def unusable_value(row: RowCommands, now: datetime) -> Refusal | None:
    """Return why a later command would be refused, or None if none would."""
    latest = max(keyed.command.at for keyed in row.all)
    if latest > now + CLOCKS_MAY_DIFFER:
        return InTheFuture(field="happened_at", at=latest.isoformat())
    works = (row.case.work, *(step.handover.work for step in row.steps))
    outcomes = (outcome for work in works for outcome in work.outcomes)
    refusals = (amount_not_usable(o.outcome, o.amount, o.currency) for o in outcomes)
    return next((refusal for refusal in refusals if refusal), None)
