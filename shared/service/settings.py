"""An operator's settings.

From the environment (``CANALIZA_…``) or a TOML file that ``CANALIZA_SETTINGS`` names. A setting of
type SecretStr may also be given as a file: ``CANALIZA_NAME_FILE``. Names that no field here has are
refused (``shared.service.setting_names``).
"""

import logging
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from typing_extensions import override

from shared.eventstore.begun_with import SecretMissing
from shared.kernel.ids import InstallationSecret
from shared.messaging.kafka_settings import PREFIX, KafkaSettings
from shared.postgres.database import DatabaseAddress
from shared.service.setting_names import (
    SecretFiles,
    SettingsNotKnown,
    SettingsNotUsable,
    in_environment,
    in_file,
)

__all__ = ["SERVICES", "Settings", "SettingsNotKnown", "SettingsNotUsable", "role_of"]

SERVICES = ("intake", "referral", "followup", "reporting")
"""The four services, in the order in which a case first meets them."""


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
    installation_secret: SecretStr | None = Field(
        None,
        description="What ids and fingerprints are derived with: 32 bytes or more, for ever.",
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
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    requests_per_second: float = Field(
        200.0, ge=1, description="Of one institution in one process; saved up for ten seconds."
    )
    requests_at_once: int = Field(
        64, ge=1, description="In progress, of one institution in one process."
    )
    log_level: str = Field("INFO", pattern=f"^({'|'.join(logging.getLevelNamesMapping())})$")

    def __init__(self, **given: Any) -> None:
        """Read the settings; ``given`` goes before environment and file.

        Raises SettingsNotUsable, which SettingsNotKnown is one of.

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
        """Return how a service reaches its own schema."""
        password = self.database_password or self.database_passwords.get(service) or SecretStr("")
        return DatabaseAddress(
            self.database_host,
            self.database_port,
            self.database_user or role_of(service, self.database_name),
            password.get_secret_value(),
            service,
            self.database_name,
        )

    def secret(self) -> InstallationSecret:
        """Return the installation's secret. Raises SecretMissing."""
        return InstallationSecret(self.secret_text().encode())

    def secret_text(self) -> str:
        """Return the same as it is written, for another process. Raises SecretMissing."""
        if self.installation_secret is None:
            raise SecretMissing
        return self.installation_secret.get_secret_value()

    def kafka(self) -> KafkaSettings:
        return KafkaSettings(self.kafka_bootstrap, self.kafka_session_seconds, self.kafka_prefix)


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
