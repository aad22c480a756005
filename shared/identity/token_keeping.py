"""An institution's own tokens, as its administrator makes, lists and revokes them.

Who may: an administrator, for their own institution. What they may give: the roles that act for
it, no longer than ``token_lives`` allows; never one that sees or governs others, which the
operator's command line alone gives, as it gives the first administrator's token. The database holds
to that too (``sql/0003-identity.sql``). Each step is written into the access log in the same
transaction. Once that is committed nothing replaces the answer: a token's secret is in it alone.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, LiteralString

import structlog
from psycopg import Cursor
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow, tuple_row

from shared.eventstore.recorder import GapFreeRecorder
from shared.identity.access_log import MADE, REVOKED, Access, write_with
from shared.identity.caller import Caller, audits_itself
from shared.identity.token_lives import LONGEST, strictest
from shared.identity.tokens import SELECT, Token, insert, new_token, token_of
from shared.kernel.clock import now
from shared.kernel.ids import TOKEN_SUBJECT, InstallationSecret
from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Missing, Refused
from shared.kernel.roles import ADMINISTRATOR, AUDITOR, MONITOR, ROLES, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value

log = structlog.get_logger()

GIVEN = tuple(role for role in ROLES if role not in {STEWARD, AUDITOR, MONITOR})
"""The roles that an institution's administrator may give."""
MOST_IN_FORCE = 500
"""The most tokens of one institution in force that an administrator may bring it to."""


class NotYourTokens(Forbidden):
    """An institution's tokens are kept by its own administrator."""

    code: ClassVar[str] = "not-your-tokens"
    text: ClassVar[Text] = Text(
        "Los tokens de una institución los lleva quien la administra.",
        "An institution's tokens are kept by its own administrator.",
    )


class RoleNotGiven(Invalid):
    """A role is none, or one that the operator alone gives."""

    code: ClassVar[str] = "role-not-given"
    text: ClassVar[Text] = Text(
        f"«{{field}}»: uno o más de {', '.join(GIVEN)}. Los demás los da quien opera el sistema.",
        f"“{{field}}”: some of {', '.join(GIVEN)}. Whoever runs the system gives the others.",
    )


class LifeTooLong(Invalid):
    """A token would be in force for longer than one of its roles may be."""

    days: int
    code: ClassVar[str] = "life-too-long"
    text: ClassVar[Text] = Text(
        "«{field}»: con esos roles, de 1 a {days}. Cree otro token antes de que venza.",
        "“{field}”: with these roles, 1 to {days}. Make another token before it expires.",
    )


class SubjectNotYours(Invalid):
    """Nobody of the institution has this subject."""

    code: ClassVar[str] = "subject-not-yours"
    text: ClassVar[Text] = Text(
        "«{field}»: nadie de su institución lo tiene. Vea la lista de tokens, u omítalo.",
        "“{field}”: nobody of your institution has it. See the list of tokens, or leave it out.",
    )


class AuditsThemselves(Conflicting):
    """The person has a token in force with which they would audit themselves."""

    code: ClassVar[str] = "audits-themselves"
    text: ClassVar[Text] = Text(
        "Esa persona tiene otro token con el que auditaría lo propio. Que lo revoquen primero.",
        "That person has another token with which they would audit themselves. Have it revoked"
        " first.",
    )


class TokenMadeAlready(Conflicting):
    """The same Idempotency-Key made a token before; its secret was shown that once."""

    token: str
    code: ClassVar[str] = "token-made-already"
    text: ClassVar[Text] = Text(
        "Esa Idempotency-Key ya creó {token}, y su secreto no se muestra otra vez. Si se perdió,"
        " revóquelo y cree otro con una clave nueva.",
        "That Idempotency-Key made {token} before, and its secret is not shown again. If it was"
        " lost, revoke it and make another with a new key.",
    )


class TooManyTokens(Conflicting):
    """The institution has as many tokens in force as its administrator may make."""

    most: int
    code: ClassVar[str] = "too-many-tokens"
    text: ClassVar[Text] = Text(
        "Su institución tiene ya {most} tokens vigentes, y no se crean más. Revoque los que nadie"
        " usa.",
        "Your institution has {most} tokens in force already, and no more are made. Revoke those"
        " that nobody uses.",
    )


class NoSuchToken(Missing):
    """No token of the institution has this name."""

    code: ClassVar[str] = "no-such-token"
    text: ClassVar[Text] = Text(
        "Ningún token de su institución tiene ese nombre.",
        "No token of your institution has that name.",
    )


class WantedToken(Value):
    """What a token is to be. key: the same one makes one token. subject: see ``new_token``."""

    roles: tuple[str, ...]
    days: int
    subject: str | None
    key: str


