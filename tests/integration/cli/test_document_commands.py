"""Documents on the command line: added, shown, erased, and erased again from a kept list."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, running_system

pytestmark = pytest.mark.integration

ABOUT = ("--purpose", "norm-text", "--about", "entry:ley-migracion")


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data") as running:
        yield running


def test_a_document_from_the_first_byte_to_the_last(
    canaliza: CommandLine, system: System, tmp_path: Path
) -> None:
    canaliza.data = system.data
    file, read, listed = (tmp_path / name for name in ("ley.md", "leida.md", "borrados.json"))
    file.write_text("# Ley\n\nTel. 55 1234 5678.\n", encoding="utf-8")
    added = canaliza("document", "add", str(file), *ABOUT, "--json").json
    assert canaliza("document", "add", str(file), *ABOUT, "--json").json == added
    document_id = added["document_id"]
    shown = canaliza("document", "show", document_id, "--output", str(read), "--json")
    assert shown.json["digest"] == added["digest"]
    assert read.read_bytes() == file.read_bytes()
    again = canaliza("document", "show", document_id, "--output", str(read))
    assert (again.code, again.out) == (2, "")
    unasked = canaliza("document", "erase", document_id, "--reason", "replaced")
    assert (unasked.code, unasked.out) == (2, "")
    wrong = canaliza("document", "erase", document_id, "--reason", "replace", "--yes")
    assert (wrong.code, "replaced" in wrong.err) == (2, True)
    erased = canaliza("document", "erase", document_id, "--reason", "replaced", "--yes", "--json")
    assert erased.json["was_there"]
    gone = canaliza("document", "show", document_id, "--output", str(tmp_path / "nada.md"))
    assert (gone.code, gone.out) == (1, "")
    assert not (tmp_path / "nada.md").exists()
    kept = canaliza("document", "erased", "--json")
    assert [each["document_id"] for each in kept.json] == [document_id]
    listed.write_text(kept.out, encoding="utf-8")
    done = canaliza("document", "erase-again", "--list", str(listed), "--json")
    assert done.json == {"bytes_gone": 0, "facts": 0, "unknown": 0}
    assert canaliza("document", "erase-again", "--list", str(file)).code == 2
