"""``canaliza migrate`` and ``canaliza kafka``: the operator prepares the servers, once."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli import kafka_access
from services.operator.cli.language import example, say
from services.operator.cli.output import (
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.service.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""

    @app.command(
        help=say(
            Text(
                "Crea base, roles y esquemas, y aplica las migraciones que falten. Repetirlo no "
                "cambia "
                "nada.",
                "Creates database, roles and schemas, and applies the migrations that are missing. "
                "Running it again changes nothing.",
            ),
        ),
        epilog=example("canaliza migrate --admin 'host=db user=postgres'"),
    )
    def migrate(
        admin: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text(
                        "Conexión de quien puede crear la base; sin ella, CANALIZA_DATABASE_ADMIN, "
                        "donde su contraseña no queda a la vista.",
                        "Connection of who may create the database; without it "
                        "CANALIZA_DATABASE_ADMIN, where its password is not in sight.",
                    ),
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _migrate(admin, data, as_json=as_json)

    kafka = typer.Typer(
        no_args_is_help=True,
        help=say(Text("El bus Apache Kafka.", "The Apache Kafka bus.")),
        epilog=example("canaliza kafka topics --bootstrap kafka:9092"),
    )
    app.add_typer(kafka, name="kafka")

    @kafka.callback()
    def kafka_() -> None:
        pass

    @kafka.command(
        help=say(
            Text(
                "Crea los temas que falten y revisa los que hay. Un número de particiones "
                "distinto se "
                "rechaza: no puede cambiar nunca.",
                "Creates the topics that are missing and checks those there are. Another partition "
                "count is refused: it can never change.",
            ),
        ),
        epilog=example("canaliza kafka topics --bootstrap kafka:9092 --partitions 6"),
    )
    def topics(
        bootstrap: Annotated[str | None, kafka_access.bootstrap_option()] = None,
        partitions: Annotated[
            int | None,
            typer.Option(
                min=1, max=1000, help=say(Text("Por tema, para siempre.", "Each, for ever."))
            ),
        ] = None,
        replication: Annotated[
            int | None, typer.Option(min=1, max=7, help=say(Text("Copias.", "Copies.")))
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _topics(bootstrap, partitions, replication, data, as_json=as_json)

    kafka_access.register(kafka)


def _migrate(admin: str | None, data: Path | None, *, as_json: bool) -> None:
    from services.installation import open_installation

    if admin is None:
        with open_installation(data) as installation:  # an embedded one is migrated by opening it
            settings = installation.settings
            embedded = installation.supervisor is not None
        applied = [] if embedded else migrate_standard(settings)
    else:
        from shared.service.settings import Settings

        applied = migrate_standard(Settings(), admin)
    if as_json:
        print_json({"applied": applied})
        return
    for step in applied:
        print_line(f"  + {step}")
    print_line(say(Text("Los esquemas están al día.", "The schemas are up to date.")))


def migrate_standard(settings: "Settings", admin: str | None = None) -> list[str]:
    """Prepare the database of a standard installation; return the applied migrations.

    admin: connection string of a role that may create databases and roles; default the settings'
    own. Raises UserError if a password or a root certificate is missing, SchemaNotKnown if the
    database is ahead of this program.
    """
    from services.installation import schemas
    from shared.identity.tokens import SCHEMA as IDENTITY
    from shared.maintenance.inspection import in_database, maintenance
    from shared.postgres.migrations import migrate, prepare_server
    from shared.service.settings import SERVICES, VAULT

    if admin is not None:
        _require_no_password(admin)
    admin = settings.admin() if admin is None else settings.encrypted(admin)
    if admin is None:
        from services.operator.cli.access import without_admin

        raise without_admin()
    passwords = {
        name: value.get_secret_value() for name, value in settings.database_passwords.items()
    }
    missing = [name for name in (*SERVICES, VAULT) if not passwords.get(name)]
    if missing:
        names = ", ".join(missing)
        raise UserError(
            Text(
                f"Falta la contraseña de {names} en CANALIZA_DATABASE_PASSWORDS "
                '(JSON: {"intake": "…", …}).',
                f"The password of {names} is missing in CANALIZA_DATABASE_PASSWORDS "
                '(JSON: {"intake": "…", …}).',
            ),
            2,
        )
    passwords.setdefault(IDENTITY, secrets.token_urlsafe(24))  # a role that nobody logs in as
    prepare_server(maintenance(admin, settings.database_name), settings.database_name)
    name = settings.database_name
    return migrate(in_database(admin, name), schemas(passwords, name))


def _require_no_password(admin: str) -> None:
    """Refuse a password among the arguments: whoever is on the machine sees those."""
    from shared.postgres.encryption import holds_secret

    try:
        holds = holds_secret(admin)
    except ValueError:
        raise UserError(
            Text(
                "--admin: una conexión de libpq, como 'host=db user=postgres'.",
                "--admin: a connection as libpq has it, as 'host=db user=postgres'.",
            ),
            2,
        ) from None
    if holds:
        raise UserError(
            Text(
                "--admin no lleva contraseña: la vería cualquiera en esta máquina. Póngala en "
                "CANALIZA_DATABASE_ADMIN, o en el archivo de CANALIZA_DATABASE_ADMIN_FILE.",
                "--admin takes no password: anybody on this machine would see it. Put it into "
                "CANALIZA_DATABASE_ADMIN, or the file of CANALIZA_DATABASE_ADMIN_FILE.",
            ),
            2,
        )


def _topics(
    bootstrap: str | None,
    partitions: int | None,
    replication: int | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    from services.operator.topics import ensure_topics

    given = {"kafka_partitions": partitions, "kafka_replication": replication}
    found = ensure_topics(
        kafka_access.cluster(bootstrap, data).model_copy(
            update={name: value for name, value in given.items() if value}
        )
    )
    if as_json:
        print_json(
            [
                {
                    "topic": t.name,
                    "partitions": t.partitions,
                    "replication": t.replication,
                    "status": t.status,
                }
                for t in found
            ]
        )
        return
    states = {
        "created": say(Text("creado", "created")),
        "there": say(Text("ya estaba", "was there")),
    }
    print_table(
        say(Text("tema particiones copias situación", "topic partitions copies status")).split(),
        [(t.name, t.partitions, t.replication, states[t.status]) for t in found],
    )
