"""Tokens that the provider signed: what must hold of each kind before anything in it is believed.

Three kinds, and none passes for another: access tokens (RFC 9068), which call services; ID tokens,
which say that somebody signed in; logout tokens, which end what was begun so.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry
from joserfc.registry import JWS_HEADER_REGISTRY, HeaderRegistryDict
from typing_extensions import override

from shared.identity.oidc_provider import Provider
from shared.kernel.clock import Clock, now

SKEW = timedelta(seconds=60)
"""How far the provider's clock may be from ours."""
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""Signatures with a private key. Never ``none``, nor HS*, whose key each service would need too."""
LONGEST = 8 * 1024
"""Characters in a token."""
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_LATEST = 253_402_300_000
"""Seconds until the year 9999."""


class NotVerified(Exception):
    """A token is not what it should be. reason: what is wrong with it, never a value of it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Registry(JWSRegistry):
    """Knows these headers; a token with another is refused.

    Above all one that brings its own key (``jwk``, ``x5c``) or says where it is (``jku``, ``x5u``).
    """

    default_header_registry: HeaderRegistryDict = {  # noqa: RUF012 - as the library declares it
        name: JWS_HEADER_REGISTRY[name] for name in ("alg", "kid", "typ", "x5t", "x5t#S256")
    }
    max_payload_length = LONGEST

    @override
    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an algorithm of the list, without the library's warning of one of them.

        Many providers still write Ed25519 by its older name, EdDSA (RFC 9864).
        """
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


_REGISTRY = _Registry(algorithms=ALGORITHMS)


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a token whose signature, issuer, audience and times are right.

    key, kid: what signed it.
    """

    said: Mapping[str, Any]
    key: Key
    kid: str
    subject: str
    expires_at: datetime

    def text(self, name: str) -> str | None:
        """Return a claim that is a text and not empty, or None."""
        found = self.said.get(name)
        return found if isinstance(found, str) and found else None


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies the tokens of one provider."""

    provider: Provider
    clock: Clock = now

    async def access_token(self, token: str, audience: str) -> Claims:
        """Return the claims of an access token. Raises NotVerified, ProviderAway."""
        claims = await self._verified(token, audience, ("at+jwt", "application/at+jwt"))
        for name in ("client_id", "jti"):
            if claims.text(name) is None:
                raise NotVerified(name)
        return claims

    async def id_token(self, token: str, client_id: str, nonce: str) -> Claims:
        """Return the claims of an ID token for this client and attempt. Raises as above."""
        claims = await self._verified(token, client_id, ("jwt", None))
        if claims.text("nonce") != nonce:
            raise NotVerified("nonce")
        if claims.said.get("azp", client_id) != client_id or "events" in claims.said:
            raise NotVerified("azp")
        if _audiences(claims.said) != [client_id] and claims.text("azp") is None:
            raise NotVerified("azp")
        return claims

    async def logout_token(self, token: str, client_id: str) -> Claims:
        """Return the claims of a logout token for this client. Raises as above.

        It has a ``jti``, and a ``sub`` (else empty), a ``sid``, or both.
        """
        kinds = ("logout+jwt", "application/logout+jwt", "jwt", None)
        claims = await self._verified(token, client_id, kinds, subject=False)
        events = claims.said.get("events")
        if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
            raise NotVerified("events")
        if "nonce" in claims.said:
            raise NotVerified("nonce")
        if claims.text("jti") is None:
            raise NotVerified("jti")
        if not claims.subject and claims.text("sid") is None:
            raise NotVerified("sid")
        return claims

    async def _verified(
        self,
        token: str,
        audience: str,
        kinds: Collection[str | None],
        *,
        subject: bool = True,
    ) -> Claims:
        header, said, key = await self._opened(token)
        kind = header.get("typ")
        if (kind.lower() if isinstance(kind, str) else kind) not in kinds:
            raise NotVerified("typ")
        if said.get("iss") != self.provider.issuer:
            raise NotVerified("iss")
        if audience not in _audiences(said):
            raise NotVerified("aud")
        expires_at = self._in_time(said)
        whose = said.get("sub", "")
        if not isinstance(whose, str) or (subject and not whose):
            raise NotVerified("sub")
        return Claims(said, key, header["kid"], whose, expires_at)

    async def _opened(self, token: str) -> tuple[dict[str, Any], dict[str, Any], Key]:
        """Return header, claims and key of a token that the provider signed."""
        if len(token) > LONGEST or not token.isascii():
            raise NotVerified("length")
        try:
            # Nothing of this is believed yet: the header names a key, which is looked up.
            opened = jws.extract_compact(token.encode(), None, _REGISTRY)
            header = opened.headers()
            _REGISTRY.check_header(header)
            _REGISTRY.get_alg(header["alg"])
        except (JoseError, ValueError, RecursionError):
            raise NotVerified("header") from None
        kid = header.get("kid")
        key = await self.provider.key(kid) if isinstance(kid, str) else None
        if key is None or (key.alg is not None and key.alg != header["alg"]):
            raise NotVerified("kid")
        try:
            if not jws.validate_compact(opened, key, registry=_REGISTRY):
                raise NotVerified("signature")
            said = json.loads(opened.payload)
        except (JoseError, ValueError, RecursionError):
            raise NotVerified("signature") from None
        if not isinstance(said, dict):
            raise NotVerified("payload")
        return header, said, key

    def _in_time(self, said: Mapping[str, Any]) -> datetime:
        """Return when a token expires; refuse one that has, or is not valid yet."""
        at = self.clock()
        issued, until = _moment(said, "iat"), _moment(said, "exp")
        if at - SKEW >= until:
            raise NotVerified("exp")
        if issued > at + SKEW or issued > until:
            raise NotVerified("iat")
        if "nbf" in said and _moment(said, "nbf") > at + SKEW:
            raise NotVerified("nbf")
        return until


def looks_signed(secret: str) -> bool:
    """Whether a bearer token has the form of a signed one."""
    return secret.startswith("eyJ") and secret.count(".") == 2  # noqa: PLR2004 - three parts


def _audiences(said: Mapping[str, Any]) -> list[Any]:
    found = said.get("aud")
    return found if isinstance(found, list) else [found]


def _moment(said: Mapping[str, Any], name: str) -> datetime:
    """Read a claim that is a moment, in seconds since 1970."""
    found = said.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise NotVerified(name)
    if not 0 <= found <= _LATEST:  # NaN is not either
        raise NotVerified(name)
    return datetime.fromtimestamp(found, UTC)
