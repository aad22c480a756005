"""The address under which browsers know an installation, as its operator gives it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.kernel.hosts import authority, is_loopback

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """Where the installation stands, whatever a request claims.

    host: in small letters, an IPv6 address in brackets. port: None if it is the scheme's own.
    """

    scheme: str
    host: str
    port: int | None

    @property
    def origin(self) -> str:
        """The address without a slash at its end, as browsers send it in ``Origin``."""
        return f"{self.scheme}://{authority(self.host, self.port)}"

    @property
    def secure(self) -> bool:
        return self.scheme == "https"


def read_public_url(given: object) -> PublicUrl | None:
    """Read ``https://HOST[:PORT]``; nothing given is no address.

    Raises ValueError if it is anything else: the interface stands at the root of its host, and only
    the loopback's own names are reached without encryption.
    """
    if isinstance(given, PublicUrl):
        return given
    if given is None or given == "":
        return None
    parts = urlsplit(str(given))
    host = parts.hostname or ""
    asked = (parts.scheme in _DEFAULT_PORTS, host, parts.path in ("", "/"))
    if not all(asked) or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(given)
    if not host.isascii() or host != host.strip() or any(c in host for c in " %\\,;"):
        raise ValueError(given)
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError(given)
    port = None if parts.port == _DEFAULT_PORTS[parts.scheme] else parts.port
    return PublicUrl(parts.scheme, authority(host), port)
