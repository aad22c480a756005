"""A message's seal: an HMAC by which a reader knows that the publishing service itself sent it.

Rights of the cluster keep others from writing a topic; who administers the cluster may still. A
seal is made with a key that the cluster never has, over everything that a reader goes by: topic,
partition, position, previous position, key and bytes. So what such a person writes, changes, or
moves to another place, is told before its order is judged (docs/adr/0040).
"""

import hmac
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, final

from shared.messaging.topic_names import source_of

SHORTEST = 32
"""Characters of a secret, at least."""
_SALT = b"canaliza message keys 1"
_HEAD = struct.Struct(">IQQI")


class NoKey(Exception):
    """A message is to be sealed, and no secret was given."""


class Sealable(NamedTuple):
    """What a seal is over: all that a reader goes by.

    previous: the position of the message before it in its partition.
    """

    topic: str
    partition: int
    position: int
    previous: int
    key: bytes
    value: bytes


def secrets_in(written: str) -> list[str]:
    """Return the secrets of a text, with blanks between. Raises ValueError if one is too short."""
    secrets = written.split()
    if not secrets or any(len(secret) < SHORTEST for secret in secrets):
        raise ValueError("a secret that is too short")
    return secrets


@final
class Seals:
    """Makes and verifies seals, with one key for each publishing service.

    secrets: what the keys are derived from (HKDF-SHA256). The first one seals; what any of them
    sealed holds, so that messages from before a change of secrets can be read.
    """

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        """Without secrets nothing can be sealed, and no seal holds."""
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._begun = lru_cache(self._derived)

    def seal(self, message: Sealable) -> bytes:
        """Return the seal of a message. Raises NoKey."""
        begun = self._begun(message.topic)
        if not begun:
            raise NoKey
        return _sealed(begun[0], message)

    def holds(self, seal: bytes, message: Sealable) -> bool:
        """Whether a service of ours made this seal for this very message."""
        begun = self._begun(message.topic)
        return any(hmac.compare_digest(_sealed(one, message), seal) for one in begun)

    def _derived(self, topic: str) -> tuple[hmac.HMAC, ...]:
        """Return the seals of a topic's messages, begun with each key; copying one is cheap."""
        service, name = source_of(topic), topic.encode()
        told = struct.pack(">H", len(name)) + name
        return tuple(
            hmac.new(derived_key(secret, service), told, "sha256") for secret in self._secrets
        )


def derived_key(secret: bytes, service: str) -> bytes:
    """Return a service's key: HKDF-SHA256 of the secret (RFC 5869), for this service alone."""
    extracted = hmac.digest(_SALT, secret, "sha256")
    return hmac.digest(extracted, service.encode() + b"\x01", "sha256")


def _sealed(begun: hmac.HMAC, message: Sealable) -> bytes:
    """Return a seal. No two messages of a topic are sealed as the same bytes."""
    _, partition, position, previous, key, value = message
    told = begun.copy()
    told.update(_HEAD.pack(partition, position, previous, len(key)) + key)
    told.update(value)
    return told.digest()
