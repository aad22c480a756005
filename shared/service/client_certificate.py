"""The certificate that a client showed in TLS: to us, or to a proxy that we trust.

Its SHA-256 thumbprint, as RFC 8705 writes it, stands in ``scope["state"]["client_certificate"]`` of
a request whose client has shown one and its key; else nothing stands there.
"""

import asyncio
import base64
import binascii
import hashlib
from collections.abc import Iterable

STATE = "client_certificate"
HEADER = b"client-cert"
"""Of RFC 9440: the DER certificate in base64, between colons. Only a trusted proxy may set it."""


def shown_to_us(transport: asyncio.BaseTransport) -> str | None:
    """Return the thumbprint of the certificate that a connection's client has shown."""
    connection = transport.get_extra_info("ssl_object")
    shown = connection.getpeercert(binary_form=True) if connection is not None else None
    return thumbprint(shown) if shown else None


def shown_to_proxy(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Return the thumbprint of the certificate that a trusted proxy's header tells.

    None if it tells none, or several, or is not of its form.
    """
    told = [value.strip() for name, value in headers if name == HEADER]
    if len(told) != 1 or len(told[0]) < 3 or not told[0].startswith(b":"):  # noqa: PLR2004 - two colons
        return None
    value = told[0]
    if not value.endswith(b":"):
        return None
    try:
        return thumbprint(base64.b64decode(value[1:-1], validate=True))
    except binascii.Error:
        return None


def thumbprint(certificate: bytes) -> str:
    """Return the SHA-256 of a DER certificate, in base64url without padding (``x5t#S256``)."""
    digest = hashlib.sha256(certificate).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
