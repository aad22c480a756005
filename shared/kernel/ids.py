"""Ids: random for what is new, derived if the same input must give the same id.

What a stranger could name (a command, a case, a referral) is derived with the installation's secret
(``InstallationSecret``): whoever knows a file number, or an institution and a key, cannot tell the
id from it, and so cannot ask whether it is there. ``derived_id`` needs no secret: it names streams
beside another one, which no address leads to (``is_beside``).

A fact's id is ``service:stream:version``: it is computed from the log alone, and says where the
fact is found.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha1
from typing import final
from uuid import UUID, uuid4

NAMESPACE = UUID("6f0d8a52-4c53-5d0b-9a51-0c4b6e1f7a3d")
_BEGUN = sha1(NAMESPACE.bytes, usedforsecurity=False)
_BESIDE = 5
"""The version of UUIDs that are derived without the secret."""
_VERSION_8 = 8 << 76
_VARIANT = 0b10 << 62
_FREE = ~(0xF << 76 | 0b11 << 62) & ((1 << 128) - 1)
"""The bits of a UUID that say neither version nor variant (RFC 9562)."""
INSTITUTION_CODE = "[a-z0-9-]{3,40}"
"""How an institution's code is written, as a regular expression."""
TOKEN_NAME = "token-[0-9a-f]{1,64}"  # noqa: S105 - a name's form
"""How the public name of a token is written, likewise."""
TOKEN_SUBJECT = "subject-[0-9a-f]{1,64}"  # noqa: S105 - a name's form
"""How the pseudonym of whoever has a token is written, likewise."""


@final
class InstallationSecret:
    """What an installation derives ids and fingerprints with (HMAC-SHA256).

    The same secret gives the same ids for ever, so that what is repeated is recognised: it is made
    once and never changed. A key is derived from it for each use.
    """

    SHORTEST = 32
    """Bytes."""

    def __init__(self, value: bytes) -> None:
        """value: at least ``SHORTEST`` bytes, or ValueError."""
        if len(value) < self.SHORTEST:
            raise ValueError(f"shorter than {self.SHORTEST} bytes")
        self._ids = _keyed(value, b"canaliza ids 1")
        self._fingerprints = _keyed(value, b"canaliza fingerprints 1")
        self.proof = _keyed(value, b"canaliza proof 1")
        """Tells this secret from another, and nothing about it: it may be stored."""
        self.seal = _keyed(value, b"canaliza seal 1")
        """32 bytes that encrypt what is handed out to be brought back."""
        self.source_keys = b"".join(_keyed(value, b"canaliza source keys %d" % n) for n in (1, 2))
        """64 bytes that encrypt the numbers by which publishers know their rows."""

    def id_of(self, *parts: str) -> UUID:
        """Return the id that these parts always give here (UUID version 8)."""
        number = int.from_bytes(_keyed(self._ids, _joined(map(str.encode, parts)))[:16], "big")
        return UUID(int=number & _FREE | _VERSION_8 | _VARIANT)

    def command_id(self, service: str, institution: str, client: str, key: str) -> UUID:
        """Return the id of the command that a client of an institution gives under a key.

        client: the subject of its token. Keys of two clients never meet.
        """
        return self.id_of("command", service, institution, client, key)

    def fingerprint(self, command_id: UUID, *parts: bytes) -> bytes:
        """Return 16 bytes by which a repeated command is told from another under the same id.

        Without the secret nobody can try out which command it was; and the same words under another
        id have another fingerprint.
        """
        return _keyed(self._fingerprints, _joined((command_id.bytes, *parts)))[:16]


def new_id() -> UUID:
    """Return a new random id."""
    return uuid4()


def derived_id(*parts: str) -> UUID:
    """Return the id that these parts always give (UUID version 5, as ``uuid5`` gives it).

    Anybody can: it is for streams that are kept beside another one.
    """
    named = _BEGUN.copy()
    named.update("\x1f".join(parts).encode())
    return UUID(bytes=named.digest()[:16], version=_BESIDE)


def following_id(what: str, before: UUID) -> UUID:
    """Return the id of what follows, by itself, from what has the id ``before`` (UUID version 8).

    Whoever does not know that one can tell this one as little.
    """
    return UUID(int=derived_id(what, str(before)).int & _FREE | _VERSION_8 | _VARIANT)


def is_beside(stream: UUID) -> bool:
    """Whether this may be a stream that is kept beside another: no case and no referral is one."""
    return stream.version == _BESIDE


def fact_id(service: str, stream: UUID, version: int) -> str:
    """Return the id of a recorded fact."""
    return f"{service}:{stream}:{version}"


def version_of(fact_id: str) -> int:
    """Return the version of its stream that a recorded fact has, from its id."""
    return int(fact_id.rpartition(":")[2])


def command_cause(command_id: UUID) -> str:
    """Return how a fact names the command that it follows from."""
    return f"command:{command_id}"


def _keyed(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _joined(parts: Iterable[bytes]) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join([len(part).to_bytes(4, "big") + part for part in parts])
