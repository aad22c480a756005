"""Checks of who may write into the topics, and who can tell that."""

from collections.abc import Iterator

from services.operator.doctor.findings import Finding, Surroundings, fine, warning, wrong
from shared.kernel.hosts import host_of, is_loopback
from shared.kernel.text import Text
from shared.service.settings import Settings

_PROTOCOL = "CANALIZA_KAFKA_SECURITY_PROTOCOL: docs/operations.md"


def all_of(around: Surroundings) -> list[Finding]:
    """Check login, rights and seals, where there is a broker to ask."""
    settings = around.settings
    if not settings.kafka_bootstrap:
        return []
    found = [*_login(settings), *_rights(settings), *_seals(settings)]
    return found or [
        fine("access", Text("cada servicio escribe solo en su tema", "each service writes its own"))
    ]


def _login(settings: Settings) -> Iterator[Finding]:
    addresses = settings.kafka_bootstrap.split(",")
    near = all(is_loopback(host_of(address.strip())) for address in addresses)
    if settings.kafka_security_protocol == "PLAINTEXT" and not near:
        yield warning(
            "access",
            Text(
                "nadie se identifica ante Kafka, y nada va cifrado",
                "Kafka asks nobody who comes, and nothing is encrypted",
            ),
            mend=Text(_PROTOCOL, _PROTOCOL),
        )


def _rights(settings: Settings) -> Iterator[Finding]:
    from services.operator.topics import ensure_rights
    from shared.messaging.access import FOREIGN, MISSING
    from shared.messaging.cluster import KafkaTrouble

    try:
        seen = ensure_rights(settings, dry_run=True)
    except KafkaTrouble as error:
        yield warning(
            "access",
            Text("no se sabe quién puede escribir en los temas", "who may write topics is unknown"),
            mend=error.text,
        )
        return
    missing = sorted({one.right.user for one in seen if one.status == MISSING})
    if missing:
        yield wrong(
            "access",
            Text(
                f"a {', '.join(missing)} le faltan permisos", f"{', '.join(missing)} lacks rights"
            ),
            mend=Text("corra canaliza kafka access", "run canaliza kafka access"),
        )
    others = sorted({one.right.user for one in seen if one.status == FOREIGN})
    if others:
        yield wrong(
            "access",
            Text(
                f"también {', '.join(others)} puede escribir en los temas",
                f"{', '.join(others)} may write topics too",
            ),
            mend=Text("canaliza kafka access --revoke", "canaliza kafka access --revoke"),
        )


def _seals(settings: Settings) -> Iterator[Finding]:
    if not settings.message_secrets:
        yield warning(
            "access",
            Text(
                "sin CANALIZA_MESSAGE_KEYS no se puede ver qué mensajes son auténticos",
                "without CANALIZA_MESSAGE_KEYS it cannot be seen which messages are authentic",
            ),
            mend=Text("póngalo como lo tienen los servicios", "set it as the services have it"),
        )
