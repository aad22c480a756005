"""An installation's vault for tests, as whoever keeps it, or has its rows, sees it."""

import base64
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Cursor
from typing_extensions import override

from services.installation import ALL, schemas
from services.intake.vault.fields import FIELDS, PersonFields
from services.intake.vault.opening import opened_vault
from services.intake.vault.vault import Vault
from shared.ciphers.aes import new_key
from shared.embedded.supervisor import PostgresAddress
from shared.identity.tokens import SCHEMA as IDENTITY
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refusal, Refused
from shared.postgres.migrations import migrate, prepare_server
from shared.service.settings import VAULT, Settings
from tests.installation_secret import SECRET_TEXT

TABLES = ("persons", "keys", "fields", "erasures", "migrations")


@dataclass
class VaultSite:
    """An installation's database and the file with its master keys."""

    server: PostgresAddress
    settings: Settings

    @property
    def dbname(self) -> str:
        return self.settings.database_name

    @property
    def admin(self) -> str:
        return self.server.conninfo(dbname=self.dbname)

    @property
    def file(self) -> Path:
        assert self.settings.vault_keys_file is not None
        return self.settings.vault_keys_file

    def opened(self) -> Vault:
        """The vault as one more process has it."""
        return opened_vault(self.settings)

    def execute(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement as who owns the database."""
        with psycopg.connect(self.admin, autocommit=True) as conn:
            curs = conn.execute(text.encode(), values)
            return curs.fetchall() if curs.description else []

    def dump(self) -> str:
        """Every column of every table of the vault, as a dump writes them: bytes as hexadecimal."""
        rows = [self.execute(f"SELECT t::text FROM vault.{table} t") for table in TABLES]  # noqa: S608
        return "\n".join(row[0] for each in rows for row in each)

    def keys(self) -> list[str]:
        """The master keys, the current one first."""
        return self.file.read_text().split()

    def keep_keys(self, *keys: str) -> None:
        """Write the file of the master keys, the current one first."""
        partial = self.file.with_suffix(".new")
        partial.touch(0o600)
        partial.write_text("\n".join(keys))
        partial.replace(self.file)

    def empty(self) -> None:
        """Have nobody in it, and a new master key."""
        self.execute("TRUNCATE vault.persons, vault.erasures CASCADE")
        self.keep_keys(written_key())

    def kill_in(self, transaction: int, act: str, *values: object) -> None:
        """Have a process of its own do something batch by batch, and die in that transaction.

        It is killed after everything was written and before it is committed.
        """
        words = (self.settings, transaction, act, values)
        process = get_context("spawn").Process(target=_die, args=words)
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL


class DyingVault(Vault):
    """A vault whose process is killed before it commits for the so-manieth time."""

    left = 0

    @contextmanager
    @override
    def _transaction(self) -> Iterator[Cursor[tuple[Any, ...]]]:
        with super()._transaction() as curs:
            yield curs
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _die(settings: Settings, transaction: int, act: str, values: tuple[Any, ...]) -> None:
    opened = opened_vault(settings)
    dying = DyingVault(opened._recorder, opened._master_keys)
    dying.left = transaction
    list(getattr(dying, act)(*values))


@contextmanager
def vault_site(server: PostgresAddress, folder: Path) -> Iterator[VaultSite]:
    """Lay an installation's schemas in a database of its own."""
    name = f"vault_{new_id().hex[:8]}"
    prepare_server(server.conninfo(), name)
    passwords = {each: f"of {each}" for each in (*(one.name for one in ALL), VAULT, IDENTITY)}
    migrate(server.conninfo(dbname=name), schemas(passwords, name))
    settings = Settings(
        database_host=server.host,
        database_port=server.port,
        database_name=name,
        database_passwords=passwords,
        installation_secret=SECRET_TEXT,
        vault_keys_file=folder / "master",
    )
    yield VaultSite(server, settings)
    with psycopg.connect(server.conninfo(), autocommit=True) as conn:
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="module")
def laid(
    postgres_server: PostgresAddress, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VaultSite]:
    with vault_site(postgres_server, tmp_path_factory.mktemp("keys")) as there:
        yield there


@pytest.fixture
def site(laid: VaultSite) -> VaultSite:
    """A database with nobody in its vault, and one master key."""
    laid.empty()
    return laid


@pytest.fixture
def vault(site: VaultSite) -> Iterator[Vault]:
    opened = site.opened()
    yield opened
    opened.close()


def written_key() -> str:
    return base64.b64encode(new_key()).decode()


def all_of(vault: Vault, person_id: UUID) -> PersonFields:
    """All that a vault has of somebody."""
    return vault.read(person_id, FIELDS).fields


def refused(act: Callable[[], object]) -> type[Refusal]:
    with pytest.raises(Refused) as told:
        act()
    return type(told.value.refusal)
