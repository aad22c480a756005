"""The vault in PostgreSQL: what was put is read, what was erased is gone for ever."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from services.intake.vault.contents import NoSuchPerson, PersonErased
from services.intake.vault.field_rules import NoSuchField
from services.intake.vault.fields import FIELDS, PersonFields
from services.intake.vault.master_keys import WrappedKey
from services.intake.vault.opening import opened_vault
from services.intake.vault.sealing import PersonKey
from services.intake.vault.vault import Vault, is_sealed
from shared.ciphers.aes import NotSealedHere
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refused
from shared.kernel.value import replace as with_
from shared.postgres.migrations import SchemaNotKnown, prepare_server
from shared.service.settings import VAULT, role_of
from tests.persons import EVERYTHING
from tests.vaults import VaultSite, all_of, refused

pytestmark = pytest.mark.integration
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_what_was_put_is_read_field_by_field_by_every_process(
    vault: Vault, site: VaultSite
) -> None:
    person = new_id()
    kept = vault.put(person, EVERYTHING)
    assert (kept.revision, kept.commitments.keys()) == (1, FIELDS.keys())
    beside = site.opened()
    assert all_of(beside, person) == EVERYTHING
    opened = beside.read(person, ["phones", "curp"])
    assert opened.fields == PersonFields(phones=EVERYTHING.phones, curp=EVERYTHING.curp)
    assert opened.commitments == {n: kept.commitments[n] for n in ("phones", "curp")}
    again = beside.put(person, PersonFields(chosen_name="Rosa"), without=["health"])
    assert (again.revision, list(again.commitments)) == (2, ["chosen_name"])
    assert all_of(vault, person) == with_(EVERYTHING, chosen_name="Rosa", health=None)
    beside.close()


def test_who_is_not_there_and_fields_that_are_none_are_refused(vault: Vault) -> None:
    assert refused(lambda: vault.read(new_id(), FIELDS)) is NoSuchPerson
    assert refused(lambda: vault.rotate(new_id())) is NoSuchPerson
    assert refused(lambda: vault.read(new_id(), ["shoe_size"])) is NoSuchField
    assert refused(lambda: vault.put(new_id(), EVERYTHING, ["shoe_size"])) is NoSuchField


def test_a_read_is_one_query_however_many_fields(vault: Vault) -> None:
    person = new_id()
    vault.put(person, EVERYTHING)
    seen: list[object] = []
    lent = vault._recorder.cursor

    def counting() -> Any:
        seen.append(None)
        return lent()

    vault._recorder.cursor = counting  # type: ignore[method-assign]
    all_of(vault, person)
    assert len(seen) == 1


def test_puts_of_one_person_at_once_are_all_kept(vault: Vault) -> None:
    person, names = new_id(), ["given_names", "first_surname", "second_surname", "birth_place"]
    threads = [
        threading.Thread(target=vault.put, args=(person, with_(PersonFields(), **{name: name})))
        for name in names
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    opened = vault.read(person, FIELDS)
    assert opened.revision == 4
    assert opened.fields == with_(PersonFields(), **{name: name for name in names})


def test_after_an_erasure_nothing_is_there_and_nothing_comes_again(
    vault: Vault, site: VaultSite
) -> None:
    person, other = new_id(), new_id()
    for each in (person, other):
        vault.put(each, EVERYTHING)
    assert vault.erase(person, AT)
    assert not vault.erase(person, AT + timedelta(days=1))
    assert site.execute("SELECT * FROM vault.erasures") == [(person, AT)]
    assert refused(lambda: all_of(vault, person)) is PersonErased
    assert refused(lambda: vault.put(person, EVERYTHING)) is PersonErased
    assert refused(lambda: vault.rotate(person)) is PersonErased
    assert all_of(vault, other) == EVERYTHING
    assert site.dump().count(str(person)) == 1, "and nowhere else"


def test_what_somebody_kept_of_an_erased_person_opens_with_no_key_that_is_left(
    vault: Vault, site: VaultSite
) -> None:
    person, other = new_id(), new_id()
    for each in (person, other):
        vault.put(each, EVERYTHING)
    kept = site.execute(
        "SELECT field, version, sealed FROM vault.fields WHERE person_id = %s", person
    )
    assert len(kept) == len(FIELDS)
    vault.erase(person, AT)
    left = site.execute("SELECT person_id, version, master_key, wrapped FROM vault.keys")
    assert len(left) == 1
    for owner, *wrapped in left:
        secret = vault._master_keys.unwrap(owner, wrapped[0], WrappedKey(*wrapped))
        for key in (PersonKey(owner, 1, secret), PersonKey(person, 1, secret)):
            for row in kept:
                with pytest.raises(NotSealedHere):
                    key.open(*row)


def test_a_put_that_waits_for_an_erasure_is_refused(vault: Vault, site: VaultSite) -> None:
    person, answers = new_id(), list[object]()
    vault.put(person, EVERYTHING)

    def put() -> None:
        try:
            answers.append(vault.put(person, EVERYTHING))
        except Refused as error:
            answers.append(type(error.refusal))

    with vault._alone(person) as curs:
        thread = threading.Thread(target=put)
        thread.start()
        while not site.execute("SELECT 1 FROM pg_locks WHERE NOT granted"):
            pass
        curs.execute("INSERT INTO vault.erasures VALUES (%s, now())", (person,))
        curs.execute("DELETE FROM vault.persons WHERE person_id = %s", (person,))
    thread.join()
    assert answers == [PersonErased]
    assert site.execute("SELECT * FROM vault.persons") == []


def test_a_restore_from_before_an_erasure_does_not_bring_the_person_back(
    vault: Vault, site: VaultSite
) -> None:
    erased, never_there, kept = new_id(), new_id(), new_id()
    for person in (erased, kept):
        vault.put(person, EVERYTHING)  # and the erasure was after the backup
    told = {erased: AT, never_there: AT}
    assert vault.erase_again(told) == 2
    assert vault.erase_again(told) == 0
    site.execute("INSERT INTO vault.persons VALUES (%s, 1, '')", erased)  # a table alone came back
    assert vault.erase_again(told) == 1
    assert site.execute("SELECT person_id FROM vault.persons") == [(kept,)]
    assert refused(lambda: all_of(vault, erased)) is PersonErased
    assert refused(lambda: vault.put(never_there, EVERYTHING)) is PersonErased
    assert all_of(vault, kept) == EVERYTHING


def test_it_is_told_whether_anything_is_sealed(vault: Vault, site: VaultSite) -> None:
    assert not is_sealed(site.admin)
    vault.put(new_id(), EVERYTHING)
    assert is_sealed(site.admin)


def test_a_schema_that_is_not_ready_is_told_before_anything_is_asked(site: VaultSite) -> None:
    database = f"empty_{new_id().hex[:8]}"
    prepare_server(site.server.conninfo(), database)
    other = site.settings.model_copy(
        update={"database_name": database, "vault_database_password": None}
    )
    address = replace(other.address(VAULT), user=site.server.user, password=site.server.password)
    assert address.schema == VAULT
    try:
        with psycopg.connect(site.server.conninfo(), autocommit=True) as conn:
            conn.execute(
                f"CREATE ROLE {role_of(VAULT, database)} LOGIN PASSWORD 'of vault'".encode()
            )
        with pytest.raises(SchemaNotKnown, match="canaliza migrate"):
            opened_vault(other)
    finally:
        with psycopg.connect(site.server.conninfo(), autocommit=True) as conn:
            conn.execute(f"DROP DATABASE {database} WITH (FORCE)".encode())
            conn.execute(f"DROP ROLE {role_of(VAULT, database)}".encode())
