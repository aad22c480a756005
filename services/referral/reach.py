"""Whether institutions can answer: what their tokens say, told to the directory by facts.

A token that is in force, in the role of caseworker, is a way to answer; so is a line of the claims
file by which somebody comes from the identity provider as a caseworker. Whoever makes or revokes a
token, the operator or an institution's administrator, or applies the file, has the directory told
at once. A token's expiry needs no fact, because the directory keeps until when there is a way.
Telling it again adds nothing, so a command that was interrupted between the two is made good by the
next one.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

import structlog

from services.referral import directory
from services.referral.institution import Listed
from shared.identity.token_keeping import TokenKeeping
from shared.identity.tokens import Token
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER, OPERATOR
from shared.service.command_client import KeyedCommand, accepted, submit
from shared.service.service import Service

log = structlog.get_logger()

BY = Actor(institution="operator", role=OPERATOR, subject="tokens")


BY_PROVIDER = datetime(9000, 1, 1, tzinfo=UTC)
"""Until when an institution can answer whose people the identity provider vouches for: until the
claims file says otherwise."""


def token_keeping(referral: Service) -> TokenKeeping:
    """Return what keeps institutions' tokens, and has the directory told of each change."""

    def changed(institution: str, in_force: Sequence[Token]) -> None:
        tell_reach(referral, in_force, {institution}, also=[institution])

    return TokenKeeping(referral.log.database, referral.secret, changed)


def reach_told(
    referral: Service, tokens: Iterable[Token], only: Collection[str] | None = None
) -> bool:
    """Tell the directory as ``tell_reach`` does, after something that stands; return whether it is.

    What goes wrong is logged: the next command about tokens tells all of it again.
    """
    try:
        tell_reach(referral, tokens, only)
    except Exception as error:  # noqa: BLE001 - whatever it is, what was done is done
        log.warning("tokens_not_told", error=type(error).__name__)
        return False
    return True


def tell_reach(
    referral: Service,
    tokens: Iterable[Token],
    only: Collection[str] | None = None,
    also: Collection[str] = (),
) -> list[str]:
    """Tell the directory until when institutions can answer; return those for which that changed.

    tokens: all that there are, or at least those in force of the institutions that it is about.
    only: these institutions; None: all that have a token, or whose people a provider vouches for.
    also: these beside them, if nothing is known of them.
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


def reach_of(tokens: Iterable[Token], at: datetime) -> dict[str, datetime | None]:
    """Return until when each institution that has one of these can answer; None: not any more."""
    reach: dict[str, datetime | None] = {}
    for token in tokens:
        answers = token.status(at) == "in-force" and CASEWORKER in token.roles
        until = token.expires_at if answers else None
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
