"""Trials of rows without an installation."""

from datetime import datetime

from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.trial import Trial
from shared.kernel.refusals import Refusal


def trial_with(row: RowCommands, now: datetime) -> Trial:
    """A trial where a row's institutions are in the directory."""
    deciding = Deciding({})
    for one in row.case.institutions:
        assert deciding.enter(row.directory_entry(one)) is None
    return Trial(deciding, now)


def refusal_of(row: RowCommands, now: datetime) -> Refusal | None:
    """What the services would refuse of a row, where its institutions are in the directory."""
    return trial_with(row, now).refusal(row)
