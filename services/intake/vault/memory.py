"""A key management service in memory, for tests: it keeps the promises of ``kms.Kms``."""

from dataclasses import dataclass, field

from services.intake.vault.kms import KmsAway, KmsKeyNotFound, KmsRefused
from shared.ciphers import aes


@dataclass
class MemoryKms:
    """Keys by name, for as long as the process lives. away: whether it does not answer."""

    away: bool = False
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False)

    def make(self, key: str) -> None:
        """Make a key of this name."""
        self._keys[key] = aes.new_key()

    def disable(self, key: str) -> None:
        """Destroy a key."""
        del self._keys[key]

    def encrypt(self, key: str, plain: bytes, context: bytes) -> bytes:
        return aes.seal(self._key(key), plain, context)

    def decrypt(self, key: str, encrypted: bytes, context: bytes) -> bytes:
        try:
            return aes.opened(self._key(key), encrypted, context)
        except aes.NotSealedHere:
            raise KmsRefused from None

    def _key(self, key: str) -> bytes:
        if self.away:
            raise KmsAway
        if key not in self._keys:
            raise KmsKeyNotFound(key)
        return self._keys[key]
