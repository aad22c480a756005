"""An operator's settings.

From the environment (``CANALIZA_…``) or a TOML file that ``CANALIZA_SETTINGS`` names. A setting of
type SecretStr may also be given as a file: ``CANALIZA_NAME_FILE``. Names that no field here has are
refused (``shared.service.setting_names``).
"""

import logging
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from typing_extensions import override

from shared.documents.document import MOST_MIB
from shared.eventstore.begun_with import SecretMissing
from shared.kernel.broker_users import SERVICES, user_of
from shared.kernel.ids import InstallationSecret
from shared.messaging.kafka_settings import (
    PREFIX,
    KafkaLogin,
    KafkaSettings,
    Mechanism,
    SecurityProtocol,
)
from shared.messaging.seals import Seals, secrets_in
from shared.postgres.database import DatabaseAddress
from shared.postgres.encryption import SslMode, encrypted, encryption_to
from shared.service.setting_names import (
    SecretFiles,
    SettingsNotKnown,
    SettingsNotUsable,
    in_environment,
    in_file,
)
from shared.service.tls import TlsFiles
from shared.service.trusted_proxy import Network, networks
from shared.web.public_url import PublicUrl, read_public_url

__all__ = ["SERVICES", "VAULT", "Settings", "SettingsNotKnown", "SettingsNotUsable", "role_of"]


VAULT: Final = "vault"
"""The vault's schema, which intake reaches with a login of its own."""
VAULT_KEEPER: Final = "intake"


