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

    values: Mapping[str, Any]
    key: Key
    kid: str
    subject: str
    expires_at: datetime

    def text(self, name: str) -> str | None:
        """Return a claim that is a text and not empty, or None."""
        found = self.values.get(name)
        return found if isinstance(found, str) and found else None

    def needed(self, name: str) -> str:
        """Return a claim that the kind of token must have. Raises NotVerified."""
        found = self.text(name)
        if found is None:
            raise NotVerified(name)
        return found


@dataclass(frozen=True, slots=True)
class AccessClaims(Claims):
    """Those of an access token. client_id: of the program that it was given to."""

    client_id: str


@dataclass(frozen=True, slots=True)
class LogoutClaims(Claims):
    """Those of a logout token. jti: its name, that of no other."""

    jti: str


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies the tokens of one provider."""

    provider: Provider
    clock: Clock = now

    async def access_token(self, token: str, audience: str) -> AccessClaims:
        """Return the claims of an access token. Raises NotVerified, ProviderAway."""
        claims = await self._verified(token, audience, ("at+jwt", "application/at+jwt"))
        client_id = claims.needed("client_id")
        claims.needed("jti")
        return AccessClaims(*_parts(claims), client_id)

    async def id_token(self, token: str, client_id: str, nonce: str) -> Claims:
        """Return the claims of an ID token for this client and attempt. Raises as above."""
        claims = await self._verified(token, client_id, ("jwt", None))
        if claims.text("nonce") != nonce:
            raise NotVerified("nonce")
        if claims.values.get("azp", client_id) != client_id or "events" in claims.values:
            raise NotVerified("azp")
        if _audiences(claims.values) != [client_id] and claims.text("azp") is None:
            raise NotVerified("azp")
        return claims

    async def logout_token(self, token: str, client_id: str) -> LogoutClaims:
        """Return the claims of a logout token for this client. Raises as above.

        It has a ``jti``, and a ``sub`` (else empty), a ``sid``, or both.
        """
        kinds = ("logout+jwt", "application/logout+jwt", "jwt", None)
        claims = await self._verified(token, client_id, kinds, subject=False)
        events = claims.values.get("events")
        if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict):
            raise NotVerified("events")
        if "nonce" in claims.values:
            raise NotVerified("nonce")
        jti = claims.needed("jti")
        if not claims.subject:
            claims.needed("sid")
        return LogoutClaims(*_parts(claims), jti)

    async def _verified(
        self,
        token: str,
        audience: str,
        kinds: Collection[str | None],
        *,
        subject: bool = True,
    ) -> Claims:
        header, claims, key = await self._opened(token)
        kind = header.get("typ")
        if (kind.lower() if isinstance(kind, str) else kind) not in kinds:
            raise NotVerified("typ")
        if claims.get("iss") != self.provider.issuer:
            raise NotVerified("iss")
        if audience not in _audiences(claims):
            raise NotVerified("aud")
        expires_at = self._in_time(claims)
        whose = claims.get("sub", "")
        if not isinstance(whose, str) or (subject and not whose):
            raise NotVerified("sub")
        return Claims(claims, key, header["kid"], whose, expires_at)

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
            claims = json.loads(opened.payload)
        except (JoseError, ValueError, RecursionError):
            raise NotVerified("signature") from None
        if not isinstance(claims, dict):
            raise NotVerified("payload")
        return header, claims, key

    def _in_time(self, claims: Mapping[str, Any]) -> datetime:
        """Return when a token expires; refuse one that has, or is not valid yet."""
        at = self.clock()
        issued, until = _moment(claims, "iat"), _moment(claims, "exp")
        if at - SKEW >= until:
            raise NotVerified("exp")
        if issued > at + SKEW or issued > until:
            raise NotVerified("iat")
        if "nbf" in claims and _moment(claims, "nbf") > at + SKEW:
            raise NotVerified("nbf")
        return until


def looks_signed(secret: str) -> bool:
    """Whether a bearer token has the form of a signed one."""
    return secret.startswith("eyJ") and secret.count(".") == 2  # noqa: PLR2004 - three parts


def _parts(claims: Claims) -> tuple[Mapping[str, Any], Key, str, str, datetime]:
    return claims.values, claims.key, claims.kid, claims.subject, claims.expires_at


def _audiences(claims: Mapping[str, Any]) -> list[Any]:
    found = claims.get("aud")
    return found if isinstance(found, list) else [found]


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    """Read a claim that is a moment, in seconds since 1970."""
    found = claims.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise NotVerified(name)
    if not 0 <= found <= _LATEST:  # NaN is not either
        raise NotVerified(name)
    return datetime.fromtimestamp(found, UTC)