class TokenKeeping:
    """The tokens of institutions, over a service's own connections. All methods block.

    Each is for the administrator of that institution, and raises Refused for anybody else. route:
    as the access log names what was asked.
    """

    def __init__(
        self,
        recorder: GapFreeRecorder,
        secret: InstallationSecret,
        changed: Callable[[str, Sequence[Token]], None],
    ) -> None:
        """Keep tokens over a service's own recorder, whose role may make and revoke them.

        changed: is told after each change an institution, and its tokens that are in force. What it
        raises is logged and no more: the next change is told with all of them again.
        """
        self._recorder, self._secret, self._changed = recorder, secret, changed

    def of(
        self,
        by: Caller,
        institution: str,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Token]:
        """Return an institution's tokens, newest first. after: the last one's moment and id."""
        require_administrator(by, institution)
        at, token = after or (None, None)
        return self._tokens(
            "institution = %(institution)s AND (%(at)s::timestamptz IS NULL"
            " OR (created_at, token) < (%(at)s, %(token)s))"
            " ORDER BY created_at DESC, token DESC LIMIT %(limit)s",
            institution=institution,
            at=at,
            token=token,
            limit=limit,
        )

    def make(
        self, by: Caller, institution: str, wanted: WantedToken, route: str
    ) -> tuple[Token, str]:
        """Make a token; return it and its secret, which is shown this once.

        Refused (TooManyTokens) if the institution would have more in force than ``MOST_IN_FORCE``.
        """
        require_administrator(by, institution)
        roles = tuple(dict.fromkeys(wanted.roles))
        _require_given(roles, wanted.days)
        if wanted.subject is not None:
            if not re.fullmatch(TOKEN_SUBJECT, wanted.subject):
                raise Refused(SubjectNotYours(field="subject"))
            _require_one_person(self._of_person(institution, wanted.subject), roles)
        token, secret = new_token(
            institution,
            roles,
            now() + timedelta(days=wanted.days),
            wanted.subject,
            token_id=self._id_of(by, wanted.key),
            made_by=by.subject,
        )
        try:
            with self._recorder.transaction() as curs:
                insert(curs, token, secret)  # one at a time: each waits for the revision
                _require_not_too_many(curs, institution)
                write_with(curs, _line(by, route, MADE, token.id))
        except UniqueViolation:
            raise Refused(TokenMadeAlready(token.id)) from None
        self._tell(institution)
        return token, secret

    def revoke(self, by: Caller, institution: str, token: str, route: str) -> None:
        """Revoke a token: it is refused from the next request on. Repeated: nothing more is done.

        Refused (NoSuchToken) if the institution has none of that name.
        """
        require_administrator(by, institution)
        with self._recorder.transaction() as curs:
            done = curs.execute(
                "UPDATE identity.tokens SET revoked_at = now(), revoked_by = %s"
                " WHERE token = %s AND institution = %s AND revoked_at IS NULL",
                (by.subject, token, institution),
            )
            if revoked := done.rowcount == 1:
                write_with(curs, _line(by, route, REVOKED, token))
        if not revoked and not self._tokens(
            "institution = %(institution)s AND token = %(token)s",
            institution=institution,
            token=token,
        ):
            raise Refused(NoSuchToken())
        self._tell(institution)

    def _tell(self, institution: str) -> None:
        try:
            self._changed(institution, self._in_force(institution))
        except Exception as error:  # noqa: BLE001 - the token stands, and so does the answer
            log.warning("tokens_not_told", institution=institution, error=type(error).__name__)

    def _in_force(self, institution: str) -> list[Token]:
        return self._tokens(
            "institution = %(institution)s AND revoked_at IS NULL AND expires_at > now()",
            institution=institution,
        )

    def _of_person(self, institution: str, subject: str) -> list[Token]:
        return self._tokens(
            "institution = %(institution)s AND subject = %(subject)s",
            institution=institution,
            subject=subject,
        )

    def _tokens(self, wanted: LiteralString, **values: object) -> list[Token]:
        with self._recorder.connection() as conn, conn.cursor(row_factory=tuple_row) as curs:
            return [token_of(row) for row in curs.execute(f"{SELECT} WHERE {wanted}", values)]

    def _id_of(self, by: Caller, key: str) -> str:
        """Return the public name of the token that somebody makes under this key."""
        return f"token-{self._secret.id_of('token', by.institution, by.subject, key).hex[:12]}"


def audits_themselves(theirs: Iterable[Token], roles: Collection[str]) -> bool:
    """Whether these roles, beside those of a person's tokens in force, are not for one person."""
    at = now()
    held = {role for token in theirs if token.status(at) == "in-force" for role in token.roles}
    return audits_itself({*roles, *held})


def require_administrator(caller: Caller, institution: str) -> None:
    """Refuse an institution's tokens to all but its own administrator."""
    caller.acting_as(ADMINISTRATOR)
    if caller.institution != institution:
        raise Refused(NotYourTokens())


def _require_given(roles: Collection[str], days: int) -> None:
    if not roles or any(role not in GIVEN for role in roles):
        raise Refused(RoleNotGiven(field="roles"))
    longest = LONGEST[strictest(roles)].days
    if not 1 <= days <= longest:
        raise Refused(LifeTooLong(field="days", days=longest))


def _require_one_person(theirs: Sequence[Token], roles: Collection[str]) -> None:
    if not theirs:
        raise Refused(SubjectNotYours(field="subject"))
    if audits_themselves(theirs, roles):
        raise Refused(AuditsThemselves())


def _require_not_too_many(curs: Cursor[DictRow], institution: str) -> None:
    found = curs.execute(
        "SELECT count(*) > %s AS too_many FROM identity.tokens"
        " WHERE institution = %s AND revoked_at IS NULL AND expires_at > now()",
        (MOST_IN_FORCE, institution),
    ).fetchone()
    if found is not None and found["too_many"]:
        raise Refused(TooManyTokens(MOST_IN_FORCE))


def _line(by: Caller, route: str, outcome: str, token: str) -> Access:
    return Access(route, outcome, by.subject, by.institution, by.purpose, token=token)
