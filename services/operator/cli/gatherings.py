"""``canaliza network`` and ``canaliza region``: what institutions and municipalities form."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import typer

from services.operator.cli.carrying_out import carry_out
from services.operator.cli.coded_options import coded, day
from services.operator.cli.language import example, language, say
from services.operator.cli.output import (
    aside,
    data_option,
    json_option,
    print_json,
    print_table,
)
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.reporting.gatherings import Gatherings
    from shared.kernel.decider import Command

AT_ONCE = 500
PROGRAMME = Text("Su programa.", "Its programme.")
SUBDIVISION = Text("Su entidad.", "Its subdivision.")
Row = TypeVar("Row")


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    networks = new_group(
        app,
        "network",
        Text("Redes de instituciones.", "Networks of institutions."),
        "canaliza network list --programme mx-labour-network",
    )
    _register_networks(networks)
    _register_members(networks)
    regions = new_group(
        app,
        "region",
        Text("Regiones con nombre.", "Named regions."),
        "canaliza region list --subdivision MX-CHH",
    )
    _register_regions(regions)


def new_group(app: typer.Typer, name: str, text: Text, shown: str) -> typer.Typer:
    """Add a group of commands."""
    group = typer.Typer(no_args_is_help=True, help=say(text), epilog=example(shown))
    app.add_typer(group, name=name)
    return group


def code_of(what: Text) -> Any:
    """Return the argument that names what a command is about."""
    return typer.Argument(metavar=say(Text("CLAVE", "CODE")), help=say(what))


def name_option() -> Any:
    """Return the option for a name."""
    return typer.Option(help=say(Text("Su nombre.", "Its name.")))


def institution_option() -> Any:
    """Return the option for a member."""
    return typer.Option(help=say(Text("Clave de la institución.", "The institution's code.")))


_NETWORK = Text("Clave de la red.", "The network's code.")
_REGION = Text("Clave de la región.", "The region's code.")
SINCE, UNTIL = (
    Text("Primer día en que la integra.", "First day as a member."),
    Text("Último día en que la integra.", "Last day as a member."),
)


def _register_networks(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(Text("Lista las redes con quienes las integran.", "Lists networks and members.")),
        epilog=example("canaliza network list", "canaliza network list --json"),
    )
    def list_(
        programme: Annotated[str | None, coded("programmes", PROGRAMME)] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        with reading(data) as ours:
            rows = list(
                pages(
                    lambda after: ours.networks(AT_ONCE, after, programme=programme),
                    lambda row: row.network,
                )
            )
        columns = Text("clave nombre programa integran", "code name programme members")
        show_rows(
            rows,
            columns,
            lambda row: (
                row.network,
                row.name,
                labelled("programmes", row.programme),
                ", ".join(row.members) or None,
            ),
            as_json=as_json,
        )

    @group.command(
        help=say(Text("Forma una red en un programa.", "Forms a network in a programme.")),
        epilog=example(
            'canaliza network form red-frontera --name "Red Frontera" --programme mx-labour-network'
        ),
    )
    def form(
        code: Annotated[str, code_of(_NETWORK)],
        name: Annotated[str, name_option()],
        programme: Annotated[str, coded("programmes", PROGRAMME)],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.network import FormNetwork
        from shared.kernel.clock import now

        command = FormNetwork(by=OPERATOR, at=now(), network=code, name=name, programme=programme)
        _of_network(code, command, Text("formada", "formed"), data, as_json=as_json)


def _register_members(group: typer.Typer) -> None:
    @group.command(
        help=say(Text("Une una institución a una red.", "Joins an institution to a network.")),
        epilog=example(
            "canaliza network join red-frontera --institution albergue-juarez --since 2026-05-04"
        ),
    )
    def join(
        code: Annotated[str, code_of(_NETWORK)],
        institution: Annotated[str, institution_option()],
        since: Annotated[datetime, day(SINCE)],
        agreement: Annotated[
            UUID | None,
            typer.Option(help=say(Text("Convenio por el que se une.", "By which agreement."))),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.network import JoinNetwork
        from shared.kernel.clock import now

        command = JoinNetwork(
            by=OPERATOR,
            at=now(),
            institution=institution,
            since=since.date(),
            agreement_id=agreement,
        )
        _of_network(code, command, Text("unida", "joined"), data, as_json=as_json)

    @group.command(
        help=say(Text("Saca una institución de una red.", "Takes an institution out of one.")),
        epilog=example(
            "canaliza network leave red-frontera --institution albergue-juarez --until 2026-05-31"
        ),
    )
    def leave(
        code: Annotated[str, code_of(_NETWORK)],
        institution: Annotated[str, institution_option()],
        until: Annotated[datetime, day(UNTIL)],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.network import LeaveNetwork
        from shared.kernel.clock import now

        command = LeaveNetwork(by=OPERATOR, at=now(), institution=institution, until=until.date())
        _of_network(code, command, Text("salió", "left"), data, as_json=as_json)


def _register_regions(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(Text("Lista las regiones y sus municipios.", "Lists regions, with what is in.")),
        epilog=example("canaliza region list --subdivision MX-CHH"),
    )
    def list_(
        subdivision: Annotated[str | None, coded("subdivisions", SUBDIVISION)] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        with reading(data) as ours:
            rows = list(
                pages(
                    lambda after: ours.regions(AT_ONCE, after, subdivision=subdivision),
                    lambda row: row.region,
                )
            )
        columns = Text("clave nombre entidad municipios", "code name subdivision municipalities")
        show_rows(
            rows,
            columns,
            lambda row: (
                row.region,
                row.name,
                labelled("subdivisions", row.subdivision),
                ", ".join(labelled("municipalities", each) for each in row.municipalities),
            ),
            as_json=as_json,
        )

    @group.command(
        help=say(
            Text(
                "Da nombre a municipios de una entidad; con --again la describe de nuevo.",
                "Names municipalities of a subdivision; with --again it describes it anew.",
            )
        ),
        epilog=example(
            'canaliza region define frontera-norte --name "Frontera Norte" --subdivision MX-CHH '
            "--municipality 08037 --municipality 08053"
        ),
    )
    def define(
        code: Annotated[str, code_of(_REGION)],
        name: Annotated[str, name_option()],
        subdivision: Annotated[str, coded("subdivisions", SUBDIVISION)],
        municipality: Annotated[
            list[str], coded("municipalities", Text("Uno; se repite.", "One; repeated."))
        ],
        again: Annotated[
            bool,
            typer.Option("--again", help=say(Text("Ya existe.", "There is one already."))),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral import region
        from shared.kernel.clock import now

        said: dict[str, Any] = {
            "by": OPERATOR,
            "at": now(),
            "name": name,
            "subdivision": subdivision,
            "municipalities": tuple(municipality),
        }
        command: Command = (
            region.RedefineRegion(**said) if again else region.DefineRegion(region=code, **said)
        )
        done = Text("definida", "defined")
        carry_out(region.DECIDER, region.stream_of, code, command, done, data, as_json=as_json)


def _of_network(
    code: str, command: "Command", done: Text, data: Path | None, *, as_json: bool
) -> None:
    from services.referral import network

    carry_out(network.DECIDER, network.stream_of, code, command, done, data, as_json=as_json)


@contextmanager
def reading(data: Path | None) -> "Iterator[Gatherings]":
    """Read what reporting has, over the operator's connection."""
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.reporting.gatherings import Gatherings

    with (
        operators_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        yield Gatherings(reporting.log)


def pages(read: Callable[[str], list[Row]], code: Callable[[Row], str]) -> Iterator[Row]:
    """Yield all rows, page after page."""
    after = ""
    while page := read(after):
        yield from page
        after = code(page[-1])


def show_rows(
    rows: list[Any], columns: Text, told: Callable[[Any], tuple[Any, ...]], *, as_json: bool
) -> None:
    """Print rows as a table, or as JSON."""
    if as_json:
        print_json([asdict(row) for row in rows])
    elif rows:
        print_table(say(columns).split(), [told(row) for row in rows])
    else:
        aside(Text("No hay ninguna.", "There is none."))


def labelled(list_name: str, code: str) -> str:
    """Return a code's label in the language in use."""
    from shared.kernel.codes import label

    return label(list_name, code, language())
