"""Short-lived sessions in this process's memory.

The cookie holds a random id, never the token: a cookie of 127.0.0.1 is sent to every port there.
Every request looks the session's token up again, so that a revoked one is refused at once.
"""

import hashlib
import secrets
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.identity.caller import Caller
from shared.identity.oidc_sign_in import ProviderSession
from shared.kernel.clock import Clock, now

IDLE = timedelta(minutes=30)
"""An unused session ends after this."""
LONGEST = timedelta(hours=8)
"""A session ends after this, used or not."""
MOST = 2_000
"""The most sessions at once; then one ends of the institution that has the most."""
MOST_OF_AN_INSTITUTION = 500
"""The most sessions of one institution: who gives itself many tokens ends its own people's."""
MOST_OF_A_PERSON = 20
"""The most sessions of one person: who signs in over and over ends their own, and nobody else's."""


@dataclass(slots=True)
class _Session:
    """until: the latest end. of: whose session at a provider it follows; None: a token of ours."""

    secret: str = field(repr=False)
    institution: str
    subject: str
    seen: datetime
    until: datetime
    of: ProviderSession | None


class Sessions:
    """The sessions of one process. A restart ends them all."""

    def __init__(self, clock: Clock = now) -> None:
        self._clock = clock
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()

    def begin(
        self,
        secret: str,
        by: Caller,
        until: datetime | None = None,
        of: ProviderSession | None = None,
    ) -> str:
        """Begin a session with a token and return its id.

        by: whom the token identifies. until: when the token expires, if that is known. of: the
        session at the provider that this one ends with.
        """
        session_id, at = secrets.token_urlsafe(32), self._clock()
        self._make_room(by)
        self._sessions[_key(session_id)] = _Session(
            secret, by.institution, by.subject, at, min(filter(None, (at + LONGEST, until))), of
        )
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

    def _make_room(self, by: Caller) -> None:
        """End the longest unused session where there are as many as may be."""
        theirs = [key for key, one in self._sessions.items() if one.institution == by.institution]
        own = [key for key in theirs if self._sessions[key].subject == by.subject]
        if len(own) >= MOST_OF_A_PERSON:
            del self._sessions[own[0]]
        elif len(theirs) >= MOST_OF_AN_INSTITUTION:
            del self._sessions[theirs[0]]
        elif len(self._sessions) >= MOST:
            of_each = Counter(one.institution for one in self._sessions.values())
            most = max(of_each.values())
            del self._sessions[
                next(k for k, one in self._sessions.items() if of_each[one.institution] == most)
            ]

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


def _key(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()
