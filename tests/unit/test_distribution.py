"""What we ship, and that nobody else ships something under the same names."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"services", "shared"}
LONGEST = 400
READ_BY_PEOPLE = {".py", ".md", ".sql", ".sh", ".toml", ".html", ".css", ".js", ".yml", ".yaml"}
NAMED = {"Makefile", "Dockerfile", "run"}
WRITTEN_BY_PROGRAMS = {
    Path("docs/lives.md"),
    Path("docs/openapi"),
    Path("shared/contracts/schemas"),
    Path("tests/contracts/golden"),
}
"""Files, and folders of files, that a program writes; tests compare them with what they tell of."""


def rivals(search: list[str]) -> set[str]:
    """The distributions other than ours that bring a package called as one of ours."""
    return {
        found.name
        for found in distributions(path=search)
        if found.name != "canaliza"
        and any(file.parts[0] in OURS and len(file.parts) > 1 for file in found.files or ())
    }


def files_of_the_project() -> Iterator[Path]:
    folders = [
        folder
        for folder in ROOT.iterdir()
        if folder.is_dir() and (folder.name == ".ci" or not folder.name.startswith("."))
    ]
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for folder in folders:
        yield from (
            path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )


def is_written_by_hand(path: Path) -> bool:
    read = path.suffix in READ_BY_PEOPLE or path.name in NAMED
    within = path.relative_to(ROOT)
    return read and WRITTEN_BY_PROGRAMS.isdisjoint({within, *within.parents})


def test_no_other_installed_distribution_provides_our_package_names() -> None:
    assert rivals(sys.path) == set()


def test_a_distribution_with_our_package_name_would_be_noticed(tmp_path: Path) -> None:
    metadata = tmp_path / "rival-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: rival\nVersion: 1.0\n")
    (metadata / "RECORD").write_text("shared/__init__.py,,\n")
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/__init__.py").touch()
    assert rivals([str(tmp_path)]) == {"rival"}


@pytest.mark.parametrize("package", sorted(OURS))
def test_our_packages_are_those_of_this_clone(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(ROOT)


def test_no_file_is_longer_than_400_lines() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in files_of_the_project()
        if is_written_by_hand(path)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert too_long == {}


def test_what_a_program_writes_is_there_and_no_other_file_passes_for_it() -> None:
    assert [each for each in WRITTEN_BY_PROGRAMS if not (ROOT / each).exists()] == []
    assert not is_written_by_hand(ROOT / "docs/lives.md")
    assert not is_written_by_hand(ROOT / "tests/contracts/golden/stored/a.md")
    assert is_written_by_hand(ROOT / "services/reporting/lives.py")
    assert is_written_by_hand(ROOT / "shared/web/openapi.py")


def test_the_wheel_carries_every_file_of_our_packages_and_the_command(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("canaliza-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
        [entry_points] = [name for name in carried if name.endswith("entry_points.txt")]
        command = archive.read(entry_points).decode()
    there = {
        str(path.relative_to(ROOT))
        for path in files_of_the_project()
        if path.relative_to(ROOT).parts[0] in OURS
    }
    assert there - carried == set()
    assert "canaliza = services.cli:main" in command
