"""Any table becomes organisations by a mapping; what is wrong is told where it stands."""

import re
from pathlib import Path

import pytest

from services.operator.directory.mapping.mapping_builder import MAPPINGS, SCHEMA_FILE
from services.operator.directory.opened import Opened, open_directory
from services.operator.importer.errors import FileNotUsable
from services.referral import directory
from services.referral.exchange.planning import Outcome
from services.referral.institution import Listed
from shared.definitions.flaw import DefinitionNotUsable
from shared.hsds.problems import NotADirectory
from shared.kernel.text import UserError
from tests.unit.directory.homes import directory_in_memory, outcomes

ROOT = Path(__file__).parents[3]
TIJUANA = ROOT.parent / "shared/data/directory-tijuana/tijuana_services.csv"
PAGE = (ROOT / "docs/directory.md").read_text(encoding="utf-8")
MAPPING = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
HEADINGS = "Clave;Nombre;Ciudad;Estado;Servicio;Tipo\n"


def opened(folder: Path, rows: str, headings: str = HEADINGS) -> Opened:
    file = folder / "lista.csv"
    file.write_bytes((headings + rows).encode("cp1252"))
    return open_directory(file, MAPPINGS.read(MAPPING, "docs/directory.md"))


def test_the_mapping_of_the_page_reads_a_table(tmp_path: Path) -> None:
    rows = "1;Casa Ñandú;Juárez;Chihuahua;Dormitorio;dormir\n2;Casa Ñandú;Juárez;Chihuahua;;\n"
    file = opened(tmp_path, rows).file
    assert file.problems == []
    first, second = file.organizations
    assert [one.entry.name for one in (first, second)] == ["Casa Ñandú", "Casa Ñandú (2)"]
    assert [one.name for one in first.services] == ["Dormitorio"]
    assert second.services == ()
    with directory_in_memory() as ours:
        imported = ours.imports(file)
        assert outcomes(imported) == ({Outcome.NEW: 2}, {Outcome.NEW: 1})
        entry = ours.referral.state(directory.DECIDER, directory.stream_of("casa-nandu"))
        assert isinstance(entry, Listed)
        assert (entry.kind, entry.subdivision) == ("shelter", "MX-CHH")
        assert outcomes(ours.imports(file)) == ({Outcome.THERE: 2}, {Outcome.THERE: 1})


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";Casa;Juárez;Chihuahua;;", "Clave"),
        ("1;;Juárez;Chihuahua;;", "Nombre"),
        ("1;Casa", ""),
        ('1;"Casa;Juárez;Chihuahua;;', ""),
    ],
)
def test_a_bad_row_is_told_and_the_others_come_in(tmp_path: Path, row: str, column: str) -> None:
    file = opened(tmp_path, f"{row}\n2;Otra;Juárez;Chihuahua;;\n").file
    assert [(one.row, one.column) for one in file.problems] == [(2, column)]
    assert [one.entry.name for one in file.organizations] == ["Otra"]


def test_a_column_that_the_mapping_does_not_know_is_told(tmp_path: Path) -> None:
    headings = HEADINGS.replace("\n", ";Notas\n")
    file = opened(tmp_path, "1;Casa;Juárez;Chihuahua;;;algo\n", headings).file
    assert [(one.row, one.column, one.value) for one in file.problems] == [(1, "Notas", "")]


def test_a_refusal_is_told_at_the_column_that_the_field_came_from(tmp_path: Path) -> None:
    with directory_in_memory() as ours:
        found = ours.imports(opened(tmp_path, "1;Casa 614 123 4567;Juárez;Chihuahua;;\n").file)
    assert [(one.row, one.column) for one in found.problems] == [(2, "Nombre")]


@pytest.mark.parametrize("content", ["", "\n\n", "otra;cosa\n1;2\n"])
def test_a_file_that_is_no_such_table_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(FileNotUsable):
        opened(tmp_path, content, "")


@pytest.mark.parametrize("name", ["nothing.json", "empty.json", "folder"])
def test_what_is_no_directory_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.json").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises((FileNotUsable, NotADirectory)) as error:
        open_directory(tmp_path / name, None)
    assert isinstance(error.value, UserError)
    assert error.value.code == 2


@pytest.mark.parametrize(
    ("written", "instead", "key"),
    [
        ("name: refugios-norte", "name: Refugios", "name"),
        ("kind: {value: shelter}", "kind: {value: refugio}", "organization.kind.value"),
        ("otherwise: other", "otherwise: otro", "service.kind.otherwise"),
        ("Dormir: shelter", "Dormir: dormitorio", "service.kind.translate.Dormir"),
        ('"{Nombre} ({Clave})"', "otra", "organization.name.when_repeated"),
        ("city:", "ciudad:", "organization.ciudad"),
        ("  id: {column: Clave}\n", "", "organization"),
        ("public-source", "porque-si", "legal_basis"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(written: str, instead: str, key: str) -> None:
    assert written in MAPPING
    with pytest.raises(DefinitionNotUsable) as error:
        MAPPINGS.read(MAPPING.replace(written, instead), "mapeo.yaml")
    assert key in error.value.text.es


def test_the_mappings_that_come_with_the_product_can_be_used() -> None:
    assert "tijuana" in MAPPINGS.names()
    assert all(MAPPINGS.load(name).name == name for name in MAPPINGS.names())
    assert SCHEMA_FILE.exists()


@pytest.mark.skipif(not TIJUANA.exists(), reason="the directory of Tijuana is not on this machine")
def test_tijuana_comes_in_whole_and_once() -> None:
    file = open_directory(TIJUANA, MAPPINGS.load("tijuana")).file
    with directory_in_memory() as ours:
        assert outcomes(ours.imports(file)) == ({Outcome.NEW: 55}, {Outcome.NEW: 55})
        before = ours.position
        assert outcomes(ours.imports(file)) == ({Outcome.THERE: 55}, {Outcome.THERE: 55})
        assert ours.position == before
        assert len(ours.exports()) == 55
