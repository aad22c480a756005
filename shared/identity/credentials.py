"""The one way in: whatever is presented as ``Bearer``, a token of ours or of a provider."""

from dataclasses import dataclass

from shared.eventstore.writer import Precondition
from shared.identity.caller import Caller, in_force, known_caller
from shared.identity.oidc import VouchedCallers
from shared.identity.oidc_tokens import looks_signed
from shared.identity.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Credentials:
    """Identifies the callers of one service. vouched: None if no provider is trusted.

    certificate: the SHA-256 thumbprint of the certificate that the client has shown, as RFC 8705
    writes it; None if it has shown none.
    """

    tokens: Tokens
    vouched: VouchedCallers | None = None

    async def caller(self, secret: str, certificate: str | None) -> Caller:
        """Identify a caller. Refused (401) unless what it presents is in force now.

        Refused (403) if the provider vouches for somebody who is nobody here.
        """
        if self.vouched is not None and looks_signed(secret):
            return await self.vouched.caller(secret, certificate)
        return in_force(await self.tokens.find_from_loop(secret))

    def known(
        self, secret: str, certificate: str | None
    ) -> tuple[Caller, Precondition | None] | None:
        """Return the caller as identified before, with the check that this still holds, if any.

        None if it must be identified (again). A provider's token holds until it expires.
        """
        if self.vouched is not None and looks_signed(secret):
            caller = self.vouched.known(secret, certificate)
            return None if caller is None else (caller, None)
        return known_caller(self.tokens, secret)

    def close(self) -> None:
        self.tokens.close()
        if self.vouched is not None:
            self.vouched.close()
