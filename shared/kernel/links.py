"""Secrets of links: what whoever has no account shows in place of a token.

A code opens a link once, and a session is given for it. Both are 256 random bits, written so that
they can be read aloud: in Crockford's letters, whatever the case, spaces and hyphens. Only digests
are kept: a secret that nobody can guess needs no salt.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import ClassVar

from shared.kernel.refusals import Missing
from shared.kernel.text import Text

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_BITS, _LENGTH = 256, 52
_ALIKE = str.maketrans("oil", "011", "- \t\r\n")
DIGEST = "[A-Za-z0-9_-]{43}"
"""How a digest is written, as a regular expression."""


class LinkNotInForce(Missing):
    """There is no such link, or it was used, withdrawn or has expired: nobody hears which."""

    code: ClassVar[str] = "link-not-in-force"
    text: ClassVar[Text] = Text(
        "Este enlace no sirve, o ya no sirve. Pida uno nuevo a la institución que se lo dio.",
        "This link does not work, or does not work any more. Ask the institution that gave it to"
        " you for a new one.",
    )


def new_secret() -> str:
    """Return a new secret."""
    number = secrets.randbits(_BITS)
    return "".join(_LETTERS[number >> 5 * n & 31] for n in range(_LENGTH))


def digest_of(written: str) -> str:
    """Return the digest of a secret, as somebody wrote it; whoever pastes a whole link means it."""
    secret = written.rpartition("#")[2].lower().translate(_ALIKE)
    return urlsafe_b64encode(sha256(secret.encode()).digest()).decode().rstrip("=")


def same_digest(one: str, other: str) -> bool:
    """Whether two digests are the same, in a time that does not tell."""
    return hmac.compare_digest(one, other)
