"""Names for things.

Random where nothing is known, derived where the same input must give the same name.

A fact's id is ``service:stream:version``: it can be computed from the log alone, and it says where
the fact stands.
"""

from hashlib import sha1
from uuid import UUID, uuid4

NAMESPACE = UUID("6f0d8a52-4c53-5d0b-9a51-0c4b6e1f7a3d")
_BEGUN = sha1(NAMESPACE.bytes, usedforsecurity=False)
INSTITUTION_CODE = "[a-z0-9-]{3,40}"
"""How an institution's code is written, as a regular expression."""
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXY"


def new_id() -> UUID:
    """A fresh random id."""
    return uuid4()


def derived_id(*parts: str) -> UUID:
    """The id that these words always give (UUID version 5, as ``uuid5`` gives it)."""
    named = _BEGUN.copy()
    named.update("\x1f".join(parts).encode())
    return UUID(bytes=named.digest()[:16], version=5)


def fact_id(service: str, stream: UUID, version: int) -> str:
    """The public name of one recorded fact."""
    return f"{service}:{stream}:{version}"


def command_cause(command_id: UUID) -> str:
    """How a fact names the command that it follows from."""
    return f"command:{command_id}"


def folio(case_id: UUID, prefix: str) -> str:
    """A case's number that a person can read out.

    A prefix, eight characters that are hard to mistake, a check character.

    Derived from the case's id, so nobody has to hand out numbers. The check character finds any
    single wrong character and any two neighbours swapped (weighted sum modulo 29 over an alphabet
    of 29 without 0 O 1 I L U Z).
    """
    rest = case_id.int
    characters = []
    for _ in range(8):
        rest, digit = divmod(rest, len(_READABLE))
        characters.append(_READABLE[digit])
    body = "".join(characters)
    return f"{prefix}-{body[:4]}-{body[4:]}-{check_character(body)}"


def check_character(body: str) -> str:
    """The folio's last character, computed over the eight before it."""
    return _READABLE[sum((i + 2) * _READABLE.index(c) for i, c in enumerate(body)) % 29]
