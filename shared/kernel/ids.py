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
