"""The command line: ``canaliza --help``.

With ``services.__main__`` the composition root. Heavy modules are imported by the command that
needs them, so that help answers at once.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from services.operator.cli import (
    accesses,
    agreements,
    calendars,
    commissions,
    consents,
    directories,
    documents,
    gatherings,
    institutions,
    language,
    norms,
    oidc,
    openapi,
    parked,
    places,
    programmes,
    rebuild,
    referrals,
    reports,
    searching,
    servers,
    services,
    tokens,
    undertakings,
)
from services.operator.cli.failures import INTERRUPTED, explained
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option, print_json, print_line
from services.operator.cli.usage import in_this_language, with_language_option
from services.operator.importer import cli as importing
from shared.kernel.text import Text

_SYMBOLS = {"fine": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}


def build() -> typer.Typer:
    """Return the app with every command, its help in the language in use (``language.speak``)."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        help=say(
            Text(
                "canaliza: quién responde por cada caso, quién puede pasarlo, y qué resultó.",
                "canaliza: who answers for each case, who may pass it on, and what came of it.",
            ),
        ),
        epilog=example(
            "canaliza run",
            "canaliza token create --institution stps-chihuahua --role caseworker",
            "canaliza report claims --subdivision KS --lang en",
        ),
    )
    _register_running(app)
    _register_doctor(app)
    servers.register(app)
    institutions.register(app)
    gatherings.register(app)
    commissions.register(app)
    searching.register(directories.register(app))
    agreements.register(app)
    consents.register(app)
    calendars.register(app)
    services.register(app)
    tokens.register(app)
    oidc.register(app)
    accesses.register(app)
    documents.register(app)
    parked.register(app)
    reports.register(app)
    referrals.register(app)
    rebuild.register(app)
    undertakings.register(app)
    places.register(app)
    programmes.register(app)
    norms.register(app)
    importing.register(app)
    openapi.register(app)
    return app


def _register_running(app: typer.Typer) -> None:
    @app.command(
        help=say(
            Text(
                "Arranca los cuatro servicios en un proceso, con su base de datos.",
                "Starts the four services in one process, with their database.",
            ),
        ),
        epilog=example("canaliza run --port 8080 --data ~/canaliza"),
    )
    def run(
        data: Annotated[Path | None, data_option()] = None,
        port: Annotated[
            int,
            typer.Option(
                min=0, max=65535, help=say(Text("Puerto; 0: uno libre.", "Port; 0: a free one."))
            ),
        ] = 8080,
        bus: Annotated[str, typer.Option(help="log | kafka")] = "log",
        demo: Annotated[
            int,
            typer.Option(
                min=0,
                help=say(
                    Text(
                        "Casos de demostración, solo en una carpeta nueva.",
                        "Demonstration cases, into a new folder only.",
                    )
                ),
            ),
        ] = 0,
        host: Annotated[str, _host_option()] = "127.0.0.1",
        insecure: Annotated[bool, _insecure_option()] = False,
    ) -> None:
        from services.__main__ import run as everything

        everything(data, port, bus, demo, host, insecure)

    @app.command(
        help=say(
            Text(
                "Arranca el modo estándar en esta máquina: cuatro procesos sobre PostgreSQL y "
                "Apache "
                "Kafka, en cuatro puertos seguidos.",
                "Starts the standard mode on this machine: four processes on PostgreSQL and Apache "
                "Kafka, on four ports in a row.",
            ),
        ),
        epilog=example("canaliza standard --port 8080 --data ~/canaliza"),
    )
    def standard(
        data: Annotated[Path | None, data_option()] = None,
        port: Annotated[
            int,
            typer.Option(
                min=1, max=65532, help=say(Text("El primero de cuatro.", "The first of four."))
            ),
        ] = 8080,
        as_json: Annotated[bool, json_option()] = False,
        host: Annotated[str, _host_option()] = "127.0.0.1",
        insecure: Annotated[bool, _insecure_option()] = False,
    ) -> None:
        from services.operator.standard.doors import Doors
        from services.operator.standard.processes import run_standard

        raise typer.Exit(run_standard(data, Doors(host, port, insecure), as_json=as_json))


def _host_option() -> Any:
    return typer.Option(help=say(Text("Dirección en que escucha.", "Address to listen at.")))


def _insecure_option() -> Any:
    return typer.Option(
        "--insecure",
        help=say(
            Text(
                "Escucha sin TLS también donde otros llegan: la red ya cifra.",
                "Listens without TLS also where others reach it: the network encrypts.",
            )
        ),
    )


def _register_doctor(app: typer.Typer) -> None:
    @app.command(
        help=say(
            Text(
                "Dice qué anda mal en una instalación y cómo componerlo; si algo anda mal, termina "
                "con 1.",
                "Says what is wrong with an installation and how to mend it; where anything is, it "
                "ends with 1.",
            ),
        ),
        epilog=example("canaliza doctor --data ~/canaliza"),
    )
    def doctor(
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _doctor(data, as_json=as_json)


def _doctor(data: Path | None, *, as_json: bool) -> None:
    from services.installation import settings_name_a_server
    from services.operator.doctor.run_checks import FindingStatus, examine

    findings = examine(data, standard=data is None and settings_name_a_server())
    if as_json:
        print_json(
            [
                {
                    "check": f.check,
                    "status": f.status.value,
                    "says": say(f.says),
                    "mend": say(f.mend) if f.mend else None,
                }
                for f in findings
            ]
        )
    else:
        for finding in findings:
            symbol, colour = _SYMBOLS[finding.status.value]
            typer.secho(f"{symbol} {finding.check:<12} ", fg=colour, nl=False)
            print_line(say(finding.says))
            if finding.mend:
                print_line(f"  {'':<12} → {say(finding.mend)}")
    if any(finding.status is FindingStatus.WRONG for finding in findings):
        raise typer.Exit(1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line.

    Returns 0 fine, 1 refused or something is wrong, 2 usage, 130 interrupted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        language.speak(language.chosen(given))
        app = build()
        in_this_language(app)
        command = with_language_option(get_command(app))
        code = command.main(given, prog_name="canaliza", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - the user gets a message, no traceback
        message, code = explained(error)
        if message:
            typer.secho(message, fg="red", err=True)
        if os.environ.get("CANALIZA_TRACEBACK"):
            traceback.print_exc()
    except KeyboardInterrupt:
        code = INTERRUPTED
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
