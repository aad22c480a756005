"""``canaliza kafka access``: who may write and read which topic, made from code."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option, print_json, print_table
from shared.kernel.text import Text

if TYPE_CHECKING:
    from shared.messaging.access import RightSeen
    from shared.service.settings import Settings

_STATES = {
    "created": Text("dado ahora", "given now"),
    "missing": Text("falta", "missing"),
    "there": Text("ya estaba", "was there"),
    "foreign": Text("de otro: sobra", "somebody else's: should not be"),
    "revoked": Text("de otro: quitado ahora", "somebody else's: taken away now"),
}


def register(kafka: typer.Typer) -> None:
    """Add the command, in the language in use."""

    @kafka.command(
        help=say(
            Text(
                "Da a cada servicio sus permisos en el clúster: escribe solo en su tema, lee los"
                " que sigue y su grupo. Dice quién más puede escribir en un tema, y entonces"
                " termina con 1. Repetirlo no cambia nada.",
                "Gives each service its rights in the cluster: it writes its own topic only, reads"
                " those that it follows, and its group. Says who else may write a topic, and then"
                " ends with 1. Running it again changes nothing.",
            ),
        ),
        epilog=example(
            "canaliza kafka access --dry-run",
            "canaliza kafka access --bootstrap kafka:9093 --revoke",
        ),
    )
    def access(
        bootstrap: Annotated[str | None, bootstrap_option()] = None,
        dry_run: Annotated[
            bool,
            typer.Option(
                "--dry-run",
                help=say(Text("Solo muestra lo que haría.", "Only shows what it would do.")),
            ),
        ] = False,
        revoke: Annotated[
            bool,
            typer.Option(
                "--revoke",
                help=say(
                    Text(
                        "Quita los permisos de escribir que otros tienen.",
                        "Takes away the rights to write that others have.",
                    )
                ),
            ),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _access(bootstrap, data, dry_run=dry_run, revoke=revoke, as_json=as_json)


def bootstrap_option() -> object:
    """Return the option that names a cluster."""
    return typer.Option(
        help=say(
            Text(
                "host:puerto; sin él, CANALIZA_KAFKA_BOOTSTRAP, o el Kafka de la carpeta.",
                "host:port; without it CANALIZA_KAFKA_BOOTSTRAP, or the folder's Kafka.",
            ),
        )
    )


def cluster(bootstrap: str | None, data: Path | None) -> "Settings":
    """Return the settings that reach the cluster that is named, or the folder's broker."""
    from services.installation import own_broker
    from shared.embedded.privileges import default_data_directory
    from shared.service.settings import Settings

    settings = Settings()
    if bootstrap is not None:
        return settings.model_copy(update={"kafka_bootstrap": bootstrap})
    if "kafka_bootstrap" in settings.model_fields_set:
        return settings
    return settings.model_copy(update=own_broker(data or default_data_directory()))


def _access(
    bootstrap: str | None,
    data: Path | None,
    *,
    dry_run: bool,
    revoke: bool,
    as_json: bool,
) -> None:
    from services.operator.topics import ensure_rights

    found = ensure_rights(cluster(bootstrap, data), dry_run=dry_run, revoke=revoke)
    _show(found, as_json=as_json)
    if any(seen.status == "foreign" for seen in found):
        raise typer.Exit(1)


def _show(found: Sequence["RightSeen"], *, as_json: bool) -> None:
    if as_json:
        print_json(
            [
                {
                    "user": seen.right.user,
                    "operation": seen.right.operation.lower(),
                    "resource": seen.right.resource,
                    "name": seen.right.name,
                    "status": seen.status,
                }
                for seen in found
            ]
        )
        return
    columns = say(Text("usuario permiso sobre nombre situación", "user right on name status"))
    print_table(
        columns.split(),
        [
            (
                seen.right.user,
                seen.right.operation.lower(),
                seen.right.resource,
                seen.right.name,
                say(_STATES[seen.status]),
            )
            for seen in found
        ],
    )
