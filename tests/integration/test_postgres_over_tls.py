"""Connections to a PostgreSQL that has a certificate: verified, or refused, never in plain text."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from services.installation import ALL
from services.intake.wiring import SERVICE as INTAKE
from shared.embedded.privileges import RunAs, run_as
from shared.postgres.database import OUTAGES
from shared.service.run import _run
from shared.service.service import Service
from shared.service.settings import VAULT, Settings
from tests.certificates import Authority
from tests.command_line import CommandLine, canaliza
from tests.embedded_processes import temporary_folder
from tests.installation_secret import SECRET_TEXT
from tests.ports import held_port
from tests.programs import debians_postgres
from tests.waiting import soon

__all__ = ["canaliza"]

pytestmark = pytest.mark.integration

PASSWORD = "hunter2"  # noqa: S105 - of a server that lives for these tests
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
ssl = on
ssl_cert_file = '{folder}/server.crt'
ssl_key_file = '{folder}/server.key'
fsync = off
"""


@dataclass(frozen=True)
class TlsPostgres:
    """A server of Debian's that lets nobody in without TLS."""

    port: int
    authority: Path
    stranger: Path
    programs: Path
    folder: Path
    user: RunAs

    def conninfo(self, **more: str) -> str:
        return psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=self.port, user="postgres", password=PASSWORD, **more
        )

    def settings(self, **more: object) -> dict[str, object]:
        """The settings of an installation on it, as verified as can be."""
        return {
            "database_host": "127.0.0.1",
            "database_port": self.port,
            "database_admin": self.conninfo(),
            "database_passwords": dict.fromkeys((*(each.name for each in ALL), VAULT), PASSWORD),
            "database_sslmode": "verify-full",
            "database_sslrootcert": str(self.authority),
            "installation_secret": SECRET_TEXT,
            **more,
        }

    def ctl(self, *words: str) -> None:
        """Run pg_ctl as the server's user."""
        run(self.user, self.programs / "pg_ctl", "-D", self.folder / "data", *words)

    def says(self, setting: str) -> None:
        """Add a line to the server's settings, and have it read."""
        with (self.folder / "data/postgresql.conf").open("a") as file:
            file.write(f"{setting}\n")
        self.ctl("reload")


def run(user: RunAs, *words: object) -> None:
    other: dict[str, Any] = (
        {"user": user.uid, "group": user.gid, "extra_groups": []} if user.dropped else {}
    )
    subprocess.run(
        [str(word) for word in words], check=True, stdout=subprocess.DEVNULL, cwd="/", **other
    )


def answers_in_plain_text(server: TlsPostgres) -> bool:
    try:
        with psycopg.connect(server.conninfo(sslmode="disable")):
            return True
    except OUTAGES:
        return False


@pytest.fixture(scope="module")
def server() -> Iterator[TlsPostgres]:
    programs, user = debians_postgres(), run_as()
    with held_port() as port, temporary_folder() as folder:
        authority = Authority(folder)
        pair = authority.server()
        stranger = Authority(folder, "stranger").file
        (folder / "password").write_text(PASSWORD)
        for path in (folder, pair.key, pair.certificate, folder / "password"):
            shutil.chown(path, user.uid, user.gid)
        data = folder / "data"
        password = f"--pwfile={folder}/password"
        run(
            user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", password
        )
        with (data / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS.format(port=port, folder=folder))
        (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        found = TlsPostgres(port, authority.file, stranger, programs, folder, user)
        found.ctl("-w", "-l", f"{folder}/log", "start")
        try:
            yield found
        finally:
            found.ctl("-w", "-m", "immediate", "stop")


@pytest.fixture
def given(server: TlsPostgres, monkeypatch: pytest.MonkeyPatch, canaliza: CommandLine) -> None:
    """The operator's settings, in the environment."""
    del canaliza  # it clears the environment first
    monkeypatch.setenv("CANALIZA_DATABASE_HOST", "127.0.0.1")
    monkeypatch.setenv("CANALIZA_DATABASE_PORT", str(server.port))
    monkeypatch.setenv("CANALIZA_DATABASE_ADMIN", server.conninfo())
    names = (*(each.name for each in ALL), VAULT)
    passwords = ", ".join(f'"{name}": "{PASSWORD}"' for name in names)
    monkeypatch.setenv("CANALIZA_DATABASE_PASSWORDS", f"{{{passwords}}}")
    monkeypatch.setenv("CANALIZA_DATABASE_SSLMODE", "verify-full")
    monkeypatch.setenv("CANALIZA_DATABASE_SSLROOTCERT", str(server.authority))
    monkeypatch.setenv("CANALIZA_INSTALLATION_SECRET", SECRET_TEXT)


@pytest.mark.usefixtures("given")
def test_with_the_right_authority_everybody_comes_in_over_tls(
    server: TlsPostgres, canaliza: CommandLine
) -> None:
    assert canaliza("migrate").code == 0
    service = Service(INTAKE, Settings())
    try:
        with (
            service.log.address.connection() as lease,
            psycopg.connect(server.conninfo(sslmode="require"), autocommit=True) as admin,
        ):
            assert lease.execute("SELECT 1").fetchone() == (1,)
            encrypted = admin.execute(
                "SELECT a.usename::text, count(*), bool_and(s.ssl) FROM pg_stat_activity a"
                " JOIN pg_stat_ssl s USING (pid) WHERE a.usename LIKE 'canaliza_%' GROUP BY 1"
            ).fetchall()
    finally:
        service.close()
    ((role, connections, all_of_them),) = encrypted
    assert (role, all_of_them) == ("canaliza_intake", True)
    assert connections >= 2  # the pool's, and the lease's own


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize("wrong", ["authority", "plain"])
def test_with_a_wrong_authority_or_in_plain_text_nobody_does_and_the_reason_is_said(
    wrong: str,
    server: TlsPostgres,
    canaliza: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if wrong == "authority":
        monkeypatch.setenv("CANALIZA_DATABASE_SSLROOTCERT", str(server.stranger))
    else:
        monkeypatch.setenv("CANALIZA_DATABASE_SSLMODE", "disable")
    refused = canaliza("migrate", "--lang", "en")
    assert refused.code == 1
    assert "CANALIZA_DATABASE_SSLMODE and _SSLROOTCERT" in refused.err
    assert PASSWORD not in refused.err
    doctor = canaliza("doctor", "--lang", "en")
    assert doctor.code == 1
    assert "CANALIZA_DATABASE_SSLMODE and _SSLROOTCERT" in doctor.out
    monkeypatch.setenv("CANALIZA_PORT", "0")
    assert _run(INTAKE, Settings(), insecure=False) == 2


def test_a_server_that_drops_its_tls_is_not_talked_to(server: TlsPostgres) -> None:
    """As one would see it who stands between: "no TLS here" is not taken for an answer."""
    hba = server.folder / "data/pg_hba.conf"
    kept = hba.read_text()
    hba.write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    try:
        server.says("ssl = off")
        soon(lambda: answers_in_plain_text(server))
        with (
            pytest.raises(OUTAGES, match="SSL"),
            Settings(**server.settings()).address("intake").connection(),
        ):
            raise AssertionError("in plain text")
    finally:
        hba.write_text(kept)
        server.says("ssl = on")
