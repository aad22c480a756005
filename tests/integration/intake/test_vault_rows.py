"""Whoever has the vault's rows reads nobody, and whoever moves them is told."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from services.installation import ALL
from services.intake.vault.contents import NotAsSealed
from services.intake.vault.fields import PersonFields
from services.intake.vault.vault import Vault
from shared.kernel.ids import new_id
from shared.service.settings import VAULT, role_of
from tests.persons import CANARIES, EVERYTHING
from tests.vaults import TABLES, VaultSite, all_of

pytestmark = pytest.mark.integration
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_no_other_role_may_do_anything_in_the_vault(vault: Vault, site: VaultSite) -> None:
    vault.put(new_id(), EVERYTHING)
    others = [one.name for one in ALL]
    for name in others:
        with site.settings.address(name).connection() as conn:
            for table in TABLES:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    conn.execute(f"TABLE vault.{table}".encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(f"SET ROLE {role_of(VAULT, site.dbname)}".encode())
    granted = site.execute(
        "SELECT DISTINCT grantee::text FROM information_schema.role_table_grants"
        " WHERE table_schema = 'vault' AND grantee <> current_user"
    )
    assert granted == [(role_of(VAULT, site.dbname),)]


def test_the_vaults_own_role_cannot_take_back_an_erasure_nor_see_another_schema(
    vault: Vault, site: VaultSite
) -> None:
    vault.erase(new_id(), AT)
    with site.settings.address(VAULT).connection() as conn:
        for statement in (
            "DELETE FROM vault.erasures",
            "UPDATE vault.erasures SET erased_at = now()",
            "TRUNCATE vault.fields",
            "SELECT count(*) FROM intake.events",
            "SELECT count(*) FROM identity.tokens",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(statement.encode())


def test_a_dump_has_nothing_of_a_person(vault: Vault, site: VaultSite) -> None:
    vault.put(new_id(), EVERYTHING)
    dump = site.dump()
    assert "given_names" in dump
    found = [c for c in CANARIES if c in dump or c.encode().hex() in dump]
    assert found == []


def _swap_fields(site: VaultSite, one: UUID, other: UUID) -> None:
    del other
    site.execute(
        "UPDATE vault.fields f SET sealed = o.sealed FROM vault.fields o WHERE f.person_id = %s"
        " AND o.person_id = f.person_id AND (f.field, o.field) IN"
        " (('given_names', 'chosen_name'), ('chosen_name', 'given_names'))",
        one,
    )


def _move_a_field(site: VaultSite, one: UUID, other: UUID) -> None:
    del other
    where = "WHERE person_id = %s AND field = %s"
    site.execute(f"DELETE FROM vault.fields {where}", one, "rfc")  # noqa: S608
    site.execute(f"UPDATE vault.fields SET field = 'rfc' {where}", one, "curp")  # noqa: S608


def _take_anothers_field(site: VaultSite, one: UUID, other: UUID) -> None:
    site.execute(
        "UPDATE vault.fields f SET sealed = o.sealed, version = o.version FROM vault.fields o"
        " WHERE f.person_id = %s AND o.person_id = %s AND f.field = 'curp' AND o.field = 'curp'",
        one,
        other,
    )


def _take_all_of_another(site: VaultSite, one: UUID, other: UUID) -> None:
    site.execute("DELETE FROM vault.persons WHERE person_id = %s", one)
    for table in ("persons", "keys", "fields"):
        columns = [
            name
            for (name,) in site.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'vault'"
                " AND table_name = %s AND column_name <> 'person_id' ORDER BY 1",
                table,
            )
        ]
        listed = ", ".join(columns)
        site.execute(
            f"INSERT INTO vault.{table} (person_id, {listed})"  # noqa: S608
            f" SELECT %s, {listed} FROM vault.{table} WHERE person_id = %s",
            one,
            other,
        )


def _take_anothers_key(site: VaultSite, one: UUID, other: UUID) -> None:
    site.execute(
        "UPDATE vault.keys k SET wrapped = o.wrapped, salt = o.salt FROM vault.keys o"
        " WHERE k.person_id = %s AND o.person_id = %s",
        one,
        other,
    )


def _take_the_key_away(site: VaultSite, one: UUID, other: UUID) -> None:
    del other
    site.execute("DELETE FROM vault.keys WHERE person_id = %s", one)


def _take_a_field_away(site: VaultSite, one: UUID, other: UUID) -> None:
    del other
    site.execute("DELETE FROM vault.fields WHERE person_id = %s AND field = 'curp'", one)


@pytest.mark.parametrize(
    "attack",
    [
        *(_swap_fields, _move_a_field, _take_anothers_field, _take_all_of_another),
        *(_take_anothers_key, _take_the_key_away, _take_a_field_away),
    ],
    ids=lambda each: each.__name__.strip("_"),
)
def test_rows_that_somebody_moved_are_refused_by_all(
    attack: Callable[[VaultSite, UUID, UUID], None], vault: Vault, site: VaultSite
) -> None:
    one, other = new_id(), new_id()
    for person in (one, other):
        vault.put(person, EVERYTHING)
    attack(site, one, other)
    with pytest.raises(NotAsSealed):
        all_of(vault, one)
    with pytest.raises(NotAsSealed):
        vault.rotate(one)
    assert all_of(vault, other) == EVERYTHING


@pytest.mark.parametrize("with_keys", [True, False])
def test_rows_of_before_are_refused_beside_those_of_now(
    with_keys: bool,  # noqa: FBT001 - a case
    vault: Vault,
    site: VaultSite,
) -> None:
    person = new_id()
    vault.put(person, EVERYTHING)
    site.execute("CREATE TABLE public.old_fields AS SELECT * FROM vault.fields")
    site.execute("CREATE TABLE public.old_keys AS SELECT * FROM vault.keys")
    try:
        vault.put(person, PersonFields(curp="PELJ900101HCHRPN02"))
        if with_keys:
            vault.rotate(person)
            site.execute(
                "UPDATE vault.keys k SET version = o.version, wrapped = o.wrapped, salt = o.salt"
                " FROM public.old_keys o WHERE k.person_id = o.person_id"
            )
        site.execute(
            "UPDATE vault.fields f SET sealed = o.sealed, version = o.version"
            " FROM public.old_fields o WHERE f.person_id = o.person_id AND f.field = o.field"
        )
    finally:
        site.execute("DROP TABLE public.old_fields, public.old_keys")
    with pytest.raises(NotAsSealed):
        all_of(vault, person)


def test_a_replayed_wrapped_key_alone_is_refused(vault: Vault, site: VaultSite) -> None:
    person = new_id()
    vault.put(person, EVERYTHING)
    ((wrapped,),) = site.execute("SELECT wrapped FROM vault.keys")
    vault.rotate(person)
    site.execute("UPDATE vault.keys SET wrapped = %s", wrapped)
    with pytest.raises(NotAsSealed):
        all_of(vault, person)
