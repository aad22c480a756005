"""``canaliza places``: which municipality a name means, with its code and its clock."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.language import example, language, say
from services.operator.cli.output import aside, json_option, print_json, print_table
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.kernel.codes import AmbiguousCode, Code, UnknownCode


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
    from shared.kernel.codes import codes
    from shared.kernel.places import (
        MUNICIPALITIES,
        municipalities_meant,
        municipalities_of,
        nearest_municipalities,
    )

    within = None if subdivision is None else _resolved(subdivision)
    every = codes(MUNICIPALITIES)
    if name is None:
        meant, near = municipalities_of(within), []
    else:
        meant = [every[code] for code in municipalities_meant(name, within)]
        near = [] if meant else [every[code] for code in nearest_municipalities(name, within)]
    if as_json:
        print_json({"meant": list(map(_public, meant)), "near": list(map(_public, near))})
    else:
        _print(meant, near)
    if not meant:
        raise typer.Exit(1)


def _print(meant: "Sequence[Code]", near: "Sequence[Code]") -> None:
    from shared.kernel.codes import label

    if not meant:
        aside(
            Text("Ninguno se llama así. Parecidos:", "None is called so. Close to it:")
            if near
            else Text("Ninguno se llama así.", "None is called so.")
        )
    rows = [
        (
            one["code"],
            one[language()],
            label("subdivisions", one["subdivision"], language()),
            one["zone"],
        )
        for one in map(_public, [*meant, *near])
    ]
    if rows:
        columns = say(Text("clave municipio entidad huso", "code municipality subdivision zone"))
        print_table(columns.split(), rows)


def _public(place: "Code") -> "dict[str, str]":
    from shared.kernel.places import zone_of

    subdivision = str(place.extra["subdivision"])
    zone = str(zone_of(subdivision, place.code))
    return {
        "code": place.code,
        "es": place.es,
        "en": place.en,
        "subdivision": subdivision,
        "zone": zone,
    }


def _resolved(subdivision: str) -> str:
    from shared.kernel.codes import AmbiguousCode, UnknownCode
    from shared.kernel.places import resolve_subdivision

    try:
        return resolve_subdivision(subdivision)
    except (UnknownCode, AmbiguousCode) as error:
        raise _refused(error) from None


def _refused(error: "UnknownCode | AmbiguousCode") -> UserError:
    from shared.kernel.coded_fields import not_one

    refusal = not_one("subdivision", error)
    return UserError(Text(refusal.sentence(), refusal.sentence("en")), 2)
