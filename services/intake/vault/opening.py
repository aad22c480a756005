"""The vault of an installation, as its settings say."""

from typing import Final

from services.intake.vault.master_keys import (
    MasterKeyFile,
    MasterKeys,
    MasterKeysMissing,
    from_environment,
)
from services.intake.vault.vault import MIGRATIONS, Vault
from shared.eventstore.recorder import guarded_recorder_at
from shared.postgres.migrations import check
from shared.service.setting_names import SecretGivenTwice
from shared.service.settings import VAULT, Settings

_NAME: Final = "CANALIZA_VAULT_KEYS"


def opened_vault(settings: Settings) -> Vault:
    """Connect to the vault; the caller closes it.

    Raises MasterKeysMissing, SecretGivenTwice, and as ``master_keys`` does, if the master keys
    cannot be used; SchemaNotKnown if the schema is not the one of this program; an outage.
    """
    keys = master_keys_of(settings)
    address = settings.address(VAULT)
    with address.connection() as conn:
        check(conn, VAULT, MIGRATIONS)
    return Vault(guarded_recorder_at(address), keys)


def master_keys_of(settings: Settings) -> MasterKeys:
    """Return the master keys that the settings give, or name the file of. Raises as above."""
    keys, file = settings.vault_keys, settings.vault_keys_file
    if keys is not None and file is not None:
        raise SecretGivenTwice(_NAME)
    if file is not None:
        return MasterKeyFile(file)
    if keys is None:
        raise MasterKeysMissing
    return from_environment(keys.get_secret_value(), _NAME)
