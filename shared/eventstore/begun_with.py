"""Which secret a log was begun with: kept beside it, so that no other is used on it."""

from collections.abc import Iterable

import psycopg
from psycopg.sql import SQL, Identifier

from shared.eventstore.recorder import GapFreeRecorder
from shared.kernel.ids import InstallationSecret
from shared.kernel.text import Text, UserError


class SecretMissing(UserError):
    """The settings have no secret of the installation."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "Falta el secreto de la instalación: ponga en CANALIZA_INSTALLATION_SECRET el mismo"
                " en todos los servicios y órdenes, de 32 bytes o más (openssl rand -base64 32), y"
                " guárdelo junto con los respaldos.",
                "The installation's secret is missing: set CANALIZA_INSTALLATION_SECRET to the same"
                " one for all services and commands, of 32 bytes or more (openssl rand -base64 32),"
                " and keep it with the backups.",
            ),
            2,
        )


class OtherSecret(UserError):
    """The log was begun with another secret."""

    def __init__(self, service: str) -> None:
        super().__init__(
            Text(
                f"la bitácora de {service} se empezó con otro secreto de la instalación: con este"
                " no se reconocería lo que se repite. Ponga aquel (CANALIZA_INSTALLATION_SECRET;"
                " en el modo incorporado installation.secret, en la carpeta de datos).",
                f"the log of {service} was begun with another secret of the installation: with"
                " this one, what is repeated would not be recognised. Set that one"
                " (CANALIZA_INSTALLATION_SECRET; embedded mode: installation.secret in the data"
                " folder).",
            ),
            2,
        )


def begin_or_compare(recorder: GapFreeRecorder, service: str, secret: InstallationSecret) -> None:
    """Note that this log is begun with this secret, if none is noted yet.

    Raises OtherSecret if another is. Nothing is derived on a log before that.
    """
    schema = Identifier(service)
    with recorder.cursor() as curs:
        curs.execute(
            SQL("INSERT INTO {}.secret (proof) VALUES (%s) ON CONFLICT DO NOTHING").format(schema),
            (secret.proof,),
        )
    with recorder.cursor() as curs:
        row = curs.execute(SQL("SELECT proof FROM {}.secret").format(schema)).fetchone()
    if row is None or bytes(row[0]) != secret.proof:
        raise OtherSecret(service)


def is_begun(admin: str, services: Iterable[str]) -> bool:
    """Whether any of these logs was begun with some secret. admin: who may read all of them."""
    with psycopg.connect(admin) as conn:
        return any(
            conn.execute(SQL("SELECT 1 FROM {}.secret").format(Identifier(name))).fetchone()
            for name in services
        )
