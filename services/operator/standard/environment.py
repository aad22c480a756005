"""What a service's environment says: every setting that is a service's, and no other's secret."""

from pathlib import Path
from typing import Final

from pydantic import SecretStr

from shared.service.settings import VAULT, VAULT_KEEPER, Settings
from shared.web.public_url import PublicUrl

NOT_A_SERVICES: Final = frozenset(
    {
        *("database_admin", "database_passwords", "kafka_sasl_passwords", "kafka_users"),
        *("oidc_client_id", "oidc_client_secret", "oidc_scope"),
        *("host", "port"),
    }
)
"""Settings that no service is told.

The operator's own, passwords and names of the other services, the client of the pages, which a
service alone does not have, and what its command line says.
"""
_FILES: Final = frozenset(
    {"database_sslrootcert", "kafka_ssl_cafile", "kafka_ssl_certfile", "kafka_ssl_keyfile"}
)


def service_environment(settings: Settings, service: str, metrics_port: int) -> dict[str, str]:
    """Return the settings of one service, as environment variables: those left open stay so.

    metrics_port: where its metrics are to listen. Raises SecretMissing, SettingsNotUsable,
    RootCertificateMissing.
    """
    address, login = settings.address(service), settings.kafka(service).login
    told = {
        **{name: getattr(settings, name) for name in Settings.model_fields},
        "database_user": address.user,
        "database_password": address.password or None,
        "installation_secret": settings.secret_text(),
        "bus": "kafka",
        "kafka_sasl_username": login.username,
        "kafka_sasl_password": login.password or None,
        "metrics_port": metrics_port,
        **_vault_of(settings, service),
    }
    return {
        f"CANALIZA_{name.upper()}": _written(name, value)
        for name, value in told.items()
        if name not in NOT_A_SERVICES and value is not None
    }


def _vault_of(settings: Settings, service: str) -> dict[str, object]:
    """Return what reaches and opens the vault: nobody but who keeps it is told."""
    if service != VAULT_KEEPER:
        return dict.fromkeys(("vault_database_password", "vault_keys", "vault_keys_file"))
    return {"vault_database_password": settings.address(VAULT).password or None}


def _written(name: str, value: object) -> str:
    """Write a value as Settings read it; a file so that it is found from any folder."""
    match value:
        case SecretStr():
            return value.get_secret_value()
        case PublicUrl():
            return value.origin
        case tuple():
            return ",".join(str(part) for part in value)
        case Path():
            return str(value.absolute())
        case str() if name in _FILES and value not in {"", "system"}:
            return str(Path(value).absolute())
        case _:
            return str(value)
