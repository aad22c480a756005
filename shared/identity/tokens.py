"""Tokens in the database, stored as hashes, with their institution, roles and expiry.

Every service reads them. The operator keeps them all; an institution's administrator keeps the
institution's own (``token_keeping``).
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import psycopg
from psycopg import Connection, Cursor
from psycopg.rows import tuple_row

from shared.eventstore.batcher import Batcher, Promise
from shared.eventstore.recorder import GapFreeRecorder
from shared.identity.access_log import MADE, REVOKED, by_operator, write_with
from shared.identity.token_lives import require_life
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.value import Value
from shared.postgres.attempts import Attempts

SCHEMA = "identity"
_PREFIX = "cnz_"
_MOST_KNOWN = 10_000
"""The most hashes kept in memory: guesses must not fill it."""


Status = Literal["in-force", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class Token:
    """The public side of a token. subject: the pseudonymous id of its person, which facts carry.

    roles: those it may act in. What follows is read by those alone who keep tokens. id: its public
    name. made_by, revoked_by: the subject who did; None: the operator, or nobody.
    """

    subject: str
    institution: str
    roles: tuple[str, ...]
    expires_at: datetime
    revoked_at: datetime | None
    created_at: datetime | None = None
    id: str = ""
    made_by: str | None = None
    revoked_by: str | None = None

    def status(self, at: datetime) -> Status:
        """Return what it is worth at a moment: a revoked one stays revoked when it expires too."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= at else "in-force"


def token_of(row: Sequence[Any]) -> Token:
    """Return the token in a row, whose columns are those of ``SELECT``, or its first ones."""
    subject, institution, roles, *more = row
    return Token(subject, institution, tuple(roles), *more)


class TokensUnchanged(Value):
    """Checks that no token anywhere was made or revoked since a revision; a ``Precondition``."""

    recorder: GapFreeRecorder
    revision: int

    def __call__(self) -> bool:
        with self.recorder.cursor() as curs:
            return _revision(curs) == self.revision


@dataclass(frozen=True, slots=True)
class TokenFound:
    """The token that a secret belongs to, valid for as long as ``unchanged`` holds."""

    token: Token | None
    unchanged: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class _Read:
    """The tokens read so far, by hash, all as of one revision."""

    unchanged: TokensUnchanged
    tokens: dict[bytes, Token | None]


class Tokens:
    """Looks tokens up for one service.

    What was read once is good as long as no token anywhere has changed: every change counts up the
    database's revision number. ``find_from_loop`` compares it, in one query for all look-ups that
    arrive together; ``known`` leaves that to its caller (see ``Submission.precondition``). Either
    way a revoked token is refused from the next request on.
    """

    def __init__(self, recorder: GapFreeRecorder, attempts: Attempts | None = None) -> None:
        """Read tokens over a service's own recorder, whose role may. attempts: hears of each."""
        self._recorder = recorder
        self._attempts = attempts or Attempts("-", "tokens")
        self._read = _Read(TokensUnchanged(recorder, 0), {})
        self._batcher: Batcher[bytes, TokenFound] = Batcher("tokens", self._serve)

    def find_from_loop(self, secret: str) -> "asyncio.Future[TokenFound]":
        """Return a future, for an event loop, of the token that has this secret now, if any."""
        return self._batcher.submit_from_loop(hash_of(secret))

    def known(self, secret: str) -> TokenFound | None:
        """Return the token as last read, without a query; None if it was not read."""
        read = self._read
        token = read.tokens.get(hash_of(secret))
        return TokenFound(token, read.unchanged) if token else None

    def close(self) -> None:
        self._batcher.close()

    def _serve(self, batch: Sequence[tuple[bytes, Promise]]) -> None:
        try:
            self._look_up(batch)
        except psycopg.Error as error:
            self._attempts.failed(error)
            raise
        self._attempts.succeeded()

    def _look_up(self, batch: Sequence[tuple[bytes, Promise]]) -> None:
        with self._recorder.connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            current, read = _revision(curs), self._read
            if current != read.unchanged.revision or len(read.tokens) > _MOST_KNOWN:
                read = _Read(TokensUnchanged(self._recorder, current), {})
            unknown = list({h for h, _ in batch} - read.tokens.keys())
            if unknown:
                curs.execute(
                    "SELECT hash, subject, institution, roles, expires_at, revoked_at "
                    "FROM identity.tokens"
                    " WHERE hash = ANY(%s)",
                    (unknown,),
                )
                found = {bytes(row[0]): token_of(row[1:]) for row in curs.fetchall()}
                read.tokens.update({h: found.get(h) for h in unknown})
        self._read = read
        for hashed, promise in batch:
            promise.set_result(TokenFound(read.tokens[hashed], read.unchanged))


