"""The deployer's identity provider, as far as it speaks of itself: its addresses and its keys.

Both are read from the provider (OpenID Connect Discovery, RFC 7517) and kept. They are read anew
every ``REFRESH``, beside the requests, which do not wait for it. A token signed with a key that is
not known yet has them read at once, but no more often than every ``AT_MOST_EVERY``, whatever
strangers send. While the provider is away, the keys that are known stay good for ``KEPT``.
"""

import asyncio
import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, OctKey, RSAKey

from shared.kernel.hosts import is_loopback
from shared.kernel.text import Text, UserError

REFRESH = 300.0
"""Seconds after which the keys are read anew."""
AT_MOST_EVERY = 30.0
"""Seconds between two readings that unknown keys, or an answer that failed, lead to."""
KEPT = 24 * 3600.0
"""Seconds for which the keys stay good while the provider is away."""
PATIENCE = 5.0
"""Seconds for one reading, and for which a request waits for it."""
_LARGEST = 256 * 1024
_WEAKEST = 2048
_DISCOVERY = "/.well-known/openid-configuration"

log = structlog.get_logger()


class ProviderAway(Exception):
    """The provider could not be asked, and what is known of it is too old, or nothing."""


class IssuerNotUsable(UserError):
    """The provider's address must not be spoken to in clear, or is none."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "CANALIZA_OIDC_ISSUER: se esperaba https:// (http:// solo en 127.0.0.1), sin ? ni"
                " #.",
                "CANALIZA_OIDC_ISSUER: expected https:// (http:// only on 127.0.0.1), without ? or"
                " #.",
            ),
            2,
        )


@dataclass(frozen=True, slots=True)
class Described:
    """What the provider said of itself. read_at: on the clock that only runs on."""

    metadata: Mapping[str, Any]
    keys: Mapping[str, Key]
    read_at: float

    def address(self, name: str) -> str | None:
        """Return one of the provider's addresses; None if it has none that may be used."""
        found = self.metadata.get(name)
        return found if isinstance(found, str) and is_safe(found) else None


def is_safe(address: str) -> bool:
    """Whether an address is encrypted, or of this machine."""
    try:
        parts = urlsplit(address)
        name = parts.hostname
    except ValueError:
        return False
    if not name:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(name))


@dataclass(slots=True)
class _Attempt:
    """The last reading. future: of the one under way or the last that ended."""

    at: float = float("-inf")
    future: Future[None] | None = None


@dataclass(slots=True)
class Provider:
    """One provider, for one service. Threads and event loops may share it.

    trusting: who vouches for its addresses; None: those that the machine trusts.
    """

    issuer: str
    clock: Callable[[], float] = time.monotonic
    trusting: ssl.SSLContext | None = None
    _described: Described | None = None
    _attempt: _Attempt = field(default_factory=_Attempt)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: ThreadPoolExecutor | None = None

    def __post_init__(self) -> None:
        """Refuse an issuer that tokens could be forged for on the way. Raises IssuerNotUsable."""
        if not is_safe(self.issuer) or {"?", "#"} & set(self.issuer):
            raise IssuerNotUsable

    def described(self) -> Described | None:
        """Return what is known and young enough; sees to it that it is read anew in time."""
        known, at = self._described, self.clock()
        if known is None:
            return None
        if at - known.read_at >= REFRESH:
            self._read_again(at)
        return known if at - known.read_at < KEPT else None

    async def now_described(self) -> Described:
        """Return what is known; ask the provider if nothing is. Raises ProviderAway."""
        known = self.described()
        if known is None:
            await self._wait()
            known = self.described()
        if known is None:
            raise ProviderAway
        return known

    async def key(self, kid: str) -> Key | None:
        """Return the key of this name; the provider is asked for one that is not known.

        Raises ProviderAway.
        """
        known = (await self.now_described()).keys.get(kid)
        if known is None:
            await self._wait()
            known = (await self.now_described()).keys.get(kid)
        return known

    def close(self) -> None:
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(cancel_futures=True)

    async def _wait(self) -> None:
        """Wait until the reading under way ends, or one that may begin now; no longer than so."""
        reading = self._read_again(self.clock())
        if reading is not None:
            await asyncio.wait([asyncio.wrap_future(reading)], timeout=PATIENCE)

    def _read_again(self, at: float) -> Future[None] | None:
        """Return the reading under way, or a new one; None if the last one began just now."""
        with self._lock:
            last = self._attempt
            if last.future is not None and not last.future.done():
                return last.future
            if at - last.at < AT_MOST_EVERY:
                return None
            if self._threads is None:
                self._threads = ThreadPoolExecutor(1, "oidc")
            self._attempt = _Attempt(at, self._threads.submit(self._read))
            return self._attempt.future

    def _read(self) -> None:
        """Ask the provider. Whatever it answers, what is known stays until something better is."""
        try:
            until = time.monotonic() + PATIENCE
            with httpx2.Client(
                timeout=PATIENCE, follow_redirects=False, verify=self.trusting or True
            ) as client:
                metadata = _json(client, self.issuer.rstrip("/") + _DISCOVERY, until)
                keys = _keys(_json(client, _address_of_keys(metadata, self.issuer), until))
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, _NotAsAgreed) as error:
            log.warning("oidc_provider_away", error=type(error).__name__, part=_part(error))
        except Exception:
            log.exception("oidc_provider_not_readable")
        else:
            before = self._described.keys if self._described is not None else {}
            self._described = Described(metadata, _kept(before, keys), self.clock())


