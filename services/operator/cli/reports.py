"""``canaliza report`` and ``canaliza history``: what the published facts add up to."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.language import example, language, say
from services.operator.cli.output import bar, data_option, json_option
from shared.kernel.refusals import Refused
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.reporting.axes import Axes
    from services.reporting.replay import Progress
    from services.reporting.views import Reports
    from shared.eventstore.log import Log
    from shared.service.service import Service


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(Text("Informes.", "Reports.")),
        epilog=example("canaliza report claims --subdivision KS"),
    )
    app.add_typer(group, name="report")

    @group.callback()
    def report() -> None:
        pass

    @group.command(
        help=say(
            Text(
                "Reclamaciones: cuántas, cuántas a favor, importes, duraciones; y de qué "
                "posiciones "
                "salen.",
                "Claims: how many, how many decided for the claimant, amounts, durations; and from "
                "which positions.",
            ),
        ),
        epilog=example(
            "canaliza report claims --subdivision KS --json",
            "canaliza report claims --as-of 2019-12-31",
        ),
    )
    def claims(
        subdivision: Annotated[
            str | None,
            typer.Option(
                help=say(Text("Entidad: KS, US-KS, Chihuahua.", "Subdivision: KS, US-KS."))
            ),
        ] = None,
        programme: Annotated[
            str | None,
            typer.Option(help=say(Text("Código del programa.", "Code of the programme."))),
        ] = None,
        currency: Annotated[
            str | None, typer.Option(help=say(Text("Moneda: USD, MXN.", "Currency: USD, MXN.")))
        ] = None,
        as_of: Annotated[str | None, as_of_option()] = None,
        as_known: Annotated[str | None, as_known_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from rich.console import Console

        from services.operator.cli.report_tables import report_claims
        from services.reporting.views import Reports

        axes = axes_given(as_of, as_known).on(UTC)
        with _reporting(data) as reporting, replaying() as progress:
            report_claims(
                Reports(reporting.log, reporting.secret),
                Console(),
                programme=programme,
                subdivision=subdivision,
                currency=currency,
                axes=axes,
                progress=progress,
                as_json=as_json,
                lang=language(),
            )

    @app.command(
        help=say(
            Text(
                "La historia de un caso en todos los servicios: quién respondía por él, y cada "
                "hecho.",
                "A case's history over all services: who answered for it, and every fact.",
            ),
        ),
        epilog=example(
            "canaliza history CHH-FQ1-968-951-H",
            "canaliza history 2026/0417 --source-key",
            "canaliza history CHH-FQ1-968-951-H --as-of 2019-12-31 --as-known now",
            "canaliza history CHH-FQ1-968-951-H --as-known 2026-05-04T12:00-06:00 --json",
        ),
    )
    def history(
        case: Annotated[
            str, typer.Argument(help=say(Text("Folio o id del caso.", "The case's folio or id.")))
        ],
        source_key: Annotated[
            bool,
            typer.Option(
                "--source-key",
                help=say(
                    Text(
                        "Lo dado es el número con que la fuente de una importación conoce el caso.",
                        "What is given is the number by which an import's source knows the case.",
                    )
                ),
            ),
        ] = False,
        as_of: Annotated[str | None, as_of_option()] = None,
        as_known: Annotated[str | None, as_known_option()] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from rich.console import Console

        from services.operator.cli.report_tables import print_history
        from services.reporting.views import Reports

        axes = axes_given(as_of, as_known)
        with _reporting(data) as reporting:
            reports = Reports(reporting.log, reporting.secret)
            print_history(
                reports,
                Console(),
                _of_source_key(reports, case) if source_key else case,
                before_showing=partial(_write_shown, reporting.log),
                axes=axes,
                only_as_of=as_of is not None and as_known is None,
                as_json=as_json,
                lang=language(),
            )


def _of_source_key(reports: "Reports", number: str) -> str:
    """Return the case that an import's source knows by this number. Raises UserError (1)."""
    found = reports.of_source_key(number, None)
    if len(found) == 1:
        return str(found[0].case_id)
    folios = ", ".join(row.folio or str(row.case_id) for row in found)
    raise UserError(
        Text(
            f"Varias fuentes tienen ese número; dé el folio de uno de estos: {folios}",
            f"Several sources have that number; give the folio of one of these: {folios}",
        )
        if found
        else Text(
            "Ninguna importación conoce un caso por ese número. Si el mapeo tiene varias claves,"
            ' van juntas, en su orden: "002|2026", entre comillas.',
            "No import knows a case by that number. If the mapping's key has several values, they"
            ' go together, in order: "002|2026", in quotes.',
        ),
        1,
    )


def as_of_option() -> Any:
    """Make the option that chooses what had happened by a moment."""
    return typer.Option(
        help=say(
            Text(
                "Lo que había ocurrido hasta entonces: 2019-12-31 (hasta su fin) o"
                " 2026-05-04T12:00-06:00; sin zona, por el reloj del caso, y en informes UTC. Según"
                " se sabe hoy, o según --as-known.",
                "What had happened by then: 2019-12-31 (to its end) or 2026-05-04T12:00-06:00;"
                " without a zone, by the case's clock, and in reports UTC. As it is known today, or"
                " by --as-known.",
            ),
        )
    )


def as_known_option() -> Any:
    """Make the option that chooses what was recorded by a moment."""
    return typer.Option(
        help=say(
            Text(
                "Lo que estaba registrado hasta entonces: un momento como en --as-of, posiciones"
                " como intake:120,referral:98, o now.",
                "What was recorded by then: a moment as in --as-of, positions such as"
                " intake:120,referral:98, or now.",
            ),
        )
    )


@contextmanager
def replaying() -> Iterator["Progress"]:
    """Show on standard error how far a replay has come, if there is one."""
    with ExitStack() as shown:
        bars: list[Progress] = []

        def progress(done: int, total: int) -> None:
            if not bars:
                title = say(Text("Casos de entonces", "Cases as of then"))
                bars.append(shown.enter_context(bar(title)))
            bars[0](done, total)
            if done == total:
                shown.close()

        yield progress


def axes_given(as_of: str | None, as_known: str | None) -> "Axes":
    """Read both options; a moment may lack its zone. Raises UserError (2)."""
    from services.reporting import axes

    try:
        return axes.axes_written(as_of, as_known, ("--as-of", "--as-known"))
    except Refused as error:
        raise UserError(error.refusal.full_text, 2) from None


def _write_shown(log: "Log", case_id: UUID) -> None:
    """Write into the access log that the operator is shown this case."""
    from shared.identity.access_log import SHOWN, by_operator, write_with

    with log.database.connection() as conn:
        write_with(conn, by_operator(SHOWN, "history", case_id=case_id))


@contextmanager
def _reporting(data: Path | None) -> Iterator["Service"]:
    from services.installation import open_installation
    from services.operator.connecting import connected

    with (
        open_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        yield reporting
