"""Trouble over TLS is told from a server that is away, whatever language the server speaks."""

import psycopg
import pytest

from shared.postgres.encryption import refused_by_tls

_NOT_LISTED = "no pg_hba.conf entry for host"
_NO_LISTADA = "no hay una línea en pg_hba.conf para «127.0.0.1», usuario «a», base de datos «b»,"


@pytest.mark.parametrize(
    "said",
    [
        "server does not support SSL, but SSL was required",
        "SSL error: certificate verify failed",
        'root certificate file "/x" does not exist',
        f'FATAL:  {_NOT_LISTED} "127.0.0.1", user "a", database "b", no encryption',
        f"FATAL:  {_NO_LISTADA} sin cifrado",
        "FATAL:  la conexión requiere un certificado de cliente válido",
    ],
)
def test_want_of_tls_is_told(said: str) -> None:
    assert refused_by_tls(psycopg.OperationalError(f"connection failed: {said}"))


@pytest.mark.parametrize(
    "said",
    [
        "Connection refused",
        (
            f'FATAL:  {_NOT_LISTED} "127.0.0.1", user "a", database "b", SSL encryption\n'
            f'FATAL:  {_NOT_LISTED} "127.0.0.1", user "a", database "b", no encryption'
        ),
        f"FATAL:  {_NO_LISTADA} cifrado SSL",
    ],
)
def test_a_server_that_is_away_or_lets_this_address_in_by_no_means_is_no_such_trouble(
    said: str,
) -> None:
    assert not refused_by_tls(psycopg.OperationalError(f"connection failed: {said}"))
