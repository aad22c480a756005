"""What the commands about agreements share: their options, and how they are carried out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from services.operator.cli.carrying_out import submitted, told
from services.operator.cli.language import say
from shared.kernel.text import Text

if TYPE_CHECKING:
    from shared.kernel.decider import Command

EXAMPLE = "2f1c0a52-7f0e-4e0a-9d0c-000000000001"
"""An agreement's id, for examples."""
DONE = Text("queda registrado", "is on record")


def of_agreement() -> Any:
    return typer.Argument(
        metavar="ID", help=say(Text("El id del convenio.", "The agreement's id."))
    )


def carry_out(agreement: UUID, command: "Command", data: Path | None, *, as_json: bool) -> None:
    from services.referral import agreements

    stream = agreements.stream_of(agreement)
    names = submitted(agreements.DECIDER, stream, command, str(agreement), data)
    told("agreement_id", str(agreement), names, DONE, as_json=as_json)
