"""What the commands about consents share: their options, and how they are carried out."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from services.operator.cli.coded_options import coded
from services.operator.cli.language import say
from services.operator.cli.output import print_json, print_line
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.intake.consent.states import Recorded
    from shared.kernel.decider import Actor, Command
    from shared.service.service import Service

EXAMPLE = "2f1c0a52-7f0e-4e0a-9d0c-000000000001"
_UNCHANGED = Text("ya lo estaba", "it was so already")
_NONE = Text(
    "No hay tal consentimiento. Búsquelo en el caso, con «canaliza history».",
    "There is no such consent. Look for it in the case, with “canaliza history”.",
)


def which() -> Any:
    text = Text("Id del consentimiento.", "The consent's id.")
    return typer.Argument(metavar="ID", help=say(text))


def several(text: Text, name: str, list_name: str | None = None) -> Any:
    return coded(list_name, text, name) if list_name else typer.Option(name, help=say(text))


@contextmanager
def intake_of(data: Path | None, *, must_exist: bool = False) -> "Iterator[Service]":
    """Open the installation's intake for the operator."""
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected

    with (
        operators_installation(data, must_exist=must_exist) as installation,
        connected(installation, "intake") as (intake,),
    ):
        yield intake


def held_of(intake: "Service", consent: UUID) -> "Recorded":
    """Return a consent as it stands. Raises UserError (1) if there is none."""
    from services.intake.consent import decisions, facts
    from services.intake.consent.states import Recorded

    held = intake.log.read(decisions.DECIDER, facts.stream_of(consent)).state
    if not isinstance(held, Recorded):
        raise UserError(_NONE, 1)
    return held


def acting_for(institution: str) -> "Actor":
    """Return who acts for an institution on the command line."""
    from shared.kernel.decider import Actor
    from shared.kernel.roles import CASEWORKER

    return Actor(institution, CASEWORKER, "cli")


def carried_out(
    intake: "Service", consent: UUID, case_id: UUID, command: "Command"
) -> tuple[str, ...]:
    """Return the new facts' names. Raises UserError with the refusal; 2: correct the command."""
    from services.intake.consent import decisions, facts
    from services.operator.cli.carrying_out import answer_of
    from shared.kernel.refusals import Invalid, Refusal

    stream = facts.stream_of(consent)
    answer = answer_of(intake, decisions.DECIDER, stream, str(case_id), command)
    if isinstance(answer, Refusal):
        raise UserError(answer.full_text, 2 if isinstance(answer, Invalid) else 1)
    return answer.names


def told(consent: UUID, names: tuple[str, ...], done: Text, *, as_json: bool) -> None:
    if as_json:
        print_json({"consent_id": str(consent), "facts": list(names)})
    else:
        print_line(f"{consent}: {say(done if names else _UNCHANGED)}.")
