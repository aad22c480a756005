"""Master keys: what the keys of persons are wrapped with, and who keeps them.

A port with three homes: a file, a secret of the environment (both here), and a KMS (``kms``).
Promises, of each of them (tests/promises/keys):
- what was wrapped is unwrapped as it was;
- it is bound to the person and to the version of their key: the wrapped key of somebody else, or
  of before a rotation, raises ``NotSealedHere``;
- the current master key wraps, and all that are known unwrap, so that a new one comes without
  stopping: both are readable until all is wrapped with the new one;
- what was wrapped with a master key that is not known here raises ``MasterKeyNotKnown``.
"""

import binascii
import hmac
import stat
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol, final
from uuid import UUID

from shared.ciphers import aes
from shared.kernel.text import Text, UserError


class WrappedKey(NamedTuple):
    """The key of a person, wrapped. version: of that key. master_key: the id of what wrapped it."""

    version: int
    master_key: str
    wrapped: bytes


class MasterKeys(Protocol):
    """Who wraps and unwraps the keys of persons. Methods may block: a KMS is asked over a wire."""

    @property
    def current(self) -> str:
        """The id of the master key that wraps now."""

    def wrap(self, person_id: UUID, version: int, secret: bytes) -> WrappedKey:
        """Wrap a person's key with the current master key."""

    def unwrap(self, person_id: UUID, version: int, wrapped: WrappedKey) -> bytes:
        """Return a person's key in this version. Raises NotSealedHere, MasterKeyNotKnown."""


class MasterKeyNotKnown(UserError):
    """Keys of persons are wrapped with a master key that is not known here."""

    def __init__(self, master_key: str) -> None:
        super().__init__(
            Text(
                f"La bóveda tiene claves envueltas con la clave maestra {master_key}, que aquí no"
                " está. Agréguela, del respaldo, después de la actual, y quítela solo cuando ya no"
                " envuelva ninguna.",
                f"The vault has keys that are wrapped with the master key {master_key}, which is"
                " not here. Add it, from the backup, after the current one, and remove it only"
                " when it wraps none any more.",
            ),
            2,
        )
        self.master_key = master_key


class MasterKeysNotUsable(UserError):
    """The master keys are not written as they must be. Nothing of them is repeated."""

    def __init__(self, where: str) -> None:
        super().__init__(
            Text(
                f"{where}: se esperan claves maestras de 32 bytes en base64 (openssl rand -base64"
                " 32), la actual primero, cada una una vez, con espacios o líneas entre ellas.",
                f"{where}: expected are master keys of 32 bytes in base64 (openssl rand -base64"
                " 32), the current one first, each once, with blanks or lines between them.",
            ),
            2,
        )


class MasterKeysMissing(UserError):
    """The settings give no master keys, and name no file with them."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "Faltan las claves maestras de la bóveda: ponga en CANALIZA_VAULT_KEYS_FILE un"
                " archivo que solo este usuario lea (openssl rand -base64 32; chmod 600), o en"
                " CANALIZA_VAULT_KEYS su texto, y guárdelas aparte de los respaldos de la base.",
                "The vault's master keys are missing: set CANALIZA_VAULT_KEYS_FILE to a file that"
                " this user alone reads (openssl rand -base64 32; chmod 600), or"
                " CANALIZA_VAULT_KEYS to its text, and keep them apart from the database's"
                " backups.",
            ),
            2,
        )


class MasterKeyFileOpen(UserError):
    """Others may read the file with the master keys, so it is not used."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                f"Otros usuarios pueden leer {path}. Ciérrelo (chmod 600) y, si alguien pudo"
                " leerlo, cambie la clave maestra.",
                f"Other users can read {path}. Close it (chmod 600) and, if anybody could read"
                " it, change the master key.",
            ),
            2,
        )


class MasterKeyFileMissing(UserError):
    """The file with the master keys cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                f"No se puede leer {path}, el archivo de las claves maestras. Restáurelo de su"
                " respaldo: con otras claves no se abre lo guardado.",
                f"{path}, the file of the master keys, cannot be read. Restore it from its"
                " backup: with other keys nothing that is kept can be opened.",
            ),
            2,
        )


@final
class MasterKeyRing:
    """Master keys that are at hand, the current one first. An id follows from the key itself.

    So a key that was replaced under an old name is told from the one before.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """keys: at least one, each of 32 bytes."""
        self._wrapping = {_id_of(key): _wrapping(key) for key in keys}
        self.current = next(iter(self._wrapping))

    def wrap(self, person_id: UUID, version: int, secret: bytes) -> WrappedKey:
        place = bound(person_id, version)
        wrapped = aes.seal(self._wrapping[self.current], secret, *place, self.current.encode())
        return WrappedKey(version, self.current, wrapped)

    def unwrap(self, person_id: UUID, version: int, wrapped: WrappedKey) -> bytes:
        key = self._wrapping.get(wrapped.master_key)
        if key is None:
            raise MasterKeyNotKnown(wrapped.master_key)
        place = bound(person_id, version)
        return aes.opened(key, wrapped.wrapped, *place, wrapped.master_key.encode())


@final
class MasterKeyFile:
    """The master keys of a file that nobody else may read.

    It is read again when it has changed, so a new key needs no new start. Raises
    MasterKeyFileMissing, MasterKeyFileOpen and MasterKeysNotUsable, also later.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, ...] = ()
        self._ring = self._read()

    @property
    def current(self) -> str:
        return self._read().current

    def wrap(self, person_id: UUID, version: int, secret: bytes) -> WrappedKey:
        return self._read().wrap(person_id, version, secret)

    def unwrap(self, person_id: UUID, version: int, wrapped: WrappedKey) -> bytes:
        return self._read().unwrap(person_id, version, wrapped)

    def _read(self) -> MasterKeyRing:
        try:
            found = self._path.stat()
            seen = (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            if seen == self._seen:
                return self._ring
            if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise MasterKeyFileOpen(self._path)
            text = self._path.read_text(encoding="ascii", errors="replace")
        except OSError:
            raise MasterKeyFileMissing(self._path) from None
        self._ring = MasterKeyRing(keys_in(text, str(self._path)))
        self._seen = seen
        return self._ring


def from_environment(text: str, name: str) -> MasterKeyRing:
    """Return the master keys of a secret. name: of the setting. Raises MasterKeysNotUsable."""
    return MasterKeyRing(keys_in(text, name))


def keys_in(text: str, where: str) -> list[bytes]:
    """Return the keys of a text, in its order. where: it stands. Raises MasterKeysNotUsable."""
    try:
        keys = [b64decode(word, validate=True) for word in text.split()]
    except (binascii.Error, ValueError):
        raise MasterKeysNotUsable(where) from None  # the error would quote what it read
    if not keys or len({*keys}) < len(keys) or any(len(key) != aes.KEY for key in keys):
        raise MasterKeysNotUsable(where)
    return keys


def bound(person_id: UUID, version: int) -> tuple[bytes, ...]:
    """Return what a wrapped key is bound to."""
    return (b"person's key", person_id.bytes, b"%d" % version)


_ID: Final = 12
"""Hexadecimal digits of an id."""


def _id_of(key: bytes) -> str:
    return f"key-{hmac.digest(key, b'canaliza vault master key id 1', 'sha256').hex()[:_ID]}"


def _wrapping(key: bytes) -> bytes:
    return hmac.digest(key, b"canaliza vault wrapping 1", "sha256")
