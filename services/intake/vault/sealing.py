"""A person's key: what seals their fields, and what was said of them on the log without saying it.

Promises:
- a sealed field opens only as what it was sealed as: of this person, under this name, in this
  version, with this key; anywhere else it raises ``NotSealedHere``;
- the seal of a person's contents is over all their fields with their versions: a field that was
  put back to an older version, added or taken away is told, also by whoever can write every row;
- a commitment tells whoever has no salt nothing, not even by trying all CURPs; once the salt is
  destroyed, nobody can tell any more what it was of.
"""

import hmac
import secrets
from collections.abc import Mapping
from typing import Final, final
from uuid import UUID

from shared.ciphers import aes

SALT: Final = 32
"""Bytes of a person's salt."""
_SALT_FIELD: Final = "(salt)"
"""The name under which a salt is sealed: no field is called so."""


@final
class PersonKey:
    """The key of one person in one version. version: counted from 1, one more at each rotation.

    secret: 32 bytes. It is never stored but wrapped (``master_keys``).
    """

    def __init__(self, person_id: UUID, version: int, secret: bytes) -> None:
        self.person_id, self.version, self.secret = person_id, version, secret
        self._sealing = hmac.digest(secret, b"canaliza vault fields 1", "sha256")
        self._contents = hmac.digest(secret, b"canaliza vault contents 1", "sha256")

    def next(self) -> "PersonKey":
        """Return a new key of this person, in the next version."""
        return PersonKey(self.person_id, self.version + 1, aes.new_key())

    def seal(self, field: str, version: int, plain: bytes) -> bytes:
        """Seal a field in a version: other bytes each time."""
        return aes.seal(self._sealing, plain, *self._place(field, version))

    def open(self, field: str, version: int, sealed: bytes) -> bytes:
        """Open a field that was sealed in this version. Raises NotSealedHere."""
        return aes.opened(self._sealing, sealed, *self._place(field, version))

    def seal_salt(self, salt: bytes) -> bytes:
        """Seal the person's salt, which outlives this key."""
        return self.seal(_SALT_FIELD, 0, salt)

    def open_salt(self, sealed: bytes) -> bytes:
        """Open the person's salt. Raises NotSealedHere."""
        return self.open(_SALT_FIELD, 0, sealed)

    def seal_of(self, revision: int, versions: Mapping[str, int]) -> bytes:
        """Return the seal of a person's contents: each field there is, with its version."""
        listed = [
            part for name in sorted(versions) for part in (name.encode(), b"%d" % versions[name])
        ]
        told = aes.bound_to(self.person_id.bytes, b"%d" % self.version, b"%d" % revision, *listed)
        return hmac.digest(self._contents, told, "sha256")

    def require_seal(self, seal: bytes, revision: int, versions: Mapping[str, int]) -> None:
        """Raise NotSealedHere unless the seal is of exactly these contents."""
        if not hmac.compare_digest(seal, self.seal_of(revision, versions)):
            raise aes.NotSealedHere

    def _place(self, field: str, version: int) -> tuple[bytes, ...]:
        """Return what a field is bound to."""
        numbers = (b"%d" % version, b"%d" % self.version)
        return (b"person's field", self.person_id.bytes, field.encode(), *numbers)


def first_key(person_id: UUID) -> PersonKey:
    """Make the first key of a person."""
    return PersonKey(person_id, 1, aes.new_key())


def new_salt() -> bytes:
    """Make a person's salt: one for life."""
    return secrets.token_bytes(SALT)


def commitment(salt: bytes, field: str, plain: bytes) -> bytes:
    """Return the commitment to what a field holds (HMAC-SHA256): the same for the same.

    It stands on the log. Whoever has the salt can tell whether a field was this; nobody else can.
    """
    return hmac.digest(salt, aes.bound_to(b"commitment 1", field.encode(), plain), "sha256")
