"""What a released version wrote stands as it was: each way of breaking it is planted, and seen."""

from pathlib import Path

import pytest

from services.installation import ALL
from shared.postgres.migrations import migrations_of
from tests.contracts.released import FOLDER, changed, files, noted

RELEASED = sorted(FOLDER.glob("*.txt"))
SCHEMAS = {
    **{service.name: service.all_migrations for service in ALL},
    "identity": migrations_of("shared.identity"),
}


@pytest.mark.parametrize("release", RELEASED, ids=lambda release: release.stem)
def test_what_a_release_wrote_stands_as_it_was(release: Path) -> None:
    notes = release.read_text(encoding="utf-8").splitlines()
    assert len(notes) > 100
    assert [one for note in notes if (one := changed(note))] == []


@pytest.mark.parametrize("release", RELEASED, ids=lambda release: release.stem)
@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_a_schema_of_a_release_is_brought_up_to_date_by_steps_that_come_after_its_own(
    release: Path, schema: str
) -> None:
    released = {
        Path(note.split(" ", 2)[2]).name
        for note in release.read_text(encoding="utf-8").splitlines()
        if note.endswith(".sql")
    }
    names = [step.name for step in SCHEMAS[schema]]
    assert names == sorted(names, key=lambda name: (name not in released, name))


def test_the_first_release_is_noted() -> None:
    assert "0.2.0" in {release.stem for release in RELEASED}


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    file = tmp_path / "tests/contracts/golden/stored/intake/case-registered.v1.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text('{"a":1}\n{"a":2}\n')
    return file


@pytest.fixture
def migration(tmp_path: Path) -> Path:
    file = tmp_path / "shared/eventstore/sql/0001-log.sql"
    file.parent.mkdir(parents=True)
    file.write_text("CREATE TABLE a ();\n")
    return file


def test_what_is_for_ever_is_found(tmp_path: Path, golden: Path, migration: Path) -> None:
    assert set(files(tmp_path)) == {golden, migration}


def test_a_golden_file_may_get_another_line(tmp_path: Path, golden: Path) -> None:
    note = noted(golden, tmp_path)
    golden.write_text(golden.read_text() + '{"a":3}\n')
    assert changed(note, tmp_path) is None


def test_a_changed_line_is_seen(tmp_path: Path, golden: Path) -> None:
    note = noted(golden, tmp_path)
    golden.write_text('{"a":1}\n{"a":3}\n')
    assert changed(note, tmp_path) == f"{golden.relative_to(tmp_path)}: changed"


def test_a_lost_line_is_seen(tmp_path: Path, golden: Path) -> None:
    note = noted(golden, tmp_path)
    golden.write_text('{"a":1}\n')
    assert changed(note, tmp_path) == f"{golden.relative_to(tmp_path)}: changed"


def test_a_file_that_is_gone_is_seen(tmp_path: Path, golden: Path) -> None:
    note = noted(golden, tmp_path)
    golden.unlink()
    assert changed(note, tmp_path) == f"{golden.relative_to(tmp_path)}: gone"


def test_a_migration_may_not_even_grow(tmp_path: Path, migration: Path) -> None:
    note = noted(migration, tmp_path)
    assert changed(note, tmp_path) is None
    migration.write_text(migration.read_text() + "CREATE TABLE b ();\n")
    assert changed(note, tmp_path) == "shared/eventstore/sql/0001-log.sql: a migration has grown"
