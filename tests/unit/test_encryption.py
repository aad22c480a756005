"""Connections to PostgreSQL are in plain text on this machine at most, whoever names the server."""

import pytest
from psycopg.conninfo import conninfo_to_dict

from shared.postgres.encryption import RootCertificateMissing, SslMode, encrypted, encryption_to

ROOT = "/etc/root.pem"
ELSEWHERE = "db.example.org"
_NAMES = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSSLMODE")


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _NAMES:
        monkeypatch.delenv(name, raising=False)


def mode_of(conninfo: str, mode: SslMode | None = None) -> object:
    return conninfo_to_dict(encrypted(conninfo, mode, ROOT))["sslmode"]


@pytest.mark.parametrize(
    "conninfo",
    [
        "user=postgres",
        "host=''",
        *("host=localhost", "host=127.0.0.2", "host=::1", "host=localhost,127.0.0.1"),
        *("host=/run/postgresql", "host=@abstract", f"host={ELSEWHERE} hostaddr=127.0.0.1"),
    ],
)
def test_on_this_machine_it_is_as_libpq_has_it(conninfo: str) -> None:
    assert mode_of(conninfo) == "prefer"


@pytest.mark.parametrize(
    "conninfo",
    [
        *(f"host={ELSEWHERE}", f"host=localhost,{ELSEWHERE}", "host=localhost.evil.example"),
        *("host=localhost hostaddr=192.0.2.1", "service=prod", "host=localhost service=prod"),
    ],
)
def test_to_another_the_server_is_verified(conninfo: str) -> None:
    assert mode_of(conninfo) == "verify-full"
    with pytest.raises(RootCertificateMissing):
        encrypted(conninfo, None, None)


@pytest.mark.parametrize(
    ("variable", "value", "conninfo"),
    [
        ("PGHOST", ELSEWHERE, "user=postgres"),
        ("PGHOSTADDR", "192.0.2.1", "user=postgres"),
        ("PGHOSTADDR", "192.0.2.1", "host=localhost"),
        ("PGSERVICE", "prod", "user=postgres"),
        ("PGSERVICE", "prod", "host=localhost"),
    ],
)
def test_what_the_environment_says_to_libpq_counts(
    variable: str, value: str, conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    assert mode_of(conninfo) == "verify-full"
    with pytest.raises(RootCertificateMissing, match=value):
        encrypted(conninfo, None, None)


@pytest.mark.parametrize("conninfo", ["host=localhost", "host=''"])
def test_a_host_in_the_connection_string_goes_before_it(
    conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGHOST", ELSEWHERE)
    assert mode_of(conninfo) == "prefer"


def test_an_address_in_the_connection_string_goes_before_every_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.setenv(name, ELSEWHERE)
    assert mode_of("hostaddr=127.0.0.1") == "prefer"


def test_the_operator_s_word_goes_before_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", ELSEWHERE)
    assert mode_of("user=postgres", "disable") == "disable"
    assert mode_of("user=postgres sslmode=require", "disable") == "require"


def test_a_service_s_own_connections_go_by_the_same_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    assert encryption_to("localhost", None, None).mode == "prefer"
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")
    assert encryption_to("localhost", None, ROOT).mode == "verify-full"
