"""``canaliza commission``: inter-institutional commissions, their members and their quorum."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operator.cli.carrying_out import carry_out
from services.operator.cli.coded_options import coded, day
from services.operator.cli.gatherings import (
    AT_ONCE,
    PROGRAMME,
    SINCE,
    SUBDIVISION,
    UNTIL,
    code_of,
    institution_option,
    labelled,
    name_option,
    new_group,
    pages,
    reading,
    show_rows,
)
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.reporting.gatherings import CommissionRow
    from shared.kernel.decider import Command

_COMMISSION = Text("Clave de la comisión.", "The commission's code.")


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = new_group(
        app,
        "commission",
        Text("Comisiones interinstitucionales (CIE).", "Inter-institutional commissions (CIE)."),
        "canaliza commission list --subdivision MX-CHH",
    )
    _register_commissions(group)
    _register_seats(group)


def _register_commissions(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(
            Text("Lista las comisiones y quienes votan hoy.", "Lists commissions and who votes.")
        ),
        epilog=example("canaliza commission list --json"),
    )
    def list_(
        programme: Annotated[str | None, coded("programmes", PROGRAMME)] = None,
        subdivision: Annotated[str | None, coded("subdivisions", SUBDIVISION)] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        with reading(data) as ours:
            rows = list(
                pages(
                    lambda after: ours.commissions(
                        AT_ONCE, after, programme=programme, subdivision=subdivision
                    ),
                    lambda row: row.commission,
                )
            )
        columns = Text(
            "clave nombre entidad programa secretaría quórum integran",
            "code name subdivision programme secretariat quorum members",
        )
        show_rows(rows, columns, _told, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Forma una comisión; con --again la describe de nuevo y sus miembros siguen.",
                "Forms a commission; with --again it describes it anew and its members stay.",
            )
        ),
        epilog=example(
            'canaliza commission form cie-chihuahua --name "CIE de Chihuahua" --subdivision MX-CHH '
            "--programme mx-trafficking --secretariat cedh-chihuahua --quorum majority",
            'canaliza commission form cie-jalisco --name "CIE de Jalisco" --subdivision MX-JAL '
            "--programme mx-trafficking --secretariat cedh-jalisco --quorum at-least --number 5",
        ),
    )
    def form(
        code: Annotated[str, code_of(_COMMISSION)],
        name: Annotated[str, name_option()],
        subdivision: Annotated[str, coded("subdivisions", SUBDIVISION)],
        programme: Annotated[str, coded("programmes", PROGRAMME)],
        secretariat: Annotated[
            str,
            typer.Option(help=say(Text("Clave de su secretaría.", "Its secretariat's code."))),
        ],
        quorum: Annotated[str, coded("quorum_rules", Text("Regla de quórum.", "Quorum rule."))],
        number: Annotated[
            int | None,
            typer.Option(
                min=1, help=say(Text("Con at-least: cuántas.", "With at-least: how many."))
            ),
        ] = None,
        again: Annotated[
            bool,
            typer.Option("--again", help=say(Text("Ya existe.", "There is one already."))),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral import commission
        from services.referral.quorum import Quorum
        from shared.kernel.clock import now

        said: dict[str, Any] = {
            "by": OPERATOR,
            "at": now(),
            "name": name,
            "subdivision": subdivision,
            "programme": programme,
            "secretariat": secretariat,
            "quorum": Quorum(quorum, number),
        }
        command: Command = (
            commission.ReformCommission(**said)
            if again
            else commission.FormCommission(commission=code, **said)
        )
        _carry_out(code, command, Text("formada", "formed"), data, as_json=as_json)


def _register_seats(group: typer.Typer) -> None:
    @group.command(
        help=say(Text("Integra una institución, con un voto.", "Seats an institution, one vote.")),
        epilog=example(
            "canaliza commission seat cie-chihuahua --institution albergue-juarez "
            "--since 2026-05-04"
        ),
    )
    def seat(
        code: Annotated[str, code_of(_COMMISSION)],
        institution: Annotated[str, institution_option()],
        since: Annotated[datetime, day(SINCE)],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.commission import SeatMember
        from shared.kernel.clock import now

        command = SeatMember(by=OPERATOR, at=now(), institution=institution, since=since.date())
        _carry_out(code, command, Text("integrada", "seated"), data, as_json=as_json)

    @group.command(
        help=say(Text("Retira una institución.", "Takes an institution's seat back.")),
        epilog=example(
            "canaliza commission unseat cie-chihuahua --institution albergue-juarez "
            "--until 2026-05-31"
        ),
    )
    def unseat(
        code: Annotated[str, code_of(_COMMISSION)],
        institution: Annotated[str, institution_option()],
        until: Annotated[datetime, day(UNTIL)],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.commission import UnseatMember
        from shared.kernel.clock import now

        command = UnseatMember(by=OPERATOR, at=now(), institution=institution, until=until.date())
        _carry_out(code, command, Text("retirada", "unseated"), data, as_json=as_json)


def _told(row: "CommissionRow") -> tuple[Any, ...]:
    quorum = labelled("quorum_rules", row.quorum_rule)
    return (
        row.commission,
        row.name,
        labelled("subdivisions", row.subdivision),
        labelled("programmes", row.programme),
        row.secretariat,
        quorum if row.quorum_number is None else f"{quorum} ({row.quorum_number})",
        ", ".join(row.members) or None,
    )


def _carry_out(
    code: str, command: "Command", done: Text, data: Path | None, *, as_json: bool
) -> None:
    from services.referral import commission

    carry_out(commission.DECIDER, commission.stream_of, code, command, done, data, as_json=as_json)
