"""``canaliza programme``: who coordinates a programme, and whether its declines are confirmed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operator.cli.carrying_out import carry_out, referral_of
from services.operator.cli.coded_options import coded, known_in
from services.operator.cli.language import example, say
from services.operator.cli.output import (
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.referral.programme_rules import RulesCommand
    from services.referral.programme_rules_views import RulesOut

_DONE = Text("queda registrado", "is on record")
_CONFIRMS = Text(
    "{}: quien coordina confirma los rechazos.", "{}: the coordinator confirms declines."
)
_AT_ONCE = Text("{}: un rechazo vale de inmediato.", "{}: a decline takes effect at once.")
_RECORDED = Text(
    "Se canaliza solo con un consentimiento registrado, o con una dispensa.",
    "Cases are referred on a recorded consent, or on an override, alone.",
)
_NOBODY = Text(
    "Nadie lo coordina: canaliza programme coordinator {} --institution CLAVE",
    "Nobody coordinates it: canaliza programme coordinator {} --institution CODE",
)
_COLUMNS = Text("entidad|coordina", "subdivision|coordinator")
_ALL = Text("todas las demás", "all others")


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Las reglas de un programa: quién lo coordina, y qué se le confirma.",
                "The rules of a programme: who coordinates it, and what is confirmed there.",
            )
        ),
        epilog=example("canaliza programme rules mx-trafficking"),
    )
    app.add_typer(group, name="programme")
    _register_reading(group)
    _register_coordinators(group)
    _register_confirming(group)
    _register_recording(group)


def _register_reading(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Muestra quién coordina un programa, por entidad, y si confirma los rechazos.",
                "Shows who coordinates a programme, by subdivision, and whether it confirms"
                " declines.",
            )
        ),
        epilog=example("canaliza programme rules mx-trafficking --json"),
    )
    def rules(
        programme: Annotated[str, _of_programme()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.programme_rules_views import show_rules

        with referral_of(data, must_exist=True) as referral:
            shown = show_rules(referral.log, programme)
        if as_json:
            print_json(shown.model_dump(mode="json"))
        else:
            _print(shown)


def _register_coordinators(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Nombra a la institución que coordina un programa, en una entidad o en todas; con"
                " --relieve, la releva.",
                "Appoints the institution that coordinates a programme, in one subdivision or in"
                " all; with --relieve, relieves it.",
            )
        ),
        epilog=example(
            "canaliza programme coordinator mx-trafficking --institution cie-chihuahua"
            " --subdivision MX-CHH",
            "canaliza programme coordinator mx-trafficking --subdivision MX-CHH --relieve",
        ),
    )
    def coordinator(
        programme: Annotated[str, _of_programme()],
        institution: Annotated[
            str | None, typer.Option(help=say(Text("Quién coordina.", "Who coordinates.")))
        ] = None,
        subdivision: Annotated[
            str | None,
            coded("subdivisions", Text("En qué entidad; sin ella: en todas.", "Where; else all.")),
        ] = None,
        relieve: Annotated[
            bool,
            typer.Option(
                "--relieve",
                help=say(Text("Releva a quien coordina ahí.", "Relieves who coordinates there.")),
            ),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.programme_rules import AppointCoordinator, RelieveCoordinator
        from shared.kernel.clock import now

        where: dict[str, Any] = {"programme": programme, "subdivision": subdivision}
        if relieve == (institution is not None):
            raise typer.BadParameter(
                say(
                    Text(
                        "Indique --institution CLAVE para nombrar, o --relieve para relevar.",
                        "Give --institution CODE to appoint, or --relieve to relieve.",
                    )
                ),
                param_hint="--institution",
            )
        if institution is None:
            _rule(RelieveCoordinator(by=OPERATOR, at=now(), **where), data, as_json=as_json)
            return
        where["institution"] = institution
        _rule(AppointCoordinator(by=OPERATOR, at=now(), **where), data, as_json=as_json)


def _register_confirming(group: typer.Typer) -> None:
    @group.command(
        "confirm-declines",
        help=say(
            Text(
                "Exige que quien coordina confirme cada rechazo de un programa; con --waive, ya"
                " no.",
                "Requires that the coordinator confirm each decline of a programme; with --waive,"
                " no more.",
            )
        ),
        epilog=example(
            "canaliza programme confirm-declines mx-trafficking",
            "canaliza programme confirm-declines mx-trafficking --waive",
        ),
    )
    def confirm_declines(
        programme: Annotated[str, _of_programme()],
        waive: Annotated[
            bool, typer.Option("--waive", help=say(Text("Ya no lo exige.", "Requires it no more.")))
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral import programme_rules
        from shared.kernel.clock import now

        what = (
            programme_rules.WaiveDeclineConfirmation
            if waive
            else programme_rules.RequireDeclineConfirmation
        )
        _rule(what(by=OPERATOR, at=now(), programme=programme), data, as_json=as_json)


def _register_recording(group: typer.Typer) -> None:
    @group.command(
        "require-consent",
        help=say(
            Text(
                "Exige que los casos de un programa se canalicen solo con un consentimiento"
                " registrado, o con una dispensa; con --waive, ya no.",
                "Requires that the cases of a programme be referred on a recorded consent, or on an"
                " override, alone; with --waive, no more.",
            )
        ),
        epilog=example(
            "canaliza programme require-consent mx-trafficking",
            "canaliza programme require-consent mx-trafficking --waive",
        ),
    )
    def require_consent(
        programme: Annotated[str, _of_programme()],
        waive: Annotated[
            bool, typer.Option("--waive", help=say(Text("Ya no lo exige.", "Requires it no more.")))
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral import programme_rules
        from shared.kernel.clock import now

        rule = programme_rules.WaiveRecordedConsent
        what = rule if waive else programme_rules.RequireRecordedConsent
        _rule(what(by=OPERATOR, at=now(), programme=programme), data, as_json=as_json)


def _of_programme() -> Any:
    return typer.Argument(
        metavar=say(Text("PROGRAMA", "PROGRAMME")),
        help=say(Text("De programmes.", "Of programmes.")),
        callback=known_in("programmes"),
    )


def _rule(command: "RulesCommand", data: Path | None, *, as_json: bool) -> None:
    from services.referral import programme_rules

    carry_out(
        programme_rules.DECIDER,
        programme_rules.stream_of,
        command.programme,
        command,
        _DONE,
        data,
        as_json=as_json,
        field="programme",
    )


def _print(shown: "RulesOut") -> None:
    print_line(say(_CONFIRMS if shown.confirms_declines else _AT_ONCE).format(shown.programme))
    if shown.requires_recorded_consent:
        print_line(say(_RECORDED))
    if not shown.coordinators:
        print_line(say(_NOBODY).format(shown.programme))
        return
    rows = [(each.subdivision or say(_ALL), each.institution) for each in shown.coordinators]
    print_table(say(_COLUMNS).split("|"), rows)
