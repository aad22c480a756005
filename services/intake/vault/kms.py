"""Master keys that stay in a key management service: it wraps and unwraps, and keeps the record.

``Kms`` is what such services have in common: a key that is named, never shown, and a context that
is authenticated with what is encrypted (what AWS calls the encryption context, Google Cloud and
Vault's transit engine additional or associated data).
"""

from typing import Protocol, final
from uuid import UUID

from services.intake.vault.master_keys import MasterKeyNotKnown, WrappedKey, bound
from shared.ciphers.aes import NotSealedHere, bound_to


class KmsKeyNotFound(Exception):
    """The service has no key of this name, or it has been disabled, or is not ours to use."""


class KmsRefused(Exception):
    """What was to be decrypted is not what was encrypted with this key and context."""


class KmsAway(Exception):
    """The service does not answer. Try again later: nothing is read or put meanwhile."""


class Kms(Protocol):
    """A key management service. Both raise KmsKeyNotFound and KmsAway."""

    def encrypt(self, key: str, plain: bytes, context: bytes) -> bytes:
        """Encrypt a few bytes with the named key, bound to a context."""

    def decrypt(self, key: str, encrypted: bytes, context: bytes) -> bytes:
        """Decrypt them. Raises KmsRefused."""


@final
class KmsMasterKeys:
    """Master keys of a KMS. current: the name of the one that wraps; it must know the others."""

    def __init__(self, kms: Kms, current: str) -> None:
        self._kms = kms
        self.current = current

    def wrap(self, person_id: UUID, version: int, secret: bytes) -> WrappedKey:
        context = bound_to(*bound(person_id, version))
        try:
            wrapped = self._kms.encrypt(self.current, secret, context)
        except KmsKeyNotFound:
            raise MasterKeyNotKnown(self.current) from None
        return WrappedKey(version, self.current, wrapped)

    def unwrap(self, person_id: UUID, version: int, wrapped: WrappedKey) -> bytes:
        context = bound_to(*bound(person_id, version))
        try:
            return self._kms.decrypt(wrapped.master_key, wrapped.wrapped, context)
        except KmsKeyNotFound:
            raise MasterKeyNotKnown(wrapped.master_key) from None
        except KmsRefused:
            raise NotSealedHere from None
