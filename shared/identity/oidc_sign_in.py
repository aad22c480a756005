"""People sign in with the provider: authorization code with PKCE, and what ends it again.

An attempt begins with a random ``state``, ``nonce`` and PKCE verifier, which only the browser that
began it brings back, sealed: an answer that somebody else obtained is good for nobody. What the
provider then gives is an access token like any other caller's; the ID token beside it says for
which attempt.
"""

import hmac
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import structlog
from authlib.integrations.httpx_client import AsyncOAuth2Client, OAuthError
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.identity.oidc_provider import Described, ProviderAway
from shared.identity.oidc_tokens import NotVerified, Verifier

ATTEMPT = timedelta(minutes=10)
"""How long somebody may take to sign in."""
_SEALED = {"alg": "dir", "enc": "A256GCM"}
_MOST_ENDED = 10_000
_SECONDS = 10.0

log = structlog.get_logger()


class NotSignedIn(Exception):
    """The provider did not vouch for who came back, or somebody else did. reason: for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in, as its browser brings it back. next_page: where to go then."""

    state: str
    nonce: str
    verifier: str
    begun_at: float
    next_page: str


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """Whose session at the provider this one of ours follows. sid: empty if it has no name."""

    subject: str
    sid: str

    def is_ended_by(self, ended: "ProviderSession") -> bool:
        """Whether a logout of that session, or of all of that subject, ends this one."""
        if ended.sid and ended.sid != self.sid:
            return False
        return not ended.subject or ended.subject == self.subject


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who signed in. until: the access token's expiry."""

    access_token: str = field(repr=False)
    until: datetime
    session: ProviderSession
    next_page: str


@dataclass(frozen=True, slots=True)
class Client:
    """Who the pages are at the provider. secret: None for a public client.

    origin: under which browsers know the pages; the addresses registered at the provider are
    ``origin`` + ``/entrar/regreso``, ``/`` after signing out and ``/salir/proveedor``.
    """

    client_id: str
    secret: str | None = field(repr=False)
    scope: str
    origin: str

    @property
    def redirect_uri(self) -> str:
        return f"{self.origin}/entrar/regreso"


