"""``canaliza access``: the operator reads the access log."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from services.operator.cli.language import example, say
from services.operator.cli.output import (
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from shared.kernel.text import Text

_SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the command, in the language in use."""

    @app.command(
        "access",
        help=say(
            Text(
                "Lee el registro de accesos: quién vio un caso, a quién se le negó, quién hizo o"
                " revocó tokens; lo último primero.",
                "Reads the access log: who read a case, who was refused, who made or revoked"
                " tokens; latest first.",
            )
        ),
        epilog=example("canaliza access --institution cedh-chihuahua", "canaliza access --json"),
    )
    def access(
        case: Annotated[
            UUID | None, typer.Option(help=say(Text("Solo de este caso.", "Of this case alone.")))
        ] = None,
        institution: Annotated[
            str | None,
            typer.Option(
                help=say(Text("Solo lo que pidió esta institución.", "What this one asked alone."))
            ),
        ] = None,
        limit: Annotated[
            int, typer.Option(min=1, help=say(Text("Cuántos a lo más.", "How many at the most.")))
        ] = _SHOWN,
        before: Annotated[
            int | None,
            typer.Option(
                help=say(Text("Los anteriores a este número.", "Those before this number."))
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _list(case, institution, limit, before, data, as_json=as_json)


def _list(
    case: UUID | None,
    institution: str | None,
    limit: int,
    before: int | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    from dataclasses import asdict

    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.reporting.access import accesses_seen

    with (
        operators_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        rows = accesses_seen(
            reporting.log, None, limit, before, case_id=case, institution=institution
        )
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    if not rows:
        print_line(say(Text("Nada de eso está anotado.", "Nothing of that is written down.")))
        return
    columns = say(
        Text(
            "n cuándo ruta resultado persona institución fin caso canalización token documento"
            " veces",
            "n when route outcome subject institution purpose case referral token document times",
        )
    )
    print_table(columns.split(), [(row.number, *asdict(row.line()).values()) for row in rows])
