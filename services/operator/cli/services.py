"""``canaliza service``: what institutions offer, and if there is room."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.carrying_out import carry_out, referral_of
from services.operator.cli.coded_options import day as a_day
from services.operator.cli.language import example, language, say
from services.operator.cli.output import (
    data_option,
    json_option,
    print_json,
    print_table,
)
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.referral.service_views import CapacityOut, CostOut, ServiceOut
    from shared.kernel.decider import Command

_NOT_SAID = "—"
_EXAMPLE = "0f8a3c1e-2b5d-4e7f-9a10-3c5b7d9e1f20"


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Los servicios del directorio: qué se ofrece, y si hay lugar.",
                "The directory's services: what is offered, and if there is room.",
            )
        ),
        epilog=example(f"canaliza service show {_EXAMPLE}"),
    )
    app.add_typer(group, name="service")
    _register_listing(group)
    _register_showing(group)
    _register_saying(group)
    _register_status(group)


def _id() -> Any:
    return typer.Argument(metavar="ID", help=say(Text("El id del servicio.", "The service's id.")))


def _codes(list_name: str, what: Text) -> Any:
    text = Text(f"{what.es} De {list_name}.", f"{what.en} Of {list_name}.")
    return typer.Option(help=say(text))


def _reason() -> Any:
    return _codes("service_suspension_reasons", Text("El motivo.", "Why."))


def _register_listing(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Registra un servicio de una institución. Lo demás se dice por HTTP, o se importa "
                "con canaliza directory import.",
                "Lists a service of an institution. The rest is said over HTTP, or imported with "
                "canaliza directory import.",
            )
        ),
        epilog=example(
            'canaliza service add albergue-juarez --name "Albergue para familias" --kind shelter '
            "--subdivision MX-CHH --language spa"
        ),
    )
    def add(
        institution: Annotated[
            str,
            typer.Argument(
                metavar=say(Text("CLAVE", "CODE")),
                help=say(Text("Quién lo ofrece.", "Who offers it.")),
            ),
        ],
        name: Annotated[str, typer.Option(help=say(Text("Su nombre.", "Its name.")))],
        kind: Annotated[str, _codes("service_kinds", Text("Su clase.", "Its kind."))],
        programme: Annotated[
            list[str] | None, _codes("programmes", Text("Para cuál.", "For which."))
        ] = None,
        population: Annotated[
            list[str] | None, _codes("populations", Text("A quién.", "For whom."))
        ] = None,
        document: Annotated[
            list[str] | None, _codes("service_documents", Text("Qué pide.", "What it asks for."))
        ] = None,
        spoken: Annotated[
            list[str] | None,
            typer.Option(
                "--language", help=say(Text("Lengua, de languages.", "Language, of languages."))
            ),
        ] = None,
        subdivision: Annotated[
            list[str] | None, _codes("subdivisions", Text("Dónde.", "Where."))
        ] = None,
        municipality: Annotated[
            list[str] | None, _codes("municipalities", Text("Dónde.", "Where."))
        ] = None,
        region: Annotated[
            list[str] | None,
            typer.Option(help=say(Text("Región del directorio.", "Region of the directory."))),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.service_commands import ListService
        from shared.kernel.clock import now
        from shared.kernel.ids import new_id
        from shared.kernel.service_values import Coverage

        service_id = new_id()
        command = ListService(
            by=OPERATOR,
            at=now(),
            service_id=service_id,
            institution=institution,
            name=name,
            kind=kind,
            programmes=_all(programme),
            populations=_all(population),
            required_documents=_all(document),
            languages=_all(spoken),
            coverage=Coverage(_all(subdivision), _all(municipality), _all(region)),
        )
        _carry_out(service_id, command, Text("registrado", "listed"), data, as_json=as_json)


def _register_showing(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Muestra un servicio, con su capacidad y su frescura.",
                "Shows a service, with its capacity and freshness.",
            )
        ),
        epilog=example(f"canaliza service show {_EXAMPLE} --json"),
    )
    def show(
        service_id: Annotated[UUID, _id()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.service_views import show_service
        from shared.kernel.refusals import Refused

        with referral_of(data, must_exist=True) as referral:
            try:
                found = show_service(referral.log, service_id)
            except Refused as refused:
                raise UserError(refused.refusal.full_text) from None
        if as_json:
            print_json(found.model_dump(mode="json"))
        else:
            _print(found)


def _register_saying(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Dice si un servicio tiene lugar ahora.",
                "Says whether a service has room now.",
            )
        ),
        epilog=example(
            f"canaliza service capacity {_EXAMPLE} --capacity none --unit beds --free 0"
        ),
    )
    def capacity(
        service_id: Annotated[UUID, _id()],
        capacity: Annotated[str, _codes("capacities", Text("Si hay lugar.", "If there is room."))],
        unit: Annotated[str, _codes("capacity_units", Text("En qué se cuenta.", "Counted in."))],
        free: Annotated[
            int | None,
            typer.Option(help=say(Text("Cuántos quedan libres.", "How many are free."))),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.service_commands import StateCapacity
        from shared.kernel.clock import now

        command = StateCapacity(
            by=OPERATOR, at=now(), capacity=capacity, unit=unit, places_free=free
        )
        _carry_out(service_id, command, Text("anotado", "noted"), data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Confirma que lo que el directorio dice de un servicio es correcto.",
                "Confirms that what the directory says of a service is right.",
            )
        ),
        epilog=example(f"canaliza service assure {_EXAMPLE} --on 2026-11-30"),
    )
    def assure(
        service_id: Annotated[UUID, _id()],
        on: Annotated[
            datetime | None,
            a_day(Text("A qué día; sin él: hoy.", "As of which day; else today.")),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.service_commands import AssureService
        from shared.kernel.clock import now

        day: date | None = on.date() if on else None
        command = AssureService(by=OPERATOR, at=now(), assured_on=day)
        _carry_out(service_id, command, Text("confirmado", "confirmed"), data, as_json=as_json)


def _register_status(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Suspende un servicio: por ahora no se ofrece.",
                "Suspends a service: it is not offered for the time being.",
            )
        ),
        epilog=example(f"canaliza service suspend {_EXAMPLE} --reason no-staff"),
    )
    def suspend(
        service_id: Annotated[UUID, _id()],
        reason: Annotated[str, _reason()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.service_commands import SuspendService
        from shared.kernel.clock import now

        command = SuspendService(by=OPERATOR, at=now(), reason=reason)
        _carry_out(service_id, command, Text("suspendido", "suspended"), data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Retira un servicio: ya no se ofrece.",
                "Withdraws a service: it is offered no more.",
            )
        ),
        epilog=example(f"canaliza service withdraw {_EXAMPLE} --reason ceased"),
    )
    def withdraw(
        service_id: Annotated[UUID, _id()],
        reason: Annotated[str, _reason()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.service_commands import WithdrawService
        from shared.kernel.clock import now

        command = WithdrawService(by=OPERATOR, at=now(), reason=reason)
        _carry_out(service_id, command, Text("retirado", "withdrawn"), data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Reanuda un servicio suspendido o retirado.",
                "Resumes a service that is suspended or withdrawn.",
            )
        ),
        epilog=example(f"canaliza service resume {_EXAMPLE}"),
    )
    def resume(
        service_id: Annotated[UUID, _id()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.service_commands import ResumeService
        from shared.kernel.clock import now

        command = ResumeService(by=OPERATOR, at=now())
        _carry_out(service_id, command, Text("reanudado", "resumed"), data, as_json=as_json)


def _all(given: list[str] | None) -> tuple[str, ...]:
    return tuple(given or ())


def _carry_out(
    service_id: UUID, command: "Command", done: Text, data: Path | None, *, as_json: bool
) -> None:
    from services.referral.service_decisions import DECIDER, stream_of

    carry_out(
        DECIDER,
        lambda _: stream_of(service_id),
        str(service_id),
        command,
        done,
        data,
        as_json=as_json,
        field="service_id",
    )


def _print(found: "ServiceOut") -> None:
    rows = [
        (Text("nombre", "name"), found.name),
        (Text("institución", "institution"), found.institution),
        (Text("clase", "kind"), _named("service_kinds", found.kind)),
        (Text("situación", "status"), _named("service_statuses", found.status)),
        (Text("lugar", "room"), _room(found.capacity)),
        (Text("costo", "cost"), _cost(found.cost)),
        (Text("lenguas", "languages"), _named("languages", *found.languages)),
        (Text("confirmado", "confirmed"), _assured(found)),
    ]
    columns = say(Text("dato valor", "field value")).split()
    print_table(columns, [(say(name), value) for name, value in rows])


def _named(list_name: str, *codes: str) -> str:
    from shared.kernel.codes import label

    return ", ".join(label(list_name, code, language()) for code in codes) or _NOT_SAID


def _room(capacity: "CapacityOut | None") -> str:
    if capacity is None:
        return _NOT_SAID
    free = "" if capacity.places_free is None else f" ({capacity.places_free})"
    unit = _named("capacity_units", capacity.unit).lower()
    return f"{_named('capacities', capacity.capacity)}{free}, {unit}, {capacity.stated_on}"


def _cost(cost: "CostOut | None") -> str:
    if cost is None:
        return _NOT_SAID
    return f"{cost.amount} {cost.currency}" if cost.currency else say(Text("gratuito", "free"))


def _assured(found: "ServiceOut") -> str:
    day = _NOT_SAID if found.assured_on is None else str(found.assured_on)
    return f"{day} {say(Text('(por confirmar)', '(to be confirmed)'))}" if found.stale else day
