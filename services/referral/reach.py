"""Whether institutions can answer: what their tokens say, told to the directory by facts.

A token that is in force, in the role of caseworker, is a way to answer; so is a line of the claims
file by which somebody comes from the identity provider as a caseworker. Whoever makes or revokes a
token, the operator or an institution's administrator, or applies the file, has the directory told
at once. A token's expiry needs no fact, because the directory keeps until when there is a way; by
the provider there is one until told otherwise.
Telling it again adds nothing, so a command that was interrupted between the two is made good by the
next one.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import structlog

from services.referral import directory
from services.referral.institution import Listed, Reachable
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


def token_keeping(referral: Service) -> TokenKeeping:
    """Return what keeps institutions' tokens, and has the directory told of each change."""

    def changed(institution: str, in_force: Sequence[Token]) -> None:
        tell_reach(referral, in_force, {institution}, also=[institution])

    return TokenKeeping(referral.identity, referral.secret, changed)


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
    reach |= dict.fromkeys(vouched.claims.answering() if vouched else (), Reachable())
    changed = {
        institution: wanted
        for institution, wanted in reach.items()
        if (only is None or institution in only) and _differs(referral, institution, wanted, at)
    }
    accepted(
        [
            submit({referral.name: referral}, _told(referral, institution, wanted, at))
            for institution, wanted in changed.items()
        ]
    )
    return sorted(changed)


def reach_of(tokens: Iterable[Token], at: datetime) -> dict[str, Reachable | None]:
    """Return how each institution that has one of these can answer; None: not any more."""
    reach: dict[str, Reachable | None] = {}
    for token in sorted(tokens, key=lambda each: each.expires_at):
        if token.status(at) == "in-force" and CASEWORKER in token.roles:
            reach[token.institution] = Reachable(token.expires_at)
        else:
            reach.setdefault(token.institution, None)
    return reach


def _differs(referral: Service, institution: str, wanted: Reachable | None, at: datetime) -> bool:
    """Whether the directory says otherwise. What it says of a moment past is as good as None."""
    entry = referral.log.read(directory.DECIDER, directory.stream_of(institution)).state
    if not isinstance(entry, Listed):
        return False
    return entry.reachable != wanted and (wanted is not None or entry.is_reachable(at))


def _told(
    referral: Service, institution: str, wanted: Reachable | None, at: datetime
) -> KeyedCommand:
    command = (
        directory.MakeUnreachable(by=BY, at=at)
        if wanted is None
        else directory.MakeReachable(by=BY, at=at, until=wanted.until)
    )
    stream = directory.stream_of(institution)
    key = f"reach-{new_id()}"
    return KeyedCommand(
        referral.name, directory.DECIDER, stream, command, institution, key, referral.secret
    )