class SignIn:
    """Signs people in with one provider, for the pages of one process."""

    def __init__(self, verifier: Verifier, audience: str, client: Client) -> None:
        """audience: of the access tokens to ask for."""
        self._verifier = verifier
        self._audience = audience
        self._client = client
        self._key = OctKey.generate_key(256)
        self._ended: OrderedDict[str, datetime] = OrderedDict()

    # Signing in ---------------------------------------------------------------------------------

    async def begin(self, next_page: str) -> tuple[str, str]:
        """Begin an attempt: where the browser goes, and the seal that it must bring back.

        Raises ProviderAway.
        """
        address = await self._address("authorization_endpoint")
        attempt = Attempt(
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(48),
            self._verifier.clock().timestamp(),
            next_page,
        )
        async with self._oauth() as oauth:
            going, _ = oauth.create_authorization_url(
                address,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
                response_mode="query",
                **self._resource(),
            )
        sealed = jwe.encrypt_compact(_SEALED, json.dumps(asdict(attempt)).encode(), self._key)
        return str(going), sealed

    async def finish(self, sealed: str, answer: Mapping[str, str]) -> SignedIn:
        """Return who signed in. sealed: as ``begin`` gave it. answer: the provider's, by name.

        Raises NotSignedIn, ProviderAway.
        """
        attempt = self._opened(sealed)
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise NotSignedIn("state")
        described = await self._verifier.provider.now_described()
        _check_issuer(described, answer)
        code = answer.get("code")
        if "error" in answer or not code:
            raise NotSignedIn("provider")
        given = await self._exchange(code, attempt)
        try:
            signed_in = await self._verifier.id_token(
                given["id_token"], self._client.client_id, attempt.nonce
            )
            access = await self._verifier.access_token(given["access_token"], self._audience)
        except NotVerified as error:
            raise NotSignedIn(error.reason) from None
        whose = (signed_in.subject, self._client.client_id)
        if (access.subject, access.client_id) != whose:
            raise NotSignedIn("sub")
        return SignedIn(
            given["access_token"],
            access.expires_at,
            ProviderSession(signed_in.subject, signed_in.text("sid") or ""),
            attempt.next_page,
        )

    # Signing out --------------------------------------------------------------------------------

    async def signing_out(self) -> str | None:
        """Return where to sign out at the provider too; None if that is not offered.

        The address has nothing of the person: the provider knows its session by its own cookie.
        """
        try:
            address = await self._address("end_session_endpoint")
        except ProviderAway:
            return None
        query = {
            "client_id": self._client.client_id,
            "post_logout_redirect_uri": f"{self._client.origin}/",
        }
        return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}"

    async def ended(self, logout_token: str) -> ProviderSession:
        """Return which session has ended at the provider (OpenID Connect Back-Channel Logout).

        Raises NotVerified, also for a token that came before, and ProviderAway.
        """
        claims = await self._verifier.logout_token(logout_token, self._client.client_id)
        jti, at = claims.jti, self._verifier.clock()
        while self._ended and (
            len(self._ended) >= _MOST_ENDED or next(iter(self._ended.values())) < at
        ):
            self._ended.popitem(last=False)
        if jti in self._ended:
            raise NotVerified("jti")
        self._ended[jti] = claims.expires_at + ATTEMPT
        return ProviderSession(claims.subject, claims.text("sid") or "")

    # --------------------------------------------------------------------------------------------

    def _oauth(self) -> Any:
        return AsyncOAuth2Client(
            client_id=self._client.client_id,
            client_secret=self._client.secret,
            token_endpoint_auth_method="client_secret_basic" if self._client.secret else "none",
            scope=self._client.scope,
            redirect_uri=self._client.redirect_uri,
            code_challenge_method="S256",
            timeout=_SECONDS,
            follow_redirects=False,
            verify=self._verifier.provider.trusting or True,
        )

    def _resource(self) -> dict[str, str]:
        """Name what the access token is for (RFC 8707), where the audience is an address."""
        named = urlsplit(self._audience).scheme in {"https", "urn"}
        return {"resource": self._audience} if named else {}

    def _opened(self, sealed: str) -> Attempt:
        try:
            plain = jwe.decrypt_compact(sealed, self._key, ["dir", "A256GCM"]).plaintext
            attempt = Attempt(**json.loads(plain or b""))
        except (JoseError, ValueError, TypeError):
            raise NotSignedIn("attempt") from None
        if self._verifier.clock().timestamp() - attempt.begun_at > ATTEMPT.total_seconds():
            raise NotSignedIn("time")
        return attempt

    async def _exchange(self, code: str, attempt: Attempt) -> dict[str, str]:
        """Exchange the code for tokens."""
        address = await self._address("token_endpoint")
        try:
            async with self._oauth() as oauth:
                given = await oauth.fetch_token(
                    address,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                    **self._resource(),
                )
        except OAuthError:
            raise NotSignedIn("code") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            log.warning("oidc_provider_away", error=type(error).__name__, part="token")
            raise ProviderAway from None
        wanted = ("access_token", "id_token")
        if not all(isinstance(given.get(name), str) for name in wanted):
            raise NotSignedIn("tokens")
        return {name: given[name] for name in wanted}

    async def _address(self, name: str) -> str:
        address = (await self._verifier.provider.now_described()).address(name)
        if address is None:
            raise ProviderAway
        return address


def _check_issuer(described: Described, answer: Mapping[str, str]) -> None:
    """Refuse the answer of another provider (RFC 9207)."""
    issuer = described.metadata["issuer"]
    promised = described.metadata.get("authorization_response_iss_parameter_supported") is True
    if answer.get("iss", None if promised else issuer) != issuer:
        raise NotSignedIn("iss")
