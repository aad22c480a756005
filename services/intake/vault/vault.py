"""The vault: the fields of persons in PostgreSQL, sealed before they get there.

Promises (tests/integration/intake/test_vault.py):
- a put, a rotation and an erasure are each whole or not at all, and wait for each other person by
  person; a read sees one moment, in one query however many fields are asked for;
- what was moved, swapped or put back in the rows is refused as a whole (``NotAsSealed``);
- new keys come without stopping: reads and puts go on, and what was interrupted goes on where it
  was, because each row says with what it is wrapped, and since when;
- after an erasure no master key opens anything of the person, and nothing is put again.

Who may read what, for which purpose, and that it is written down before, is decided by whoever
calls this: nothing here looks at a case or a consent.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
from psycopg import Cursor
from psycopg.rows import tuple_row

from services.intake.vault import contents
from services.intake.vault.contents import (
    NoSuchPerson,
    NotAsSealed,
    Opened,
    PersonErased,
    SealedField,
    Stored,
    written,
)
from services.intake.vault.field_rules import not_fields
from services.intake.vault.fields import PersonFields
from services.intake.vault.master_keys import MasterKeyNotKnown, MasterKeys, WrappedKey
from services.intake.vault.sealing import PersonKey, first_key, new_salt
from shared.ciphers.aes import NotSealedHere
from shared.eventstore.recorder import GapFreeRecorder
from shared.kernel.refusals import Refused
from shared.postgres.migrations import migrations_of

MIGRATIONS: Final = migrations_of("services.intake.vault")
BATCH: Final = 200
"""Keys that are wrapped again in one transaction."""


class Kept(NamedTuple):
    """What a put did. commitments: to the fields that were put, for the log."""

    revision: int
    commitments: Mapping[str, bytes]


class Progress(NamedTuple):
    """How far a rotation is. done: by this run. left: those that are still to be done."""

    done: int
    left: int


class Vault:
    """The vault of an installation. All methods block, and may raise psycopg's own errors.

    Persons are named by pseudonymous ids, the only thing of them that is known outside.
    """

    def __init__(self, recorder: GapFreeRecorder, master_keys: MasterKeys) -> None:
        """Keep it over connections of the vault's own role. recorder: lends them."""
        self._recorder, self._master_keys = recorder, master_keys

    def put(self, person_id: UUID, fields: PersonFields, without: Collection[str] = ()) -> Kept:
        """Keep these fields of a person, and forget those named by ``without``.

        fields: cleaned and judged (``field_rules``); what is None in them stays as it was. Refused:
        PersonErased, NoSuchField. Raises NotAsSealed, MasterKeyNotKnown; then nothing changed.
        """
        _require_fields(without)
        new = written(fields)
        with self._alone(person_id) as curs:
            stored = _stored(curs, person_id, ())
            if stored is None:
                key, salt = first_key(person_id), new_salt()
                done = contents.begun(key, salt, new)
                self._begin(curs, key, salt, done)
            else:
                done = contents.put(self._key_of(stored), stored, new, without)
                _change(curs, person_id, done, {*without} - new.keys())
            _write_fields(curs, person_id, done.sealed, dict.fromkeys(new, done.revision))
        return Kept(done.revision, done.commitments)

    def read(self, person_id: UUID, names: Collection[str]) -> Opened:
        """Open these fields of a person, as far as they are there.

        Refused: NoSuchPerson, PersonErased, NoSuchField. Raises NotAsSealed, MasterKeyNotKnown.
        """
        _require_fields(names)
        with self._recorder.cursor() as curs:
            stored = _stored(curs, person_id, names)
        if stored is None:
            raise Refused(NoSuchPerson())
        return contents.opened(self._key_of(stored), stored, names)

    def rotate(self, person_id: UUID) -> None:
        """Give a person a new key, and seal all of theirs with it. Refuses, raises as ``read``."""
        with self._alone(person_id) as curs:
            stored = _stored(curs, person_id, None)
            if stored is None:
                raise Refused(NoSuchPerson())
            done = contents.rekeyed(self._key_of(stored), stored)
            wrapped = self._wrapped(done.key)
            curs.execute(_SEAL, (done.seal, stored.revision, person_id))
            curs.execute(_REKEY, (*wrapped, done.salt, person_id))
            _write_fields(curs, person_id, done.sealed, stored.versions)

    def rotate_all(self, made_before: datetime, batch: int = BATCH) -> Iterator[Progress]:
        """Give everybody a new key whose own was made before then; yield after each batch.

        Run again after an interruption, it goes on with those that are left. Who cannot be opened
        raises, as of ``read``, once everybody else is done.
        """
        done, after, broken = 0, _LEAST, None
        while found := self._rows(_OLDER, (made_before, after, batch)):
            for (person_id,) in found:
                try:
                    self.rotate(person_id)
                    done += 1
                except _BROKEN as error:
                    broken = error
                except Refused:
                    pass  # erased meanwhile
            after = found[-1][0]
            yield Progress(done, self._count(_OLDER_LEFT, (made_before,)))
        if broken:
            raise broken

    def rewrap_all(self, batch: int = BATCH) -> Iterator[Progress]:
        """Wrap every person's key with the current master key; yield after each batch.

        Keys of persons stay, so nothing is sealed again. Run again after an interruption, it goes
        on with those that are left. While other processes still wrap with the key of before, run it
        until nothing is left (``wrapped_with``). Who cannot be opened raises as of ``rotate_all``.
        """
        current, done, after, broken = self._master_keys.current, 0, _LEAST, None
        while True:
            with self._transaction() as curs:
                found = curs.execute(_OTHERWISE_WRAPPED, (current, after, batch)).fetchall()
                if not found:
                    break
                rewrapped = []
                for person_id, version, master_key, wrapped in found:
                    key = WrappedKey(version, master_key, wrapped)
                    try:
                        rewrapped.append((person_id, *self._rewrapped(person_id, key)))
                    except _BROKEN as error:
                        broken = error
                if rewrapped:
                    curs.execute(_REWRAP, _columns(rewrapped))
            done, after = done + len(rewrapped), found[-1][0]
            yield Progress(done, self._count(_OTHERWISE_LEFT, (current,)))
        if broken:
            raise broken

    def wrapped_with(self) -> dict[str, int]:
        """Return how many persons' keys each master key wraps, by its id.

        One that wraps none may be taken away.
        """
        return dict(self._rows(_BY_MASTER_KEY, ()))

    def erase(self, person_id: UUID, at: datetime) -> bool:
        """Destroy all that is kept of a person, keys and salt too; for ever.

        Returns whether anything was kept. Repeated it changes nothing. at: when it was decided.
        """
        with self._alone(person_id) as curs:
            curs.execute(_ENTOMB, (person_id, at))
            return curs.execute(_FORGET, (person_id,)).rowcount > 0

    def erase_again(self, erasures: Mapping[UUID, datetime]) -> int:
        """Erase those of these who are not erased, or of whom something is back; return how many.

        After a restore from an older backup, the log knows of erasures that the vault has not.
        """
        gone = {row[0] for row in self._rows(_GONE, (list(erasures),))}
        left = [person_id for person_id in erasures if person_id not in gone]
        for person_id in left:
            self.erase(person_id, erasures[person_id])
        return len(left)

    def close(self) -> None:
        """Close the connections."""
        self._recorder.close()

    def _begin(self, curs: Cursor[Any], key: PersonKey, salt: bytes, done: contents.Put) -> None:
        wrapped = self._wrapped(key)
        curs.execute(_BEGIN, (key.person_id, done.revision, done.seal))
        curs.execute(_NEW_KEY, (key.person_id, *wrapped, key.seal_salt(salt)))

    def _wrapped(self, key: PersonKey) -> WrappedKey:
        return self._master_keys.wrap(key.person_id, key.version, key.secret)

    def _key_of(self, stored: Stored) -> PersonKey:
        return self._unwrapped(stored.person_id, stored.key)

    def _rewrapped(self, person_id: UUID, key: WrappedKey) -> WrappedKey:
        return self._wrapped(self._unwrapped(person_id, key))

    def _unwrapped(self, person_id: UUID, key: WrappedKey) -> PersonKey:
        try:
            secret = self._master_keys.unwrap(person_id, key.version, key)
        except NotSealedHere:
            raise NotAsSealed(person_id) from None
        return PersonKey(person_id, key.version, secret)

    @contextmanager
    def _transaction(self) -> Iterator[Cursor[tuple[Any, ...]]]:
        with (
            self._recorder.connection() as conn,
            conn.transaction(),
            conn.cursor(binary=True, row_factory=tuple_row) as curs,
        ):
            yield curs

    @contextmanager
    def _alone(self, person_id: UUID) -> Iterator[Cursor[tuple[Any, ...]]]:
        """Open a transaction in which nobody else changes anything of this person."""
        with self._transaction() as curs:
            curs.execute(_LOCK, (str(person_id),))
            yield curs

    def _rows(self, statement: bytes, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with self._recorder.cursor() as curs:
            return curs.execute(statement, values).fetchall()

    def _count(self, statement: bytes, values: Sequence[object]) -> int:
        return int(self._rows(statement, values)[0][0])


def is_sealed(admin: str) -> bool:
    """Whether the vault has anything that only its master keys open. admin: who may read it."""
    with psycopg.connect(admin) as conn:
        return conn.execute("SELECT 1 FROM vault.keys LIMIT 1").fetchone() is not None


def _require_fields(names: Collection[str]) -> None:
    if refused := not_fields(names):
        raise Refused(refused)


def _stored(curs: Cursor[Any], person_id: UUID, names: Collection[str] | None) -> Stored | None:
    """Return the rows of a person, with the bytes of these fields, or of all; None: none there.

    Refused if the person was erased.
    """
    asked = None if names is None else list(names)
    rows = curs.execute(_SELECT, (asked, asked, person_id), prepare=True).fetchall()
    erased, revision, seal, *key, salt = rows[0][:7]
    if erased:
        raise Refused(PersonErased())
    if revision is None:
        return None
    if None in key:
        raise NotAsSealed(person_id)
    fields = {name: SealedField(version, sealed) for *_, name, version, sealed in rows if name}
    return Stored(person_id, revision, seal, WrappedKey(*key), salt, fields)


def _change(
    curs: Cursor[Any], person_id: UUID, done: contents.Put, without: Collection[str]
) -> None:
    curs.execute(_SEAL, (done.seal, done.revision, person_id))
    if without:
        curs.execute(_REMOVE, (person_id, list(without)))


def _write_fields(
    curs: Cursor[Any], person_id: UUID, sealed: Mapping[str, bytes], versions: Mapping[str, int]
) -> None:
    names = list(sealed)
    values = ([versions[name] for name in names], [sealed[name] for name in names])
    curs.execute(_WRITE, (person_id, names, *values))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


_LEAST = UUID(int=0)
_BROKEN = (NotAsSealed, MasterKeyNotKnown)
"""Of one person: a rotation goes on with the others."""
_LOCK = b"SELECT pg_advisory_xact_lock(hashtextextended('vault ' || %s, 0))"
_SELECT = (
    b"SELECT e.person_id IS NOT NULL, p.revision, p.seal, k.version, k.master_key, k.wrapped,"
    b" k.salt, f.field, f.version,"
    b" CASE WHEN %s::text[] IS NULL OR f.field = ANY(%s::text[]) THEN f.sealed END"
    b" FROM (SELECT %s::uuid AS person_id) AS asked"
    b" LEFT JOIN vault.erasures e USING (person_id) LEFT JOIN vault.persons p USING (person_id)"
    b" LEFT JOIN vault.keys k USING (person_id) LEFT JOIN vault.fields f USING (person_id)"
)
_BEGIN = b"INSERT INTO vault.persons (person_id, revision, seal) VALUES (%s, %s, %s)"
_NEW_KEY = (
    b"INSERT INTO vault.keys (person_id, version, master_key, wrapped, salt)"
    b" VALUES (%s, %s, %s, %s, %s)"
)
_SEAL = b"UPDATE vault.persons SET seal = %s, revision = %s WHERE person_id = %s"
_REKEY = (
    b"UPDATE vault.keys SET version = %s, master_key = %s, wrapped = %s, salt = %s,"
    b" made_at = now() WHERE person_id = %s"
)
_WRITE = (
    b"INSERT INTO vault.fields (person_id, field, version, sealed)"
    b" SELECT %s::uuid, * FROM unnest(%s::text[], %s::bigint[], %s::bytea[])"
    b" ON CONFLICT (person_id, field)"
    b" DO UPDATE SET version = excluded.version, sealed = excluded.sealed"
)
_REMOVE = b"DELETE FROM vault.fields WHERE person_id = %s AND field = ANY(%s)"
_ENTOMB = (
    b"INSERT INTO vault.erasures (person_id, erased_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
)
_FORGET = b"DELETE FROM vault.persons WHERE person_id = %s"
_GONE = (
    b"SELECT person_id FROM vault.erasures e WHERE person_id = ANY(%s::uuid[])"
    b" AND NOT EXISTS (SELECT FROM vault.persons p WHERE p.person_id = e.person_id)"
)
_OLDER = (
    b"SELECT person_id FROM vault.keys WHERE made_at < %s AND person_id > %s"
    b" ORDER BY person_id LIMIT %s"
)
_OLDER_LEFT = b"SELECT count(*) FROM vault.keys WHERE made_at < %s"
_OTHERWISE_WRAPPED = (
    b"SELECT person_id, version, master_key, wrapped FROM vault.keys"
    b" WHERE master_key <> %s AND person_id > %s ORDER BY person_id LIMIT %s FOR UPDATE"
)
_OTHERWISE_LEFT = b"SELECT count(*) FROM vault.keys WHERE master_key <> %s"
_REWRAP = (
    b"UPDATE vault.keys k SET master_key = n.master_key, wrapped = n.wrapped"
    b" FROM unnest(%s::uuid[], %s::integer[], %s::text[], %s::bytea[])"
    b" AS n(person_id, version, master_key, wrapped)"
    b" WHERE k.person_id = n.person_id"
)
_BY_MASTER_KEY = b"SELECT master_key, count(*) FROM vault.keys GROUP BY master_key"
