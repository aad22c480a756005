"""A life with a mistake in its table, to be planted where the true one stands."""

from collections.abc import Iterable
from typing import Any

from shared.kernel.decider import Command
from shared.kernel.life import Life, Transition
from shared.kernel.value import replace


def with_row(life: Life[Any], command: type[Command], **changed: Any) -> Life[Any]:
    """Build the same life from a table whose row of this command is another."""
    table = {id(row.transition): row.transition for row in life.rows}.values()
    return _built(
        life, (replace(row, **changed) if row.command is command else row for row in table)
    )


def _built(life: Life[Any], table: Iterable[Transition]) -> Life[Any]:
    return Life(
        tuple(table),
        start=life.start,
        commands=life.commands,
        facts=life.facts,
        statuses=life.statuses,
        status_list=life.status_list,
        refusals=life._refusals,
    )
