"""``canaliza rebuild``: reporting's tables made anew from the logs, while everything runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from services.operator.cli.failures import INTERRUPTED
from services.operator.cli.language import example, say
from services.operator.cli.output import (
    aside,
    bar,
    data_option,
    json_option,
    print_json,
    print_line,
)
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.reporting.rebuild import Rebuilt
    from shared.maintenance.shadow_tables import Difference
    from shared.messaging.consumed import At

_MOST_NAMED = 10


def register(app: typer.Typer) -> None:
    """Add the command, in the language in use."""

    @app.command(
        help=say(
            Text(
                "Rehace las tablas de los informes desde las bitácoras de los otros servicios, sin "
                "detener nada. Interrumpida, sigue donde quedó al repetir la orden.\n\n"
                "Con --check solo compara, fila por fila, y termina con 1 si algo difiere.",
                "Makes the tables of the reports again from the other services' logs, while all "
                "goes "
                "on. Interrupted, it goes on where it was when the command is given again.\n\n"
                "With --check it only compares, row by row, and ends with 1 where anything "
                "differs.",
            ),
        ),
        epilog=example("canaliza rebuild reporting --check", "canaliza rebuild reporting"),
    )
    def rebuild(
        service: Annotated[
            Literal["reporting"],
            typer.Argument(
                help=say(
                    Text("De quién: solo reporting las tiene.", "Whose: only reporting has any.")
                )
            ),
        ] = "reporting",
        data: Annotated[Path | None, data_option()] = None,
        check: Annotated[
            bool,
            typer.Option(
                "--check",
                help=say(Text("Solo compara: no cambia nada.", "Compares, changes nothing.")),
            ),
        ] = False,
        restart: Annotated[
            bool,
            typer.Option(
                "--restart",
                help=say(
                    Text(
                        "Desde el principio, sin lo que dejó una interrumpida.",
                        "From the beginning, without what an interrupted one has left.",
                    ),
                ),
            ),
        ] = False,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        del service
        done = _rebuild(data, check=check, restart=restart)
        _answer(done, check=check, as_json=as_json)
        raise typer.Exit(1 if done.differs or done.failed else 0)


def _rebuild(data: Path | None, *, check: bool, restart: bool) -> "Rebuilt":
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.operator.publishing import SOURCES
    from services.reporting import rebuild
    from shared.maintenance.inspection import in_database
    from shared.maintenance.shadow_tables import AnotherAtWork, ReadersStay
    from shared.telemetry import logs

    logs.set_up("WARNING")
    work = rebuild.check if check else rebuild.rebuild
    stages = {
        "loading": say(Text("hechos", "facts")),
        "finishing": say(Text("casos", "cases")),
        "following": say(Text("lo último", "the latest")),
    }
    with (
        operators_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),  # its schema is known, or it raises
        bar(stages["loading"]) as shown,
    ):
        address = reporting.log.address
        try:
            return work(
                in_database(installation.admin, address.dbname),
                address.user,
                SOURCES,
                restart=restart,
                progress=lambda stage, done, of: shown(done, of, stages[stage]),
            )
        except AnotherAtWork:
            raise _another_at_work() from None
        except ReadersStay:
            raise _readers_stay() from None
        except KeyboardInterrupt:
            aside(
                Text(
                    "Interrumpida; los informes siguen como estaban. Repita la misma orden: "
                    "sigue "
                    "donde quedó.",
                    "Interrupted; the reports are as they were. Give the same command "
                    "again: it "
                    "goes on where it was.",
                )
            )
            raise typer.Exit(INTERRUPTED) from None


def _answer(done: "Rebuilt", *, check: bool, as_json: bool) -> None:
    differs = done.differs
    if as_json:
        found = differs and {
            "table": differs.table,
            "key": dict(differs.key),
            "kind": differs.kind,
            "columns": list(differs.columns),
        }
        print_json(
            {
                "facts": done.facts,
                "facts_before": done.before,
                "seconds": round(done.seconds, 3),
                "replaced": not check,
                "differs": found,
                "failed": [{"source": at[0], "position": at[1]} for at in done.failed],
            }
        )
        return
    speed = done.facts / done.seconds if done.seconds else 0
    print_line(
        say(
            Text(
                f"{done.facts:,} hechos en {done.seconds:.1f} s ({speed:,.0f}/s)",
                f"{done.facts:,} facts in {done.seconds:.1f} s ({speed:,.0f}/s)",
            ),
        )
    )
    if done.failed:
        print_line(_failed(done.failed))
    if not check:
        print_line(
            say(Text("Las tablas nuevas están en su lugar.", "The new tables are in place."))
        )
    elif differs is None:
        print_line(
            say(
                Text("Todas las filas son las de las bitácoras.", "Every row is what the logs say.")
            )
        )
    else:
        print_line(_difference(differs))


def _failed(failed: "Sequence[At]") -> str:
    listed = ", ".join(f"{source} {position}" for source, position in failed[:_MOST_NAMED])
    more = ", …" if len(failed) > _MOST_NAMED else ""
    return say(
        Text(
            f"El programa falló con {len(failed)} hechos, que quedan fuera: {listed}{more}. Avise"
            " con el registro; con una versión que lo corrija, repita la orden.",
            f"The program failed on {len(failed)} facts, which are left out: {listed}{more}. Report"
            " it with the log; with a version that mends it, give the command again.",
        )
    )


def _difference(differs: "Difference") -> str:
    row = ", ".join(f"{name} {value}" for name, value in differs.key.items())
    columns = ", ".join(differs.columns)
    es = {
        "missing": f"falta en {differs.table} la fila {row}",
        "extra": f"sobra en {differs.table} la fila {row}",
        "other": f"en {differs.table}, la fila {row} difiere en {columns}",
    }
    en = {
        "missing": f"{differs.table} lacks the row {row}",
        "extra": f"{differs.table} has a row too many, {row}",
        "other": f"in {differs.table} the row {row} differs in {columns}",
    }
    return say(
        Text(
            f"Primera diferencia: {es[differs.kind]}. «canaliza rebuild reporting» la corrige.",
            f"First difference: {en[differs.kind]}. “canaliza rebuild reporting” mends it.",
        ),
    )


def _another_at_work() -> UserError:
    return UserError(
        Text(
            "Otro proceso está rehaciendo estas tablas. Espere a que termine.",
            "Another process is making these tables again. Wait until it ends.",
        ),
    )


def _readers_stay() -> UserError:
    return UserError(
        Text(
            "Alguien lee los informes sin terminar y las tablas no se pudieron cambiar. Repita la "
            "orden: sigue donde quedó.",
            "Somebody reads the reports without end, and the tables could not be replaced. Give "
            "the "
            "command again: it goes on where it was.",
        ),
    )
