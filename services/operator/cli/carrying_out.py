"""Carrying out a command of referral's on the installation's own command line."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.operator.cli.language import say
from services.operator.cli.output import print_json, print_line
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.eventstore.writer import Answer
    from shared.kernel.decider import Command, Decider
    from shared.service.service import Service

_UNCHANGED = Text("ya lo estaba", "it was so already")


@contextmanager
def referral_of(data: Path | None, *, must_exist: bool = False) -> "Iterator[Service]":
    """Open the installation's referral for the operator.

    must_exist: raise NoInstallation instead of making one; for whoever reads.
    """
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected

    with (
        operators_installation(data, must_exist=must_exist) as installation,
        connected(installation, "referral") as (referral,),
    ):
        yield referral


def answer_of(
    referral: "Service", decider: "Decider[Any]", stream: UUID, about: str, command: "Command"
) -> "Answer":
    """Have referral decide a command, under a key of its own."""
    from shared.kernel.ids import new_id
    from shared.service.command_client import KeyedCommand, submit

    key = f"cli-{new_id()}"
    keyed = KeyedCommand(referral.name, decider, stream, command, about, key, referral.secret)
    return submit({referral.name: referral}, keyed).result()


def submitted(
    decider: "Decider[Any]", stream: UUID, command: "Command", about: str, data: Path | None
) -> tuple[str, ...]:
    """Have a command carried out; return the new facts' names. Raises UserError (1)."""
    from shared.kernel.refusals import Refusal

    with referral_of(data) as referral:
        answer = answer_of(referral, decider, stream, about, command)
    if isinstance(answer, Refusal):
        raise UserError(answer.full_text)
    return answer.names


def told(field: str, about: str, names: tuple[str, ...], done: Text, *, as_json: bool) -> None:
    """Say what came of a command. names: of the new facts; none: it was so already."""
    if as_json:
        print_json({field: about, "facts": list(names)})
    else:
        print_line(f"{about}: {say(done if names else _UNCHANGED)}.")


def carry_out(
    decider: "Decider[Any]",
    stream_of: "Callable[[str], UUID]",
    code: str,
    command: "Command",
    done: Text,
    data: Path | None,
    *,
    as_json: bool,
    field: str = "code",
) -> None:
    """Carry out a command about what has this code, and say what came of it.

    field: what the code is called in JSON. Raises UserError with the refusal; its exit code is 2
    where the command must be corrected.
    """
    from shared.kernel.refusals import Invalid, Refusal

    with referral_of(data) as referral:
        answer = answer_of(referral, decider, stream_of(code), code, command)
    if isinstance(answer, Refusal):
        raise UserError(answer.full_text, 2 if isinstance(answer, Invalid) else 1)
    told(field, code, answer.names, done, as_json=as_json)
