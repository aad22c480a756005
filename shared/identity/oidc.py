"""Callers for whom the deployer's identity provider vouches with an access token.

A token is verified once and then known by its hash until it expires, for as long as the key that
signed it is one of the provider's. One that is bound to a certificate (RFC 8705) is good only for
whoever shows that certificate.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from joserfc.jwk import Key

from shared.identity.caller import Caller, NotIdentified
from shared.identity.oidc_claims import ClaimsFile
from shared.identity.oidc_tokens import SKEW, AccessClaims, Claims, NotVerified, Verifier
from shared.kernel.refusals import Refused

MOST_KNOWN = 10_000
"""The most verified tokens kept in memory; the longest unused is forgotten first."""
_THUMBPRINT = "x5t#S256"

log = structlog.get_logger()

Pseudonym = Callable[[str, str], str]
"""Gives the subject that facts carry for an issuer and its ``sub``: two persons are two."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A verified token. until: its expiry and the skew. bound_to: a certificate's thumbprint."""

    caller: Caller
    until: datetime
    key: Key
    kid: str
    bound_to: str | None


class VouchedCallers:
    """Identifies the callers of one service by access tokens."""

    def __init__(
        self, verifier: Verifier, audience: str, claims: ClaimsFile, pseudonym: Pseudonym
    ) -> None:
        """audience: what the tokens' ``aud`` must name."""
        self.verifier = verifier
        self.claims = claims
        self.audience = audience
        self._pseudonym = pseudonym
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def known(self, token: str, certificate: str | None) -> Caller | None:
        """Return the caller of a token that was verified before; None if it is to be verified.

        certificate: the thumbprint of the one that the client has shown.
        """
        hashed = _hash(token)
        known = self._known.get(hashed)
        if known is None or not self._good(known):
            self._known.pop(hashed, None)
            return None
        self._known.move_to_end(hashed)
        return known.caller if known.bound_to in (None, certificate) else None

    async def caller(self, token: str, certificate: str | None) -> Caller:
        """Verify a token and return its caller.

        Refused (401) unless it is good and, if bound, the client has shown its certificate; refused
        (403) if the claims file does not say who it is. Raises ProviderAway.
        """
        found = self.known(token, certificate)
        if found is not None:
            return found
        try:
            claims = await self.verifier.access_token(token, self.audience)
            bound_to = _bound_to(claims, certificate)
        except NotVerified as error:
            log.debug("access_token_refused", wrong=error.reason)
            raise Refused(NotIdentified(presented=True)) from None
        caller = self._caller(claims)
        self._known[_hash(token)] = _Known(
            caller, claims.expires_at + SKEW, claims.key, claims.kid, bound_to
        )
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return caller

    def close(self) -> None:
        self.verifier.provider.close()

    def _caller(self, claims: AccessClaims) -> Caller:
        assigned = self.claims.assigned(claims.client_id, claims.subject, claims.values)
        subject = self._pseudonym(self.verifier.provider.issuer, claims.subject)
        return Caller(subject, assigned.institution, assigned.roles)

    def _good(self, known: _Known) -> bool:
        """Whether a token would still be verified: in time, by a key that the provider has."""
        described = self.verifier.provider.described()
        return (
            described is not None
            and described.keys.get(known.kid) is known.key
            and known.until > self.verifier.clock()
        )


def _bound_to(claims: Claims, certificate: str | None) -> str | None:
    """Return the thumbprint that a token is bound to; None if it is bound to nothing.

    Raises NotVerified if that is another certificate, or something that we do not check.
    """
    if "cnf" not in claims.values:
        return None
    bound = claims.values["cnf"]
    thumbprint = bound.get(_THUMBPRINT) if isinstance(bound, dict) else None
    if not isinstance(thumbprint, str) or not thumbprint or len(bound) != 1:
        raise NotVerified("cnf")
    if thumbprint != certificate:
        raise NotVerified("certificate")
    return thumbprint


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