def _revision(curs: Cursor[Any]) -> int:
    """Return the number of the tokens' last committed change."""
    row = curs.execute("SELECT number FROM identity.revision", prepare=True).fetchone()
    return int(row[0]) if row else 0


class TokenOffice:
    """Makes, lists and revokes tokens for the operator, over the operator's own connection."""

    def __init__(self, admin: str) -> None:
        """admin: a connection string of a role that owns the ``identity`` schema."""
        self._admin = admin

    def create(
        self,
        institution: str,
        roles: Sequence[str],
        expires_at: datetime,
        subject: str | None = None,
    ) -> tuple[Token, str]:
        """Make a token; return it and its secret, which is shown this once and stored nowhere.

        subject: of the person whose token it is, if that person has one already; None: a new one.
        Raises LivesTooLong.
        """
        require_life(roles, expires_at - now())
        token, secret = new_token(institution, roles, expires_at, subject)
        with psycopg.connect(self._admin) as conn:
            insert(conn, token, secret)
            _written(conn, MADE, [token.id])
        return token, secret

    def revoke(self, token_id: str) -> bool:
        """Revoke a token at once; return False if there is none, or it was revoked before."""
        with psycopg.connect(self._admin) as conn:
            done = conn.execute(
                "UPDATE identity.tokens SET revoked_at = now() WHERE token = %s AND "
                "revoked_at IS NULL",
                (token_id,),
            )
            if done.rowcount:
                _written(conn, REVOKED, [token_id])
            return done.rowcount == 1

    def revoke_all(
        self, *, institution: str | None = None, subject: str | None = None
    ) -> list[str]:
        """Revoke at once all that an institution, or a person, has in force; return their ids."""
        with psycopg.connect(self._admin) as conn:
            rows = conn.execute(
                "UPDATE identity.tokens SET revoked_at = now() WHERE revoked_at IS NULL "
                "AND expires_at > now() AND (institution = %s OR subject = %s) RETURNING token",
                (institution, subject),
            ).fetchall()
            revoked = sorted(str(row[0]) for row in rows)
            _written(conn, REVOKED, revoked)
            return revoked

    def all(self) -> list[Token]:
        """Return every token there ever was, newest first."""
        with psycopg.connect(self._admin) as conn:
            rows = conn.execute(SELECT + " ORDER BY created_at DESC")
            return [token_of(row) for row in rows]


SELECT: Final = (
    "SELECT subject, institution, roles, expires_at, revoked_at, created_at, token, made_by,"
    " revoked_by FROM identity.tokens"
)
"""The columns of a ``Token``, in order."""


def new_token(  # noqa: PLR0913 - what a token is made of
    institution: str,
    roles: Sequence[str],
    expires_at: datetime,
    subject: str | None = None,
    *,
    token_id: str | None = None,
    made_by: str | None = None,
) -> tuple[Token, str]:
    """Make a token that is stored nowhere yet, and its secret.

    subject: of the person whose token it is, if that person has one already; None: a new one.
    """
    token = Token(
        subject or f"subject-{new_id().hex[:12]}",
        institution,
        tuple(roles),
        expires_at,
        None,
        now(),
        id=token_id or f"token-{new_id().hex[:12]}",
        made_by=made_by,
    )
    return token, _PREFIX + secrets.token_urlsafe(32)


def insert(conn: Connection[Any] | Cursor[Any], token: Token, secret: str) -> None:
    """Store a token with the hash of its secret. Raises UniqueViolation if its id is taken."""
    conn.execute(
        "INSERT INTO identity.tokens"
        " (token, subject, hash, institution, roles, created_at, expires_at, made_by)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            token.id,
            token.subject,
            hash_of(secret),
            token.institution,
            list(token.roles),
            token.created_at,
            token.expires_at,
            token.made_by,
        ),
    )


_COMMANDS: Final = {MADE: "token-create", REVOKED: "token-revoke"}


def _written(conn: Connection[Any], outcome: str, tokens: Sequence[str]) -> None:
    """Write into the access log, in the same transaction, what the operator did."""
    for token in tokens:
        write_with(conn, by_operator(outcome, _COMMANDS[outcome], token=token))


def hash_of(secret: str) -> bytes:
    """Return what is stored of a secret: SHA-256, which is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
