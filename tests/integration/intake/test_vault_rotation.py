"""New keys come without stopping, and what was interrupted goes on where it was."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from services.intake.vault.contents import NotAsSealed, PersonErased
from services.intake.vault.fields import FIELDS, PersonFields
from services.intake.vault.master_keys import MasterKeyNotKnown
from services.intake.vault.vault import Progress, Vault
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.value import replace as with_
from tests.persons import EVERYTHING
from tests.vaults import VaultSite, all_of, refused, written_key

pytestmark = pytest.mark.integration
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_persons_new_key_changes_all_bytes_and_nothing_else(
    vault: Vault, site: VaultSite
) -> None:
    person = new_id()
    before = vault.put(person, EVERYTHING)
    old = dict(site.execute("SELECT field, sealed FROM vault.fields"))
    vault.rotate(person)
    opened = vault.read(person, FIELDS)
    assert (opened.fields, opened.revision) == (EVERYTHING, 1)
    assert opened.commitments == before.commitments
    new = dict(site.execute("SELECT field, sealed FROM vault.fields"))
    assert new.keys() == old.keys()
    assert not {*new.values()} & {*old.values()}
    vault.put(person, PersonFields(chosen_name="Rosa"))
    assert all_of(vault, person) == with_(EVERYTHING, chosen_name="Rosa")


def test_a_master_key_is_changed_while_others_read_and_put(vault: Vault, site: VaultSite) -> None:
    people = [new_id() for _ in range(7)]
    for person in people:
        vault.put(person, EVERYTHING)
    (old,) = site.keys()
    site.keep_keys(new := written_key(), old)
    vault.put(extra := new_id(), EVERYTHING)  # already with the new one
    assert sorted(vault.wrapped_with().values()) == [1, 7]
    beside, ended, trouble = site.opened(), threading.Event(), list[Exception]()

    def use() -> None:
        for n in count():
            if ended.is_set():
                return
            try:
                all_of(beside, people[n % 7])
                beside.put(people[n % 7], PersonFields(chosen_name=f"Rosa {n}"))
            except Exception as error:  # noqa: BLE001 - whatever it is
                trouble.append(error)
                return

    thread = threading.Thread(target=use)
    thread.start()
    steps = list(vault.rewrap_all(batch=3))
    ended.set()
    thread.join()
    assert trouble == []
    assert steps == [Progress(3, 4), Progress(6, 1), Progress(7, 0)]
    assert list(vault.wrapped_with().values()) == [8]
    assert list(vault.rewrap_all()) == []
    site.keep_keys(new)  # the old one is not needed any more
    for person in (*people, extra):
        assert all_of(vault, person).curp == EVERYTHING.curp
    beside.close()


def test_a_change_of_the_master_key_that_was_killed_goes_on_where_it_was(
    vault: Vault, site: VaultSite
) -> None:
    people = [new_id() for _ in range(6)]
    for person in people:
        vault.put(person, EVERYTHING)
    (old,) = site.keys()
    site.keep_keys(written_key(), old)
    site.kill_in(2, "rewrap_all", 2)
    assert sorted(vault.wrapped_with().values()) == [2, 4]
    assert all(all_of(vault, person) == EVERYTHING for person in people)
    assert list(vault.rewrap_all(batch=3)) == [Progress(3, 1), Progress(4, 0)]
    assert all(all_of(vault, person) == EVERYTHING for person in people)


def test_a_rotation_of_all_keys_that_was_killed_goes_on_where_it_was(
    vault: Vault, site: VaultSite
) -> None:
    people = [new_id() for _ in range(5)]
    for person in people:
        vault.put(person, EVERYTHING)
    ((since,),) = site.execute("SELECT clock_timestamp()")
    site.kill_in(3, "rotate_all", since, 2)
    versions = [v for (v,) in site.execute("SELECT version FROM vault.keys ORDER BY 1")]
    assert versions == [1, 1, 1, 2, 2]
    assert all(all_of(vault, person) == EVERYTHING for person in people)
    vault.erase(people[0], AT)
    assert [*vault.rotate_all(since)][-1].left == 0
    assert {v for (v,) in site.execute("SELECT version FROM vault.keys")} == {2}
    assert all(all_of(vault, person) == EVERYTHING for person in people[1:])


def test_an_erasure_that_was_killed_has_done_nothing_and_is_done_by_the_next(
    vault: Vault, site: VaultSite
) -> None:
    vault.put(person := new_id(), EVERYTHING)
    site.kill_in(1, "erase", person, AT)
    assert all_of(vault, person) == EVERYTHING
    assert vault.erase(person, AT)
    assert refused(lambda: all_of(vault, person)) is PersonErased


def test_one_who_cannot_be_opened_holds_up_nobody(vault: Vault, site: VaultSite) -> None:
    people = [new_id() for _ in range(3)]
    for person in people:
        vault.put(person, EVERYTHING)
    site.execute("UPDATE vault.keys SET wrapped = '\\x00' WHERE person_id = %s", people[1])
    (old,) = site.keys()
    site.keep_keys(written_key(), old)
    with pytest.raises(NotAsSealed):
        list(vault.rewrap_all(batch=2))
    assert sorted(vault.wrapped_with().values()) == [1, 2]
    with pytest.raises(NotAsSealed):
        list(vault.rotate_all(now() + timedelta(seconds=1)))
    versions = dict(site.execute("SELECT person_id, version FROM vault.keys"))
    assert versions == {people[0]: 2, people[1]: 1, people[2]: 2}


def test_a_master_key_that_is_missing_is_said_with_the_next_step(
    vault: Vault, site: VaultSite
) -> None:
    vault.put(person := new_id(), EVERYTHING)
    site.keep_keys(written_key())
    for act in (lambda: all_of(vault, person), lambda: list(vault.rewrap_all())):
        with pytest.raises(MasterKeyNotKnown, match="Add it, from the backup"):
            act()