class Settings(BaseSettings):
    """The settings of one service process. The environment wins over the file."""

    model_config = SettingsConfigDict(env_prefix="CANALIZA_", extra="forbid", frozen=True)

    database_host: str = Field("localhost", description="Host name or socket folder of PostgreSQL.")
    database_port: int = 5432
    database_name: str = "canaliza"
    database_user: str | None = Field(
        None, description="The service's role; left out: DATABASE_SERVICE."
    )
    database_password: SecretStr | None = Field(None, description="The role's password.")
    database_passwords: dict[str, SecretStr] = Field(
        default_factory=dict, description="By service, for whoever runs commands for all of them."
    )
    database_admin: SecretStr | None = Field(
        None, description="libpq connection string of a role that may migrate and keep tokens."
    )
    database_sslmode: SslMode | None = Field(
        None, description="libpq's; left out: prefer on this machine, verify-full to another."
    )
    database_sslrootcert: str | None = Field(
        None, description="The file of who vouches for PostgreSQL, or system."
    )
    installation_secret: SecretStr | None = Field(
        None,
        description="What ids and fingerprints are derived with: 32 bytes or more, for ever.",
    )
    vault_database_password: SecretStr | None = Field(
        None, description="Of the vault's role; intake alone has it."
    )
    vault_keys: SecretStr | None = Field(
        None, description="The vault's master keys, the current one first: 32 bytes in base64 each."
    )
    vault_keys_file: Path | None = Field(
        None, description="A file with them, which this user alone reads; it may change meanwhile."
    )
    bus: Literal["log", "kafka"] = "kafka"
    kafka_bootstrap: str = "localhost:9092"
    kafka_prefix: str = Field(
        PREFIX, pattern=r"^[a-z0-9-]{1,40}$", description="Of topics, groups."
    )
    kafka_partitions: int = Field(6, ge=1, le=1000, description="Per topic, for ever.")
    kafka_replication: int = Field(1, ge=1, le=7)
    kafka_session_seconds: float = Field(
        10.0, ge=1, description="Silence after which a reader's partitions move on."
    )
    kafka_security_protocol: SecurityProtocol = "PLAINTEXT"
    kafka_sasl_mechanism: Mechanism = "SCRAM-SHA-512"
    kafka_sasl_username: str | None = Field(
        None, description="The service's user in the cluster; left out: canaliza-SERVICE."
    )
    kafka_sasl_password: SecretStr | None = Field(None, description="That user's password.")
    kafka_sasl_passwords: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="By service and `administrator`, for whoever runs commands for all of them.",
    )
    kafka_users: dict[str, str] = Field(
        default_factory=dict, description="Services that are called otherwise in the cluster."
    )
    kafka_ssl_cafile: str = Field("", description="Who signed the brokers' certificates.")
    kafka_ssl_certfile: str = Field("", description="Our own certificate.")
    kafka_ssl_keyfile: str = Field("", description="Its private key.")
    message_keys: SecretStr | None = Field(
        None,
        description="What messages are sealed with on Kafka, at least 32 characters; after a"
        " blank, those of before.",
    )
    oidc_issuer: str | None = Field(
        None, description="The identity provider whose access tokens are accepted: its issuer."
    )
    oidc_audience: str | None = Field(
        None, min_length=1, description="What those tokens must name as their audience."
    )
    oidc_claims: Path | None = Field(
        None, description="The file that says who comes with which claims."
    )
    oidc_ca: Path | None = Field(
        None, description="PEM: who vouches for the provider; left out: whom the machine trusts."
    )
    oidc_client_id: str | None = Field(
        None, min_length=1, description="The pages' own name at the provider: people sign in there."
    )
    oidc_client_secret: SecretStr | None = Field(
        None, description="The pages' secret at the provider; left out: a public client."
    )
    oidc_scope: str = Field("openid", description="What the pages ask the provider for.")
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    metrics_host: str = Field("127.0.0.1", description="Where /metrics listens, for a scraper.")
    metrics_port: int | None = Field(
        None, ge=0, le=65535, description="Left out: 1000 above the port; 0: a free one."
    )
    requests_per_second: float = Field(
        200.0, ge=1, description="Of one institution in one process; saved up for ten seconds."
    )
    requests_at_once: int = Field(
        8, ge=1, description="Of one institution, worked on at once; sixteen times that wait."
    )
    document_mib: int = Field(
        10, ge=1, le=MOST_MIB, description="The size of the largest document, in MiB."
    )
    public_url: Annotated[PublicUrl | None, NoDecode, BeforeValidator(read_public_url)] = Field(
        None, description="https://HOST[:PORT], as browsers know it."
    )
    trusted_proxy: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(networks)] = Field(
        (), description="Addresses, networks whose word counts on who asks, and how."
    )
    tls_certificate: Path | None = Field(None, description="PEM, the server's own first.")
    tls_key: Path | None = Field(None, description="PEM, without a passphrase.")
    tls_client_ca: Path | None = Field(None, description="PEM: who vouches for clients.")
    log_level: str = Field("INFO", pattern=f"^({'|'.join(logging.getLevelNamesMapping())})$")

    def __init__(self, **given: Any) -> None:
        """Read the settings; ``given`` goes before environment and file.

        Raises SettingsProblem: of which kind, ``shared.service.setting_names`` says.

        The values that were read are dropped with the original error, because its message quotes
        them.
        """
        try:
            super().__init__(**given)
        except (ValueError, OSError) as error:
            raise SettingsNotUsable(_not_usable(error)) from None

    @field_validator("installation_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None:
            InstallationSecret(secret.get_secret_value().encode())
        return secret

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments, then the environment, then the file.

        In each of the two a secret's own name goes before its file's; both together are refused.
        """
        del dotenv_settings, file_secret_settings
        said = in_file(settings_cls)
        plain = {name: value for name, value in said.items() if name in settings_cls.model_fields}
        return (
            init_settings,
            env_settings,
            SecretFiles(settings_cls, in_environment, lambda name: f"CANALIZA_{name.upper()}"),
            InitSettingsSource(settings_cls, plain),
            SecretFiles(settings_cls, in_file, str),
        )

    def address(self, service: str) -> DatabaseAddress:
        """Return how a service, or ``VAULT``, reaches its schema. Raises RootCertificateMissing."""
        own, user = self.database_password, self.database_user
        if service == VAULT:  # beside intake's own, in the same process
            own, user = self.vault_database_password, None
        password = own or self.database_passwords.get(service) or SecretStr("")
        return DatabaseAddress(
            self.database_host,
            self.database_port,
            user or role_of(service, self.database_name),
            password.get_secret_value(),
            service,
            self.database_name,
            encryption=encryption_to(
                self.database_host, self.database_sslmode, self.database_sslrootcert
            ),
        )

    def secret(self) -> InstallationSecret:
        """Return the installation's secret. Raises SecretMissing."""
        return InstallationSecret(self.secret_text().encode())

    def secret_text(self) -> str:
        """Return the same as it is written, for another process. Raises SecretMissing."""
        if self.installation_secret is None:
            raise SecretMissing
        return self.installation_secret.get_secret_value()

    def kafka(self, who: str) -> KafkaSettings:
        """Return how a service, or the administrator, reaches the cluster.

        Raises SettingsNotUsable if a password is needed and none is given, or if a file that is
        needed cannot be used.
        """
        password = self.kafka_sasl_password or self.kafka_sasl_passwords.get(who)
        if password is None and self.kafka_security_protocol.startswith("SASL"):
            raise SettingsNotUsable(["kafka_sasl_password"])
        if self.kafka_security_protocol.endswith("SSL"):
            self._require_ssl_files()
        return KafkaSettings(
            self.kafka_bootstrap,
            self.kafka_session_seconds,
            self.kafka_prefix,
            KafkaLogin(
                self.kafka_security_protocol,
                self.kafka_sasl_mechanism,
                self.kafka_sasl_username or self.kafka_user(who),
                password.get_secret_value() if password else "",
                self.kafka_ssl_cafile,
                self.kafka_ssl_certfile,
                self.kafka_ssl_keyfile,
            ),
            Seals(self.message_secrets),
        )

    def _require_ssl_files(self) -> None:
        """Raise SettingsNotUsable if one cannot be used; the client would try again for ever.

        A key with a passphrase cannot: nobody is there to type it.
        """
        context, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), self.kafka_ssl_certfile
        name = "kafka_ssl_cafile"
        try:
            if self.kafka_ssl_cafile:
                context.load_verify_locations(self.kafka_ssl_cafile)
            name = "kafka_ssl_certfile"
            if ours:
                context.load_cert_chain(ours, self.kafka_ssl_keyfile or None, password="")
        except (OSError, ValueError):
            raise SettingsNotUsable([name]) from None

    def kafka_user(self, who: str) -> str:
        """Return how a service, or the administrator, is called in the cluster."""
        return self.kafka_users.get(who) or user_of(who)

    @property
    def message_secrets(self) -> list[str]:
        """What messages are sealed with, the current secret first; empty if there is none."""
        keys = self.message_keys
        return keys.get_secret_value().split() if keys else []

    @field_validator("message_keys")
    @classmethod
    def _each_long_enough(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys is not None:
            secrets_in(keys.get_secret_value())
        return keys

    def metrics_address(self, port: int) -> tuple[str, int]:
        """Return where the metrics of a process are to be had that listens on this port."""
        own = self.metrics_port
        return self.metrics_host, metrics_port_beside(port) if own is None else own

    def admin(self) -> str | None:
        """Return the operator's connection string; what it leaves open of TLS is as for services.

        Raises RootCertificateMissing.
        """
        if self.database_admin is None:
            return None
        return self.encrypted(self.database_admin.get_secret_value())

    def encrypted(self, conninfo: str) -> str:
        """Return a connection string with what it leaves open of TLS. Raises as ``admin``."""
        return encrypted(conninfo, self.database_sslmode, self.database_sslrootcert)

    def tls(self) -> TlsFiles | None:
        """Return the files of our own TLS. Raises SettingsNotUsable if one is missing."""
        certificate, key, client_ca = self.tls_certificate, self.tls_key, self.tls_client_ca
        if certificate is not None and key is not None:
            return TlsFiles(certificate, key, client_ca)
        if certificate is None and key is None and client_ca is None:
            return None
        given = {"tls_certificate": certificate, "tls_key": key}
        raise SettingsNotUsable([name for name, path in given.items() if path is None])


def metrics_port_beside(port: int) -> int:
    """Return the port of the metrics where none is set: 1000 above the port, or a free one (0)."""
    if port == 0:
        return 0
    return port + 1_000 if port + 1_000 <= 65_535 else port - 1_000  # noqa: PLR2004 - the last one


def role_of(service: str, database: str) -> str:
    """Return the database role that a service works as.

    Roles belong to a whole server: each installation on it has its own, with its own passwords.
    """
    return f"{database}_{service}"


def _not_usable(error: ValueError | OSError) -> Iterable[str]:
    """Return the fields that an error is about; the settings file if it is about none."""
    if isinstance(error, ValidationError):
        return [str(problem["loc"][0]) for problem in error.errors(include_input=False)]
    if isinstance(error, SettingsError):
        return [name for name in Settings.model_fields if f'"{name}"' in str(error)]
    return ["settings"]
