"""What is kept of a person, as rows have it: opened, changed and sealed again. No I/O.

Nothing is changed, or sealed with another key, before the seal of the contents was found right:
what somebody moved in the rows would otherwise be sealed as if it had been put.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import msgspec

from services.intake.vault.fields import PersonFields
from services.intake.vault.master_keys import WrappedKey
from services.intake.vault.sealing import PersonKey, commitment
from shared.ciphers.aes import NotSealedHere
from shared.kernel.refusals import Missing
from shared.kernel.text import Text
from shared.kernel.value import fields_of, hints_of


class NoSuchPerson(Missing):
    """The vault has nothing of this person."""

    code: ClassVar[str] = "no-such-person"
    text: ClassVar[Text] = Text(
        "No hay datos guardados de esa persona.", "Nothing is kept of that person."
    )


class PersonErased(Missing):
    """What was kept of this person was erased, for ever; nothing is kept of them again."""

    code: ClassVar[str] = "person-erased"
    text: ClassVar[Text] = Text(
        "Los datos de esa persona se borraron para siempre, y no se guardan otros.",
        "The data of that person were erased for ever, and no others are kept.",
    )


class NotAsSealed(Exception):
    """Rows of the vault are not what was put into them: the database's disk or owner did that.

    Nothing of the person is shown. person_id: whose.
    """

    def __init__(self, person_id: UUID) -> None:
        super().__init__(str(person_id))
        self.person_id = person_id


class SealedField(NamedTuple):
    """A row of one field. version: the revision that put it. sealed: None if it was not asked."""

    version: int
    sealed: bytes | None


class Stored(NamedTuple):
    """The rows of one person. revision: how often something was put. seal: of the contents."""

    person_id: UUID
    revision: int
    seal: bytes
    key: WrappedKey
    salt: bytes
    fields: Mapping[str, SealedField]

    @property
    def versions(self) -> dict[str, int]:
        """The version of each field there is."""
        return {name: field.version for name, field in self.fields.items()}


class Put(NamedTuple):
    """What a put changes. sealed: the rows of the fields that were put, in version ``revision``."""

    revision: int
    seal: bytes
    sealed: Mapping[str, bytes]
    commitments: Mapping[str, bytes]


class Rekeyed(NamedTuple):
    """All of a person, sealed with their next key."""

    key: PersonKey
    seal: bytes
    salt: bytes
    sealed: Mapping[str, bytes]


class Opened(NamedTuple):
    """What was read of a person. commitments: to each field that is there, as the log has them."""

    revision: int
    fields: PersonFields
    commitments: Mapping[str, bytes]


def written(fields: PersonFields) -> dict[str, bytes]:
    """Return the bytes of each field that holds something."""
    held = fields_of(fields).items()
    return {name: msgspec.json.encode(value) for name, value in held if value is not None}


def read_back(plain: Mapping[str, bytes]) -> PersonFields:
    """Return the fields of which these are the bytes."""
    return PersonFields(**{name: _DECODERS[name].decode(each) for name, each in plain.items()})


def begun(key: PersonKey, salt: bytes, new: Mapping[str, bytes]) -> Put:
    """Seal the first fields of a person."""
    return _put(key, salt, 1, {}, new)


def put(key: PersonKey, stored: Stored, new: Mapping[str, bytes], without: Collection[str]) -> Put:
    """Seal fields of a person beside those that are there, less ``without``. Raises NotAsSealed."""
    salt = _checked_salt(key, stored)
    staying = {name: n for name, n in stored.versions.items() if name not in without}
    return _put(key, salt, stored.revision + 1, staying, new)


def opened(key: PersonKey, stored: Stored, names: Iterable[str]) -> Opened:
    """Open these fields, as far as they are there. Raises NotAsSealed."""
    salt = _checked_salt(key, stored)
    plain = _plain(key, stored, names)
    commitments = {name: commitment(salt, name, each) for name, each in plain.items()}
    return Opened(stored.revision, read_back(plain), commitments)


def rekeyed(key: PersonKey, stored: Stored) -> Rekeyed:
    """Seal all of a person with their next key; versions stay. Raises NotAsSealed."""
    salt, plain = _checked_salt(key, stored), _plain(key, stored, stored.fields)
    after, versions = key.next(), stored.versions
    return Rekeyed(
        after,
        after.seal_of(stored.revision, versions),
        after.seal_salt(salt),
        {name: after.seal(name, versions[name], each) for name, each in plain.items()},
    )


def _put(
    key: PersonKey,
    salt: bytes,
    revision: int,
    staying: Mapping[str, int],
    new: Mapping[str, bytes],
) -> Put:
    versions = {**staying, **dict.fromkeys(new, revision)}
    return Put(
        revision,
        key.seal_of(revision, versions),
        {name: key.seal(name, revision, each) for name, each in new.items()},
        {name: commitment(salt, name, each) for name, each in new.items()},
    )


def _checked_salt(key: PersonKey, stored: Stored) -> bytes:
    """Return the person's salt, once the contents are those that were sealed."""
    try:
        key.require_seal(stored.seal, stored.revision, stored.versions)
        return key.open_salt(stored.salt)
    except NotSealedHere:
        raise NotAsSealed(stored.person_id) from None


def _plain(key: PersonKey, stored: Stored, names: Iterable[str]) -> dict[str, bytes]:
    there = ((name, stored.fields[name]) for name in names if name in stored.fields)
    try:
        return {name: key.open(name, row.version, row.sealed or b"") for name, row in there}
    except NotSealedHere:
        raise NotAsSealed(stored.person_id) from None


_DECODERS: Mapping[str, Any] = {
    name: msgspec.json.Decoder(hint) for name, hint in hints_of(PersonFields).items()
}
"""By field; ``hints_of`` keeps the notes, which msgspec does not look at."""
