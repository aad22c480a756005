"""How connections to PostgreSQL are encrypted, and who must vouch for the server.

libpq's own default (``prefer``) goes on in plain text where the server, or whoever stands in
between, says that it has no TLS. Here it is the default on this machine only.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from shared.kernel.hosts import is_loopback
from shared.kernel.text import Text, UserError

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
_VERIFYING = ("verify-ca", "verify-full")
_SECRETS = frozenset({"password", "sslpassword", "oauth_client_secret"})


NOT_TRUSTED = Text(
    "La base de datos no ofrece la conexión TLS requerida, o la exige: revise su certificado y"
    " CANALIZA_DATABASE_SSLMODE y _SSLROOTCERT.",
    "The database does not offer the TLS connection that is required, or requires one: check its"
    " certificate, and CANALIZA_DATABASE_SSLMODE and _SSLROOTCERT.",
)


class RootCertificateMissing(UserError):
    """The server's certificate is to be verified, and nobody said who vouches for it."""

    def __init__(self, host: str) -> None:
        super().__init__(
            Text(
                f"Falta la autoridad del certificado de PostgreSQL en {host}: defina"
                " CANALIZA_DATABASE_SSLROOTCERT (su archivo, o system). Si la red"
                " ya cifra: CANALIZA_DATABASE_SSLMODE=disable.",
                f"The authority of the certificate of PostgreSQL at {host} is missing: set"
                " CANALIZA_DATABASE_SSLROOTCERT (its file, or system). If the"
                " network encrypts: CANALIZA_DATABASE_SSLMODE=disable.",
            ),
            2,
        )


@dataclass(frozen=True, slots=True)
class Encryption:
    """libpq's sslmode and sslrootcert (None: it needs none)."""

    mode: SslMode = "prefer"
    root: str | None = None

    def words(self) -> dict[str, str]:
        """Return them as parts of a connection string."""
        return {"sslmode": self.mode} | ({"sslrootcert": self.root} if self.root else {})


def encryption_to(host: str, mode: SslMode | None, root: str | None) -> Encryption:
    """Choose the encryption to a host: a name, an address, a socket folder, or several.

    mode: as the operator says; None: ``prefer`` on this machine, ``verify-full`` to another.
    Raises RootCertificateMissing.
    """
    return _encryption(_reached({"host": host}), mode, root)


def encrypted(conninfo: str, mode: SslMode | None, root: str | None) -> str:
    """Complete a connection string that leaves its encryption open. Raises as ``encryption_to``."""
    given = conninfo_to_dict(conninfo)
    if "sslmode" in given:
        return conninfo
    named = given.get("sslrootcert")
    words = _encryption(_reached(given), mode, str(named) if named else root).words()
    return make_conninfo(conninfo, **words)


def _encryption(reached: str, mode: SslMode | None, root: str | None) -> Encryption:
    here = all(_is_here(one.strip()) for one in reached.split(","))
    chosen: SslMode = mode or ("prefer" if here else "verify-full")
    if chosen in _VERIFYING and root is None:
        raise RootCertificateMissing(reached)
    return Encryption(chosen, root if chosen in (*_VERIFYING, "require") else None)


def _reached(given: Mapping[str, Any]) -> str:
    """Return the host that libpq will connect to, which the environment has a say in too.

    A file of services may name any host, so what it names is none of this machine.
    """
    if address := given.get("hostaddr"):
        return str(address)
    if service := given.get("service") or os.environ.get("PGSERVICE"):
        return f"service={service}"
    if address := os.environ.get("PGHOSTADDR"):
        return address
    host = given.get("host")
    return str(os.environ.get("PGHOST", "") if host is None else host)


def refused_by_tls(error: BaseException) -> bool:
    """Whether a connection failed over certificates, or for want of TLS: no server is away then."""
    lines = str(error).splitlines()
    if not_let_in := [line for line in lines if "pg_hba.conf" in line]:
        # The server's own words, in its language: only what is encrypted is called so in all.
        return all("SSL" not in line for line in not_let_in)
    return any(sign in line for line in lines for sign in ("SSL", "certifica"))


def _is_here(host: str) -> bool:
    """Whether only this machine is reached: a socket's folder (or none), or the loopback."""
    return not host or host.startswith(("/", "@")) or is_loopback(host)


def holds_secret(conninfo: str) -> bool:
    """Whether a connection string has a password in it. Raises ValueError if it is none."""
    try:
        given = conninfo_to_dict(conninfo)
    except ProgrammingError:
        raise ValueError from None
    return not _SECRETS.isdisjoint(given)
