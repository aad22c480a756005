"""An institution's administrator keeps its tokens; the directory is told who can answer by them."""

from collections.abc import Sequence
from datetime import datetime

from services.referral.reach import tell_reach
from shared.identity.caller import Caller
from shared.identity.token_keeping import TokenKeeping, WantedToken, require_keeper
from shared.identity.tokens import Token
from shared.service.service import Service

MOST = 10_000
"""The most tokens of an institution that are looked through for a way to answer."""


class Keeper:
    """What the interface and the pages ask of the tokens of institutions. All methods block."""

    def __init__(self, referral: Service) -> None:
        """Keep tokens over the connections of referral, which tells the directory."""
        self._referral = referral
        self._tokens = TokenKeeping(referral.log.database, referral.secret)

    def of(
        self,
        by: Caller,
        institution: str,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Token]:
        """Return an institution's tokens, newest first. Raises Refused."""
        require_keeper(by, institution)
        return self._tokens.of(institution, limit, after)

    def make(
        self, by: Caller, institution: str, wanted: WantedToken, route: str
    ) -> tuple[Token, str]:
        """Make a token; return it and its secret, which is shown this once. Raises Refused.

        route: as the access log names what was asked.
        """
        require_keeper(by, institution)
        made = self._tokens.make(by, wanted, route=route)
        self._tell(institution)
        return made

    def revoke(self, by: Caller, institution: str, token: str, route: str) -> None:
        """Revoke a token: it is refused from the next request on. Raises Refused."""
        require_keeper(by, institution)
        self._tokens.revoke(by, token, route=route)
        self._tell(institution)

    def _tell(self, institution: str) -> None:
        tell_reach(self._referral, _Of(self._tokens, institution), {institution})


class _Of:
    """The tokens of one institution, as ``tell_reach`` reads them."""

    def __init__(self, tokens: TokenKeeping, institution: str) -> None:
        self._tokens, self._institution = tokens, institution

    def all(self) -> Sequence[Token]:
        return self._tokens.of(self._institution, MOST)
