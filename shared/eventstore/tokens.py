"""Tokens in the database, as hashes: who they stand for, until when.

Services read them, the operator writes them.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from shared.eventstore.batcher import Batcher
from shared.eventstore.recorder import GapFreeRecorder
from shared.kernel.ids import new_id

SCHEMA = "identity"
_PREFIX = "cnz_"
_MOST_KNOWN = 10_000
"""Strangers' guesses must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token's public side. subject: its public id, which stands in the facts.

    roles: what it may act as. created_at: told to the operator alone, None to a service.
    """

    subject: str
    institution: str
    roles: tuple[str, ...]
    expires_at: datetime
    revoked_at: datetime | None
    created_at: datetime | None = None


class Tokens:
    """Looks tokens up for one service.

    What was read once is good as long as no token anywhere has changed.

    Every look-up is checked against the database's revision number after it arrived, all that
    arrive together in one query; so a revoked token is refused from the next request on.
    """

    def __init__(self, recorder: GapFreeRecorder) -> None:
        """recorder: a service's own, whose role may read the tokens."""
        self._recorder = recorder
        self._known: dict[bytes, Token | None] = {}
        self._revision = 0
        self._batcher: Batcher[bytes, Token | None] = Batcher("tokens", self._serve)

    def find(self, secret: str) -> Any:
        """A future of the token that this secret belongs to, or None."""
        return self._batcher.submit(hash_of(secret))

    def close(self) -> None:
        """Stop looking up."""
        self._batcher.close()

    def _serve(self, batch: Sequence[tuple[bytes, Any]]) -> None:
        with self._recorder.connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            row = curs.execute("SELECT number FROM identity.revision").fetchone()
            if row is None or row[0] != self._revision:
                self._known.clear()
                self._revision = row[0] if row else 0
            unknown = list({h for h, _ in batch} - self._known.keys())
            if unknown:
                curs.execute(
                    "SELECT hash, subject, institution, roles, expires_at, revoked_at "
                    "FROM identity.tokens"
                    " WHERE hash = ANY(%s)",
                    (unknown,),
                )
                found = {
                    bytes(r[0]): Token(r[1], r[2], tuple(r[3]), r[4], r[5]) for r in curs.fetchall()
                }
                self._known.update({h: found.get(h) for h in unknown})
        for hashed, future in batch:
            future.set_result(self._known[hashed])
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()


class TokenOffice:
    """Makes, lists and revokes tokens: the operator's side, with the operator's own connection."""

    def __init__(self, admin: str) -> None:
        """``admin``: a connection string of a role that owns the ``identity`` schema."""
        self._admin = admin

    def create(
        self, institution: str, roles: Sequence[str], expires_at: datetime
    ) -> tuple[Token, str]:
        """A new token and its secret. The secret is shown this once and stored nowhere."""
        secret = _PREFIX + secrets.token_urlsafe(32)
        token = Token(f"token-{new_id().hex[:12]}", institution, tuple(roles), expires_at, None)
        with psycopg.connect(self._admin) as conn:
            conn.execute(
                "INSERT INTO identity.tokens (subject, hash, institution, roles, "
                "expires_at) VALUES (%s, %s, %s, %s, %s)",
                (token.subject, hash_of(secret), institution, list(roles), expires_at),
            )
        return token, secret

    def revoke(self, subject: str) -> bool:
        """Revoke at once; False if no such token is in force."""
        with psycopg.connect(self._admin) as conn:
            done = conn.execute(
                "UPDATE identity.tokens SET revoked_at = now() WHERE subject = %s AND "
                "revoked_at IS NULL",
                (subject,),
            )
            return done.rowcount == 1

    def all(self) -> list[Token]:
        """Every token there ever was, newest first."""
        with psycopg.connect(self._admin) as conn:
            rows = conn.execute(
                "SELECT subject, institution, roles, expires_at, revoked_at, created_at FROM "
                "identity.tokens ORDER BY created_at DESC"
            ).fetchall()
            return [Token(r[0], r[1], tuple(r[2]), r[3], r[4], r[5]) for r in rows]


def hash_of(secret: str) -> bytes:
    """What is kept of a secret: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