class _NotAsAgreed(Exception):
    """The provider's answer is not what the specifications say. Names the part of it."""


def _part(error: Exception) -> str | None:
    return str(error) if isinstance(error, _NotAsAgreed) else None


def _json(client: httpx2.Client, address: str, until: float) -> dict[str, Any]:
    """Get a JSON object of bounded length, in bounded time."""
    with client.stream("GET", address, headers={"Accept": "application/json"}) as answer:
        if answer.status_code != httpx2.codes.OK:
            raise _NotAsAgreed("status")
        body = b""
        for part in answer.iter_bytes():
            body += part
            if len(body) > _LARGEST:
                raise _NotAsAgreed("length")
            if time.monotonic() > until:
                raise _NotAsAgreed("time")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise _NotAsAgreed("json") from None
    if not isinstance(found, dict):
        raise _NotAsAgreed("json")
    return found


def _address_of_keys(metadata: Mapping[str, Any], issuer: str) -> str:
    address = metadata.get("jwks_uri")
    if metadata.get("issuer") != issuer:
        raise _NotAsAgreed("issuer")
    if not isinstance(address, str) or not is_safe(address):
        raise _NotAsAgreed("jwks_uri")
    return address


def _keys(published: Mapping[str, Any]) -> dict[str, Key]:
    """Return the keys that may sign, by name: public ones, strong enough, each name once."""
    listed = published.get("keys")
    if not isinstance(listed, list):
        raise _NotAsAgreed("keys")
    found: dict[str, Key] = {}
    for one in listed:
        key = _key(one)
        if key is not None and key.kid is not None:
            if key.kid in found:
                raise _NotAsAgreed("kid")
            found[key.kid] = key
    return found


def _kept(before: Mapping[str, Key], keys: Mapping[str, Key]) -> dict[str, Key]:
    """Return the keys; one that is as before is the same object, so that it can be told."""
    return {
        kid: before[kid] if kid in before and before[kid].as_dict() == key.as_dict() else key
        for kid, key in keys.items()
    }


def _key(published: Any) -> Key | None:
    """Read a key for signatures; None if it is none, or one that we do not rely on."""
    if not isinstance(published, dict) or published.get("use", "sig") != "sig":
        return None
    if not isinstance(published.get("kid"), str) or "d" in published:
        return None
    try:
        key = JWKRegistry.import_key(published)
        weak = isinstance(key, RSAKey) and key.public_key.key_size < _WEAKEST
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return None if weak or isinstance(key, OctKey) else key
