"""Whether institutions can answer: what their tokens say, told to the directory by facts.

A token that is in force, in the role of caseworker, is a way to answer; so is a line of the claims
file by which somebody comes from the identity provider as a caseworker. Whoever makes or revokes a
token, the operator or an institution's administrator, or applies the file, has the directory told
at once. A token's expiry needs no fact, because the directory keeps until when there is a way.
Telling it again adds nothing, so a command that was interrupted between the two is made good by the
next one.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Protocol

from services.referral import directory
from services.referral.institution import Listed
from shared.identity.tokens import Token
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER, OPERATOR
from shared.service.command_client import KeyedCommand, accepted, submit
from shared.service.service import Service


class Tokens(Protocol):
    """What knows tokens: the operator's office, or an institution's own keeping."""

    def all(self) -> Sequence[Token]:
        """Return every token there ever was."""


BY = Actor(institution="operator", role=OPERATOR, subject="tokens")


BY_PROVIDER = datetime(9000, 1, 1, tzinfo=UTC)
"""Until when an institution can answer whose people the identity provider vouches for: until the
claims file says otherwise."""


def tell_reach(
    referral: Service,
    tokens: Tokens,
    only: Collection[str] | None = None,
    also: Collection[str] = (),
) -> list[str]:
    """Tell the directory until when institutions can answer; return those for which that changed.

    only: these institutions; None: all that ever had a token, or whose people a provider vouches
    for. also: these beside them, if nothing is known of them.
    """
    at, vouched = now(), referral.credentials.vouched
    reach = dict.fromkeys(also, None) | reach_of(tokens, at)
    reach |= dict.fromkeys(vouched.claims.answering() if vouched else (), BY_PROVIDER)
    changed = {
        institution: until
        for institution, until in reach.items()
        if (only is None or institution in only) and _differs(referral, institution, until, at)
    }
    accepted(
        [
            submit({referral.name: referral}, _told(referral, institution, until, at))
            for institution, until in changed.items()
        ]
    )
    return sorted(changed)


def reach_of(tokens: Tokens, at: datetime) -> dict[str, datetime | None]:
    """Return until when each institution that ever had a token can answer; None: not any more."""
    reach: dict[str, datetime | None] = {}
    for token in tokens.all():
        answers = token.revoked_at is None and CASEWORKER in token.roles
        until = token.expires_at if answers and token.expires_at > at else None
        known = reach.get(token.institution)
        reach[token.institution] = max(filter(None, (known, until)), default=None)
    return reach


def _differs(referral: Service, institution: str, until: datetime | None, at: datetime) -> bool:
    """Whether the directory says otherwise. What it says of a moment past is as good as None."""
    entry = referral.log.read(directory.DECIDER, directory.stream_of(institution)).state
    if not isinstance(entry, Listed):
        return False
    said = entry.reachable_until
    return said != until and not (until is None and said is not None and said <= at)


def _told(
    referral: Service, institution: str, until: datetime | None, at: datetime
) -> KeyedCommand:
    command = (
        directory.MakeUnreachable(by=BY, at=at)
        if until is None
        else directory.MakeReachable(by=BY, at=at, until=until)
    )
    stream = directory.stream_of(institution)
    key = f"reach-{new_id()}"
    return KeyedCommand(
        referral.name, directory.DECIDER, stream, command, institution, key, referral.secret
    )
