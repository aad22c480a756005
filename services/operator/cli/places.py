"""``canaliza places``: which municipality a name means, with its code and its clock."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.language import example, language, say
from services.operator.cli.output import aside, json_option, print_json, print_table
from shared.kernel.refusals import Refused
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.kernel.places import Place


def register(app: typer.Typer) -> None:
    """Add the command, in the language in use."""

    @app.command(
        help=say(
            Text(
                "Busca municipios de México y Guatemala por nombre, clave o número, sin importar "
                "acentos, mayúsculas ni espacios; dice su clave y su huso horario. Si ninguno se "
                "llama así, muestra los parecidos y termina con 1.",
                "Looks for municipalities of Mexico and Guatemala by name, code or number, "
                "whatever the accents, case and blanks; says their code and their time zone. If "
                "none is called so, it shows what is close to it and ends with 1.",
            ),
        ),
        epilog=example(
            "canaliza places juarez --subdivision chihuahua",
            "canaliza places --subdivision GT-09 --json",
        ),
    )
    def places(
        name: Annotated[
            str | None,
            typer.Argument(
                metavar=say(Text("NOMBRE", "NAME")),
                help=say(
                    Text(
                        "Nombre, clave (08037) o número en la entidad (037); sin él: todos.",
                        "Name, code (08037) or number in the subdivision (037); without it: all.",
                    )
                ),
            ),
        ] = None,
        subdivision: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text(
                        "Solo los de esta entidad: MX-CHH, CHH o Chihuahua.",
                        "Only those of this subdivision: MX-CHH, CHH or Chihuahua.",
                    )
                )
            ),
        ] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _places(name, subdivision, as_json=as_json)


def _places(name: str | None, subdivision: str | None, *, as_json: bool) -> None:
    from shared.kernel.places import LookedUp, looked_up, municipalities_of, place

    within = None if subdivision is None else _resolved(subdivision)
    if name is None:
        found = LookedUp(tuple(one.code for one in municipalities_of(within)), ())
    else:
        found = looked_up(name, within)
    meant, near = map(place, found.meant), map(place, found.near)
    if as_json:
        print_json({"meant": [p._asdict() for p in meant], "near": [p._asdict() for p in near]})
    else:
        _print([*meant], [*near])
    if not found.meant:
        raise typer.Exit(1)


def _print(meant: "Sequence[Place]", near: "Sequence[Place]") -> None:
    from shared.kernel.codes import label

    if not meant:
        aside(
            Text("Ninguno se llama así. Parecidos:", "None is called so. Close to it:")
            if near
            else Text("Ninguno se llama así.", "None is called so.")
        )
    rows = [
        (
            one.code,
            one.en if language() == "en" else one.es,
            label("subdivisions", one.subdivision, language()),
            one.zone or "",
        )
        for one in [*meant, *near]
    ]
    if rows:
        columns = say(Text("clave municipio entidad huso", "code municipality subdivision zone"))
        print_table(columns.split(), rows)


def _resolved(subdivision: str) -> str:
    from shared.kernel.places import resolve_subdivision

    try:
        return resolve_subdivision(subdivision)
    except Refused as error:
        raise UserError(error.refusal.full_text, 2) from None
