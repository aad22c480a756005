"""Ids: random for what is new, derived if the same input must give the same id.

A fact's id is ``service:stream:version``: it is computed from the log alone, and says where the
fact is found.
"""

from hashlib import sha1
from uuid import UUID, uuid4

NAMESPACE = UUID("6f0d8a52-4c53-5d0b-9a51-0c4b6e1f7a3d")
_BEGUN = sha1(NAMESPACE.bytes, usedforsecurity=False)
INSTITUTION_CODE = "[a-z0-9-]{3,40}"
"""How an institution's code is written, as a regular expression."""
_READABLE = "23456789ABCDEFGHJKMNPQRSTVWXY"


def new_id() -> UUID:
    """Return a new random id."""
    return uuid4()


def derived_id(*parts: str) -> UUID:
    """Return the id that these parts always give (UUID version 5, as ``uuid5`` gives it)."""
    named = _BEGUN.copy()
    named.update("\x1f".join(parts).encode())
    return UUID(bytes=named.digest()[:16], version=5)


def fact_id(service: str, stream: UUID, version: int) -> str:
    """Return the id of a recorded fact."""
    return f"{service}:{stream}:{version}"


def version_of(fact_id: str) -> int:
    """Return the version of its stream that a recorded fact has, from its id."""
    return int(fact_id.rpartition(":")[2])


def command_cause(command_id: UUID) -> str:
    """Return how a fact names the command that it follows from."""
    return f"command:{command_id}"


def folio(case_id: UUID, prefix: str) -> str:
    """Return a case's number that a person can read out.

    It has a prefix, eight characters that are hard to confuse, and a check character. It is derived
    from the case's id, so that no numbers have to be assigned. The check character finds any single
    wrong character and any two swapped neighbours (weighted sum modulo 29 over an alphabet of 29
    without 0 O 1 I L U Z).
    """
    rest = case_id.int
    characters = []
    for _ in range(8):
        rest, digit = divmod(rest, len(_READABLE))
        characters.append(_READABLE[digit])
    body = "".join(characters)
    return f"{prefix}-{body[:4]}-{body[4:]}-{check_character(body)}"


def check_character(body: str) -> str:
    """Return a folio's last character, computed from the eight before it."""
    return _READABLE[sum((i + 2) * _READABLE.index(c) for i, c in enumerate(body)) % 29]
