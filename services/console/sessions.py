"""Short-lived sessions in this process's memory.

The cookie holds a random id, never the token: a cookie of 127.0.0.1 is sent to every port there.
Every request looks the session's token up again, so that a revoked one is refused at once.
"""

import hashlib
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.identity.oidc_sign_in import ProviderSession
from shared.kernel.clock import Clock, now

IDLE = timedelta(minutes=30)
"""An unused session ends after this."""
LONGEST = timedelta(hours=8)
"""A session ends after this, used or not."""
MOST = 1_000
"""The most sessions at once; the longest unused ends first."""
MOST_OF_A_TOKEN = 20
"""The most sessions of one token: who signs in over and over ends its own, and nobody else's."""


@dataclass(slots=True)
class _Session:
    """until: the latest end. of: whose session at a provider it follows; None: a token of ours."""

    secret: str = field(repr=False)
    seen: datetime
    until: datetime
    of: ProviderSession | None


class Sessions:
    """The sessions of one process. A restart ends them all."""

    def __init__(self, clock: Clock = now) -> None:
        self._clock = clock
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()

    def begin(
        self, secret: str, until: datetime | None = None, of: ProviderSession | None = None
    ) -> str:
        """Begin a session with a token and return its id.

        until: when the token expires, if that is known. of: the session at the provider that this
        one ends with.
        """
        session_id, at = secrets.token_urlsafe(32), self._clock()
        theirs = [key for key, one in self._sessions.items() if _same_person(one, secret, of)]
        for key in theirs[: max(0, len(theirs) + 1 - MOST_OF_A_TOKEN)]:
            del self._sessions[key]
        self._sessions[_key(session_id)] = _Session(
            secret, at, min(filter(None, (at + LONGEST, until))), of
        )
        while len(self._sessions) > MOST:
            self._sessions.popitem(last=False)
        return session_id

    def secret(self, session_id: str) -> str | None:
        """Return the token of a session; None if it has ended or never was."""
        key, at = _key(session_id), self._clock()
        session = self._sessions.get(key)
        if session is None:
            return None
        if at - session.seen > IDLE or at > session.until:
            del self._sessions[key]
            return None
        session.seen = at
        self._sessions.move_to_end(key)
        return session.secret

    def end(self, session_id: str) -> None:
        """End a session, if there is one."""
        self._sessions.pop(_key(session_id), None)

    def end_of(self, ended: ProviderSession) -> int:
        """End the sessions of whoever signed out at the provider; return how many there were."""
        theirs = [k for k, one in self._sessions.items() if one.of and one.of.is_ended_by(ended)]
        for key in theirs:
            del self._sessions[key]
        return len(theirs)

    def follows_provider(self, session_id: str) -> bool:
        """Whether a session, if there is one, was begun with a provider."""
        session = self._sessions.get(_key(session_id))
        return session is not None and session.of is not None


def _same_person(session: _Session, secret: str, of: ProviderSession | None) -> bool:
    """Whether a session is of this token, or of this subject at the provider."""
    if of is None or session.of is None:
        return session.secret == secret
    return session.of.subject == of.subject


def _key(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()
