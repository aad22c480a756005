"""Carrying out a command of referral's on the installation's own command line."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.operator.cli.language import say
from services.operator.cli.output import print_json, print_line
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.kernel.decider import Command, Decider

_UNCHANGED = Text("ya lo estaba", "it was so already")


def carry_out(
    decider: "Decider[Any]",
    stream_of: "Callable[[str], UUID]",
    code: str,
    command: "Command",
    done: Text,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    """Carry out a command about what has this code, and say what came of it.

    Raises UserError with the refusal; its exit code is 2 where the command must be corrected.
    """
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from shared.kernel.ids import new_id
    from shared.kernel.refusals import Invalid, Refusal
    from shared.service.command_client import KeyedCommand, submit

    with (
        operators_installation(data) as installation,
        connected(installation, "referral") as (referral,),
    ):
        stream, key = stream_of(code), f"cli-{new_id()}"
        keyed = KeyedCommand("referral", decider, stream, command, code, key, referral.secret)
        answer = submit({"referral": referral}, keyed).result()
    if isinstance(answer, Refusal):
        raise UserError(answer.full_text, 2 if isinstance(answer, Invalid) else 1)
    if as_json:
        print_json({"code": code, "facts": list(answer.names)})
    else:
        print_line(f"{code}: {say(done if answer.names else _UNCHANGED)}.")
