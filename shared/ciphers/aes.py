"""AES that encrypts and authenticates (AEAD), each text bound to where it belongs.

Two kinds: ``seal`` (AES-256-GCM, NIST SP 800-38D) gives other bytes each time, ``seal_alike``
(AES-SIV, RFC 5297) the same bytes for the same text, for what must be found again without being
opened. Whoever opens names what the text is bound to; another key, another place, or a changed bit
raise ``NotSealedHere``, which says no more than that.
"""

import os
from functools import lru_cache
from typing import Any, Final

KEY: Final = 32
"""Bytes of a key for ``seal``; ``seal_alike`` takes twice as many."""
_NONCE: Final = 12
_VERSION: Final = b"\x01"
"""How sealed bytes begin: by which layout they were made."""
_BLOCK: Final = 64
_END: Final = b"\x80"


class NotSealedHere(Exception):
    """Bytes were not sealed with this key for this place, or are not what they were."""


def new_key() -> bytes:
    """Return a new random key."""
    return os.urandom(KEY)


def bound_to(*parts: bytes) -> bytes:
    """Return what a text is bound to, so that no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def seal(key: bytes, plain: bytes, *bound: bytes) -> bytes:
    """Encrypt a text, padded so that its length is told to ``_BLOCK`` bytes only.

    The nonce is random (96 bits), so a key may seal 2^32 texts.
    """
    nonce = os.urandom(_NONCE)
    whole = plain + _END
    padded = whole.ljust(-len(whole) // _BLOCK * -_BLOCK, b"\0")
    sealed: bytes = _gcm(key).encrypt(nonce, padded, bound_to(_VERSION, *bound))
    return _VERSION + nonce + sealed


def opened(key: bytes, sealed: bytes, *bound: bytes) -> bytes:
    """Return the text that was sealed for this place. Raises NotSealedHere."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - costs a start that opens nothing

    head, nonce, rest = sealed[:1], sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    if head != _VERSION or len(nonce) < _NONCE:
        raise NotSealedHere
    try:
        padded: bytes = _gcm(key).decrypt(nonce, rest, bound_to(head, *bound))
    except InvalidTag:
        raise NotSealedHere from None
    return padded[: padded.rindex(_END)]


def seal_alike(key: bytes, plain: bytes) -> bytes:
    """Encrypt a text that is not empty: the same one the same way each time."""
    sealed: bytes = _siv(key).encrypt(plain, None)
    return sealed


def opened_alike(key: bytes, sealed: bytes) -> bytes:
    """Return the text that ``seal_alike`` sealed. Raises NotSealedHere."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - costs a start that opens nothing

    try:
        plain: bytes = _siv(key).decrypt(sealed, None)
    except (InvalidTag, ValueError):  # too short to be any
        raise NotSealedHere from None
    return plain


def _gcm(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - likewise

    return AESGCM(key)


@lru_cache(maxsize=4)
def _siv(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV  # noqa: PLC0415 - likewise

    return AESSIV(key)
