"""What the operator records of joint activities on the command line."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.carrying_out import carry_out
from services.operator.cli.coded_options import coded, day
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option
from services.operator.cli.undertaking_acts import EXAMPLE, which
from shared.kernel.text import Text

_DONE = Text("queda registrado", "is on record")
_ACTIVITY = Text("La actividad.", "The activity.")


def _with() -> Any:
    text = Text("Clave de quien más participa; se repite.", "Code of who else takes part; repeat.")
    return typer.Option("--with", help=say(text))


def register_activity_acts(group: typer.Typer) -> None:
    """Add what is recorded of joint activities."""

    @group.command(
        help=say(Text("Planea una actividad conjunta.", "Plans a joint activity.")),
        epilog=example(
            "canaliza activity plan --owner sne-jalisco --with cedh-jalisco --programme"
            " mx-labour-network --kind service-fair --on 2027-02-20"
        ),
    )
    def plan(
        owner: Annotated[
            str, typer.Option(help=say(Text("Clave de quien organiza.", "Code of the organiser.")))
        ],
        agencies: Annotated[list[str], _with()],
        programme: Annotated[str, coded("programmes", Text("En qué programa.", "In which one."))],
        kind: Annotated[str, coded("activity_kinds", Text("De qué clase.", "What kind."))],
        on: Annotated[datetime, day(Text("El día.", "The day."))],
        subdivision: Annotated[str | None, coded("subdivisions", Text("Dónde.", "Where."))] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.activity import PlanActivity
        from shared.kernel.ids import new_id

        planned = new_id()
        command = PlanActivity(
            **_by_operator(),
            activity_id=planned,
            owner=owner,
            agencies=tuple(agencies),
            programme=programme,
            kind=kind,
            subdivision=subdivision,
            on=on.date(),
        )
        _activity(planned, command, data, as_json=as_json)

    @group.command(
        help=say(Text("Cambia el día o quiénes participan.", "Changes the day or who takes part.")),
        epilog=example(f"canaliza activity replan {EXAMPLE} --with cedh-jalisco --on 2027-03-01"),
    )
    def replan(
        activity: Annotated[UUID, which(_ACTIVITY)],
        agencies: Annotated[list[str], _with()],
        on: Annotated[datetime, day(Text("El día.", "The day."))],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.activity import ReplanActivity

        command = ReplanActivity(**_by_operator(), agencies=tuple(agencies), on=on.date())
        _activity(activity, command, data, as_json=as_json)

    @group.command(
        help=say(Text("Dice que una actividad tuvo lugar.", "Says that one took place.")),
        epilog=example(f"canaliza activity hold {EXAMPLE} --with cedh-jalisco --on 2027-02-20"),
    )
    def hold(
        activity: Annotated[UUID, which(_ACTIVITY)],
        agencies: Annotated[list[str], _with()],
        on: Annotated[datetime, day(Text("El día en que fue.", "The day on which it was."))],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.activity import HoldActivity

        command = HoldActivity(**_by_operator(), held_on=on.date(), agencies=tuple(agencies))
        _activity(activity, command, data, as_json=as_json)

    @group.command(
        help=say(Text("Cancela una actividad.", "Cancels an activity.")),
        epilog=example(f"canaliza activity cancel {EXAMPLE} --reason could-not-take-place"),
    )
    def cancel(
        activity: Annotated[UUID, which(_ACTIVITY)],
        reason: Annotated[
            str, coded("undertaking_reasons", Text("El motivo, como código.", "Why, as a code."))
        ],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.activity import CancelActivity

        _activity(activity, CancelActivity(**_by_operator(), reason=reason), data, as_json=as_json)


def _by_operator() -> dict[str, Any]:
    from services.operator.cli.access import OPERATOR
    from shared.kernel.clock import now

    return {"by": OPERATOR, "at": now()}


def _activity(which: UUID, command: Any, data: Path | None, *, as_json: bool) -> None:
    from services.referral import activity

    stream = activity.stream_of(which)
    carry_out(activity.DECIDER, lambda _: stream, str(which), command, _DONE, data, as_json=as_json)
