"""The number by which a file's publisher knows a row, sealed: it may be a passport's.

It goes into facts, and from there to every service, over the bus and into backups; only an
installation with the secret reads it. The same number is sealed the same way each time (AES-SIV,
RFC 5297), so a case is found by it without anybody's number being opened.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from shared.ciphers.aes import NotSealedHere, opened_alike, seal_alike
from shared.kernel.ids import InstallationSecret

LONGEST = 100
"""Bytes of a number in UTF-8 that is kept; nobody types in a longer one."""


def sealed_key(secret: InstallationSecret, number: str) -> str | None:
    """Seal a publisher's number; None for one that is not kept: it is empty or too long."""
    plain = number.strip().encode()
    if not plain or len(plain) > LONGEST:
        return None
    return urlsafe_b64encode(seal_alike(secret.source_keys, plain)).decode()


def opened_key(secret: InstallationSecret, text: str) -> str | None:
    """Return the number that was sealed; None if it was sealed with another secret."""
    try:
        return opened_alike(secret.source_keys, urlsafe_b64decode(text)).decode()
    except (NotSealedHere, binascii.Error, ValueError):
        return None
