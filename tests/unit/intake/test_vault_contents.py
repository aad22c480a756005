"""What is kept of a person opens as it was put; whatever was moved in the rows is told."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.intake.vault import contents
from services.intake.vault.contents import NotAsSealed, Put, SealedField, Stored
from services.intake.vault.fields import FIELDS, PersonFields
from services.intake.vault.master_keys import WrappedKey
from services.intake.vault.sealing import SALT, PersonKey, commitment, first_key, new_salt
from shared.ciphers.aes import NotSealedHere
from shared.kernel.value import replace
from tests.persons import EVERYTHING, PEDRO, ROSA

UNUSED = WrappedKey(1, "key-0", b"")


def stored(key: PersonKey, salt: bytes, done: Put, before: Stored | None = None) -> Stored:
    """The rows after a put."""
    there = dict(before.fields) if before else {}
    there |= {name: SealedField(done.revision, sealed) for name, sealed in done.sealed.items()}
    return Stored(key.person_id, done.revision, done.seal, UNUSED, key.seal_salt(salt), there)


class Kept:
    """A person with everything, kept in memory."""

    def __init__(self) -> None:
        self.key, self.salt = first_key(ROSA), new_salt()
        self.first = contents.begun(self.key, self.salt, contents.written(EVERYTHING))
        self.rows = stored(self.key, self.salt, self.first)

    def put(self, fields: PersonFields) -> Stored:
        done = contents.put(self.key, self.rows, contents.written(fields), ())
        return stored(self.key, self.salt, done, self.rows)


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_everything_opens_as_it_was_put(kept: Kept) -> None:
    opened = contents.opened(kept.key, kept.rows, FIELDS)
    assert opened.fields == EVERYTHING
    assert opened.revision == 1
    assert opened.commitments == kept.first.commitments


def test_of_all_there_is_only_what_is_asked_for_opens(kept: Kept) -> None:
    some_bytes = {**kept.rows.fields, "curp": SealedField(1, None)}
    opened = contents.opened(kept.key, kept.rows._replace(fields=some_bytes), ["phones"])
    assert opened.fields == PersonFields(phones=EVERYTHING.phones)
    assert opened.commitments.keys() == {"phones"}


def test_what_is_not_there_is_none() -> None:
    key, salt = first_key(ROSA), new_salt()
    rows = stored(key, salt, contents.begun(key, salt, {}))
    assert contents.opened(key, rows, FIELDS).fields == PersonFields()


def test_a_put_leaves_what_it_does_not_name_and_takes_the_next_version(kept: Kept) -> None:
    rows = kept.put(PersonFields(chosen_name="Rosa"))
    opened = contents.opened(kept.key, rows, FIELDS)
    assert opened.fields == replace(EVERYTHING, chosen_name="Rosa")
    assert opened.revision == 2
    assert {rows.versions[name] for name in FIELDS if name != "chosen_name"} == {1}


def test_what_is_taken_away_is_gone_and_what_comes_again_has_a_version_of_its_own(
    kept: Kept,
) -> None:
    done = contents.put(kept.key, kept.rows, {}, {"curp"})
    fields = {name: row for name, row in kept.rows.fields.items() if name != "curp"}
    rows = stored(kept.key, kept.salt, done, kept.rows)._replace(fields=fields)
    assert contents.opened(kept.key, rows, FIELDS).fields == replace(EVERYTHING, curp=None)
    again = contents.put(kept.key, rows, contents.written(PersonFields(curp="X")), {"curp"})
    assert again.revision == 3
    assert again.commitments.keys() == {"curp"}


def test_a_new_key_opens_all_that_the_old_one_did_and_the_old_one_nothing_more(
    kept: Kept,
) -> None:
    done = contents.rekeyed(kept.key, kept.rows)
    fields = {n: SealedField(1, sealed) for n, sealed in done.sealed.items()}
    rows = kept.rows._replace(seal=done.seal, salt=done.salt, fields=fields)
    opened = contents.opened(done.key, rows, FIELDS)
    assert opened.fields == EVERYTHING
    assert opened.commitments == kept.first.commitments, "the salt is for life"
    assert done.key.version == 2
    assert done.key.secret != kept.key.secret
    with pytest.raises(NotAsSealed):
        contents.opened(kept.key, rows, FIELDS)


def _moved(rows: Stored, _: Stored) -> Stored:
    at = rows.fields
    swapped = {"given_names": at["chosen_name"], "chosen_name": at["given_names"]}
    return rows._replace(fields={**at, **swapped})


def _older_version(rows: Stored, later: Stored) -> Stored:
    return later._replace(fields={**later.fields, "curp": rows.fields["curp"]})


def _older_bytes(rows: Stored, later: Stored) -> Stored:
    version, sealed = later.versions["curp"], rows.fields["curp"].sealed
    return later._replace(fields={**later.fields, "curp": SealedField(version, sealed)})


def _all_older_fields(rows: Stored, later: Stored) -> Stored:
    return later._replace(fields=rows.fields)


def _older_seal(rows: Stored, later: Stored) -> Stored:
    return later._replace(seal=rows.seal, revision=rows.revision)


def _taken_away(rows: Stored, _: Stored) -> Stored:
    return rows._replace(fields={n: row for n, row in rows.fields.items() if n != "curp"})


def _added(rows: Stored, _: Stored) -> Stored:
    return rows._replace(fields={**rows.fields, "other": rows.fields["curp"]})


def _no_bytes(rows: Stored, _: Stored) -> Stored:
    return rows._replace(fields={**rows.fields, "curp": SealedField(1, None)})


def _another_salt(rows: Stored, _: Stored) -> Stored:
    return rows._replace(salt=first_key(ROSA).seal_salt(new_salt()))


def _anothers(rows: Stored, _: Stored) -> Stored:
    key, salt = first_key(PEDRO), new_salt()
    theirs = stored(key, salt, contents.begun(key, salt, contents.written(EVERYTHING)))
    return rows._replace(fields=theirs.fields)


@pytest.mark.parametrize(
    "moved",
    [
        *(_moved, _older_version, _older_bytes, _all_older_fields, _older_seal, _taken_away),
        *(_added, _no_bytes, _another_salt, _anothers),
    ],
    ids=lambda each: each.__name__.strip("_"),
)
def test_whatever_is_moved_in_the_rows_is_told_and_never_sealed_again(
    moved: Callable[[Stored, Stored], Stored], kept: Kept
) -> None:
    later = kept.put(PersonFields(curp="HEGG560427MVZRRL05"))
    rows = moved(kept.rows, later)
    for act in (
        lambda: contents.opened(kept.key, rows, FIELDS),
        lambda: contents.rekeyed(kept.key, rows),
    ):
        with pytest.raises(NotAsSealed) as told:
            act()
        assert told.value.person_id == ROSA
        assert str(told.value) == str(ROSA)


def test_what_was_taken_away_is_not_sealed_over_by_the_next_put(kept: Kept) -> None:
    with pytest.raises(NotAsSealed):
        contents.put(kept.key, _taken_away(kept.rows, kept.rows), {}, ())


# --- keys and commitments -------------------------------------------------------------------


def test_a_key_of_another_person_or_version_opens_nothing() -> None:
    key = first_key(ROSA)
    sealed = key.seal("curp", 1, b"x")
    for other in (
        PersonKey(PEDRO, 1, key.secret),
        PersonKey(ROSA, 2, key.secret),
        PersonKey(ROSA, 1, first_key(ROSA).secret),
    ):
        with pytest.raises(NotSealedHere):
            other.open("curp", 1, sealed)
        with pytest.raises(NotSealedHere):
            other.require_seal(key.seal_of(1, {"curp": 1}), 1, {"curp": 1})


VERSIONS = some.dictionaries(some.text("abc1", min_size=1, max_size=2), some.integers(1, 3))


@given(VERSIONS, VERSIONS)
def test_contents_that_differ_have_other_seals(one: dict[str, int], other: dict[str, int]) -> None:
    key = PersonKey(ROSA, 1, bytes(32))
    assert (key.seal_of(1, one) == key.seal_of(1, other)) == (one == other)
    assert key.seal_of(1, one) != key.seal_of(2, one)


def test_a_commitment_is_the_same_for_the_same_and_tells_nothing_without_the_salt() -> None:
    salt, another = new_salt(), new_salt()
    assert len(salt) == SALT
    same = commitment(salt, "curp", b"x")
    assert same == commitment(salt, "curp", b"x")
    others = {
        commitment(another, "curp", b"x"),
        commitment(salt, "cui", b"x"),
        commitment(salt, "curp", b"y"),
    }
    assert same not in others
    assert len(others) == 3
