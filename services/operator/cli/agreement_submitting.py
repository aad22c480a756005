"""What the commands about agreements share: their options, and how they are carried out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from services.operator.cli.language import say
from services.operator.cli.output import print_json, print_line
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.kernel.decider import Command
    from shared.service.service import Service

EXAMPLE = "2f1c0a52-7f0e-4e0a-9d0c-000000000001"
"""An agreement's id, for examples."""
_DONE = Text("queda registrado", "is on record")
_UNCHANGED = Text("ya lo estaba", "it was so already")


def of_agreement() -> Any:
    return typer.Argument(
        metavar="ID", help=say(Text("El id del convenio.", "The agreement's id."))
    )


@contextmanager
def referral_of(data: Path | None) -> "Iterator[Service]":
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected

    with (
        operators_installation(data) as installation,
        connected(installation, "referral") as (referral,),
    ):
        yield referral


def submitted(
    decider: Any, stream: UUID, command: "Command", about: str, data: Path | None
) -> tuple[str, ...]:
    """Have a command carried out; return the new facts' names. Raises UserError."""
    from shared.kernel.ids import new_id
    from shared.kernel.refusals import Refusal
    from shared.service.command_client import KeyedCommand, submit

    with referral_of(data) as referral:
        key = f"cli-{new_id()}"
        keyed = KeyedCommand("referral", decider, stream, command, about, key, referral.secret)
        answer = submit({"referral": referral}, keyed).result()
    if isinstance(answer, Refusal):
        raise UserError(answer.full_text)
    return answer.names


def carry_out(agreement: UUID, command: "Command", data: Path | None, *, as_json: bool) -> None:
    from services.referral import agreements

    stream = agreements.stream_of(agreement)
    names = submitted(agreements.DECIDER, stream, command, str(agreement), data)
    told("agreement_id", str(agreement), names, as_json=as_json)


def told(field: str, about: str, names: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({field: about, "facts": list(names)})
    else:
        print_line(f"{about}: {say(_DONE if names else _UNCHANGED)}.")
