"""``canaliza register``: norms and official tools, what cites them, and what nothing answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operator.cli.carrying_out import submitted, told
from services.operator.cli.coded_options import coded, date_of, day
from services.operator.cli.language import example, say
from services.operator.cli.norm_tables import print_list, print_matrix
from services.operator.cli.output import data_option, json_option, print_json
from shared.kernel.refusals import Refused
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.reporting.norms import NormRow, Norms
    from shared.kernel.decider import Command

_AT_ONCE = 500
_DONE = Text("queda registrado", "is on record")


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "El registro de normas y herramientas oficiales, y qué responde a cada una.",
                "The register of norms and official tools, and what answers each.",
            )
        ),
        epilog=example("canaliza register matrix guia-elementos-esenciales"),
    )
    app.add_typer(group, name="register")
    _register_reading(group)
    _register_adding(group)
    _register_citing(group)


def _entry() -> Any:
    return typer.Argument(
        metavar=say(Text("CLAVE", "ID")), help=say(Text("Clave de la ficha.", "The entry's id."))
    )


def _register_reading(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(
            Text(
                "Lista las normas y herramientas registradas, y a cuántos elementos de cada una no"
                " responde nada.",
                "Lists the norms and tools, and how many elements of each nothing answers.",
            )
        ),
        epilog=example(
            "canaliza register list --kind law --programme mx-labour-protection",
            "canaliza register list --json",
        ),
    )
    def list_(
        kind: Annotated[
            str | None, coded("entry_kinds", Text("Solo de esta clase.", "Only of this kind."))
        ] = None,
        level: Annotated[
            str | None, coded("norm_levels", Text("Solo de este nivel.", "Only of this level."))
        ] = None,
        programme: Annotated[
            str | None,
            coded("programmes", Text("Solo de este programa.", "Only of this programme.")),
        ] = None,
        subdivision: Annotated[
            str | None,
            typer.Option(help=say(Text("Entidad: CHH, Jalisco.", "Subdivision: CHH, Jalisco."))),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        wanted = {
            "kind": kind,
            "level": level,
            "programme": programme,
            "subdivision": _resolved(subdivision),
        }
        with _norms(data) as norms:
            rows = list(_all(norms, wanted))
        if as_json:
            print_json([asdict(row) for row in rows])
        else:
            print_list(rows)

    @group.command(
        help=say(
            Text(
                "Muestra qué responde a cada elemento de una guía o protocolo, y a cuáles nada.",
                "Shows what answers each element of a guide or protocol, and which nothing does.",
            )
        ),
        epilog=example(
            "canaliza register matrix guia-elementos-esenciales",
            "canaliza register matrix guia-elementos-esenciales --json",
        ),
    )
    def matrix(
        entry: Annotated[str, _entry()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.reporting.refusals import NoSuchNorm

        with _norms(data) as norms:
            found = norms.matrix(entry)
        if found is None:
            raise UserError(NoSuchNorm().full_text)
        if as_json:
            print_json(asdict(found))
        else:
            print_matrix(found)


def _register_adding(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Registra una norma, protocolo, formulario, guía, programa o ruta.",
                "Registers a norm, a protocol, a form, a guide, a programme or a route.",
            )
        ),
        epilog=example(
            'canaliza register add ley-federal-del-trabajo --kind law --name "Ley Federal del'
            ' Trabajo" --level federal --source official-gazette',
            'canaliza register add guia-estatal --kind guide --name "Guía" --level state '
            '--subdivision CHH --element "informacion=Información en su lengua"',
        ),
    )
    def add(
        entry: Annotated[str, _entry()],
        kind: Annotated[str, coded("entry_kinds", Text("Qué clase es.", "What kind it is."))],
        name: Annotated[str, typer.Option(help=say(Text("Cómo se llama.", "What it is called.")))],
        level: Annotated[
            str, coded("norm_levels", Text("En qué nivel rige.", "At which level it holds."))
        ],
        subdivision: Annotated[
            str | None,
            typer.Option(help=say(Text("Entidad: CHH, Jalisco.", "Subdivision: CHH, Jalisco."))),
        ] = None,
        article: Annotated[
            str | None, typer.Option(help=say(Text("Qué artículo.", "Which article.")))
        ] = None,
        source: Annotated[
            str, coded("entry_sources", Text("De dónde sale.", "Where it comes from."))
        ] = "unknown",
        link: Annotated[
            str | None, typer.Option(help=say(Text("Dirección https.", "Its https address.")))
        ] = None,
        valid_from: Annotated[datetime | None, day(Text("Rige desde.", "Valid from."))] = None,
        valid_until: Annotated[
            datetime | None, day(Text("Último día en que rige.", "Last day it is valid."))
        ] = None,
        programme: Annotated[
            list[str] | None,
            typer.Option(
                help=say(Text("De programmes; sin él: todos.", "Of programmes; else all."))
            ),
        ] = None,
        element: Annotated[
            list[str] | None,
            typer.Option(
                help=say(
                    Text(
                        "Un elemento, clave=nombre; se repite.", "An element, code=name; repeated."
                    )
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.register_commands import RegisterEntry
        from services.referral.register_entry import Provenance
        from shared.kernel.clock import now

        command = RegisterEntry(
            by=OPERATOR,
            at=now(),
            entry_id=entry,
            kind=kind,
            name=name,
            level=level,
            subdivision=_resolved(subdivision),
            article=article,
            valid_from=date_of(valid_from),
            valid_until=date_of(valid_until),
            provenance=Provenance(source, link),
            programmes=tuple(programme or ()),
            elements=tuple(map(_element, element or ())),
        )
        _carry_out(entry, command, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Retira una ficha: desde aquí nada nuevo la cita.",
                "Withdraws an entry: from here on nothing new cites it.",
            )
        ),
        epilog=example(
            "canaliza register withdraw guia-2020 --reason replaced --replaced-by guia-2026"
        ),
    )
    def withdraw(
        entry: Annotated[str, _entry()],
        reason: Annotated[str, coded("entry_withdrawal_reasons", Text("El motivo.", "Why."))],
        replaced_by: Annotated[
            str | None,
            typer.Option(help=say(Text("La que se cita en su lugar.", "The one to cite instead."))),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.register_commands import WithdrawEntry
        from shared.kernel.clock import now

        command = WithdrawEntry(by=OPERATOR, at=now(), reason=reason, replaced_by=replaced_by)
        _carry_out(entry, command, data, as_json=as_json)


def _register_citing(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Dice qué responde a una ficha o a un elemento; con --withdraw, que ya no.",
                "Says what answers an entry or one of its elements; with --withdraw, that it does"
                " not any more.",
            )
        ),
        epilog=example(
            "canaliza register cite guia-elementos-esenciales --element informacion "
            "--kind institution --citing ccl-chihuahua"
        ),
    )
    def cite(
        entry: Annotated[str, _entry()],
        kind: Annotated[
            str, coded("citing_kinds", Text("Qué clase de cosa la cita.", "What kind cites it."))
        ],
        citing: Annotated[
            str, typer.Option(help=say(Text("Su clave o su id.", "Its code or its id.")))
        ],
        element: Annotated[
            str | None,
            typer.Option(help=say(Text("Qué elemento; sin él: toda.", "Which element; else all."))),
        ] = None,
        withdraw: Annotated[
            bool, typer.Option("--withdraw", help=say(Text("Retira la cita.", "Withdraws it.")))
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.register_commands import Cite, WithdrawCitation
        from shared.kernel.clock import now

        what = WithdrawCitation if withdraw else Cite
        command = what(by=OPERATOR, at=now(), citing_kind=kind, citing=citing, element=element)
        _carry_out(entry, command, data, as_json=as_json)


def _element(written: str) -> Any:
    from services.referral.register_entry import Element

    code, _, name = written.partition("=")
    return Element(code.strip(), name.strip())


def _resolved(subdivision: str | None) -> str | None:
    from shared.kernel.places import resolve_subdivision

    if subdivision is None:
        return None
    try:
        return resolve_subdivision(subdivision)
    except Refused as error:
        raise UserError(error.refusal.full_text, 2) from None


@contextmanager
def _norms(data: Path | None) -> "Iterator[Norms]":
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.reporting.norms import Norms

    with (
        operators_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        yield Norms(reporting.log)


def _all(norms: "Norms", wanted: dict[str, str | None]) -> "Iterator[NormRow]":
    after = ""
    while page := norms.listed(_AT_ONCE, after, **wanted):
        yield from page
        after = page[-1].entry_id


def _carry_out(entry: str, command: "Command", data: Path | None, *, as_json: bool) -> None:
    from services.referral import register as entries

    names = submitted(entries.DECIDER, entries.stream_of(entry), command, entry, data)
    told("entry_id", entry, names, _DONE, as_json=as_json)
