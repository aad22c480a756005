"""The locks: what they pin, what they keep apart, and that a gap in one is noticed."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from deploy.lock import check

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {each["id"]: each for each in PYPROJECT["tool"]["importlinter"]["contracts"]}
STRANGERS = {Requirement(each).name for each in PYPROJECT["dependency-groups"]["strangers"]}


def locked(name: str) -> set[str]:
    """The lines of a committed lock, without their hashes."""
    lock = (ROOT / "deploy/lock" / f"{name}.txt").read_text(encoding="utf-8")
    return {str(line) for line in check.lines(lock)}


def install(site: Path, name: str, *requires: str, version: str = "1.0") -> None:
    """Put a package's metadata where the check looks for it."""
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir()
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {each}" for each in requires]
    (folder / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")


def complaints(site: Path, capsys: pytest.CaptureFixture[str], *lines: str) -> list[str]:
    """Check a lock of these lines against what is installed; return pip's output about it."""
    lock = site / "planted.txt"
    lock.write_text("".join(f"{line} \\\n    --hash=sha256:0\n" for line in lines), "utf-8")
    status = check.main(["--path", str(site), str(lock)])
    found = capsys.readouterr().err.splitlines()
    assert status == (1 if found else 0)
    return [line.removeprefix(f"{lock}: ") for line in found]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with the package that once broke the installation, and what it requires."""
    install(tmp_path, "pytest-cov", "coverage[toml]>=7.10.6", 'hunter; extra == "testing"')
    install(tmp_path, "coverage", 'tomli; python_full_version <= "3.11.0a6" and extra == "toml"')
    return tmp_path


def test_a_lock_that_pins_what_is_required_with_its_extra_passes(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complaints(site, capsys, "coverage[toml]==1.0", "pytest-cov==1.0") == []


@pytest.mark.parametrize(
    "line", ["coverage==1.0", "coverage[other]==1.0", "coverage[other,toml]==1.0"]
)
def test_an_extra_that_no_line_pins_is_named(
    site: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    [complaint] = complaints(site, capsys, line, "pytest-cov==1.0")
    assert complaint.startswith(
        "pytest-cov 1.0 requires coverage[toml], and no line pins coverage[toml]"
    )


def test_a_line_for_another_python_pins_nothing_for_this_one(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [complaint] = complaints(
        site,
        capsys,
        'coverage[toml]==1.0 ; python_full_version < "3.13"',
        'coverage==1.0 ; python_full_version >= "3.13"',
        "pytest-cov==1.0",
    )
    assert "no line pins coverage[toml] (Python 3.13, Linux x86_64)" in complaint


def test_a_requirement_of_another_platform_is_not_missed_and_one_of_a_supported_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(
        tmp_path,
        "client",
        'colorama; sys_platform == "win32"',
        'keychain[fast]; sys_platform == "darwin"',
    )
    [complaint] = complaints(tmp_path, capsys, "client==1.0")
    assert "requires keychain[fast]" in complaint
    assert "Darwin arm64" in complaint


def test_what_an_extra_of_a_line_requires_is_pinned_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path, "psycopg", 'psycopg-pool; extra == "pool"', 'isort; extra == "dev"')
    [complaint] = complaints(tmp_path, capsys, "psycopg[pool]==1.0")
    assert complaint.startswith("psycopg[pool] 1.0 requires psycopg-pool, and no line pins")


def test_a_locked_package_that_cannot_be_read_is_named(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert complaints(site, capsys, "coverage==2.0", "absent==1.0") == [
        "coverage==2.0 is locked and 1.0 is installed",
        "absent is locked and not installed: install the lock, then check it",
    ]


def test_an_empty_lock_is_no_lock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert complaints(tmp_path, capsys) == ["it pins nothing"]


def test_production_runs_what_development_tests() -> None:
    assert locked("production") - locked("development") == set()


@pytest.mark.parametrize("name", ["production", "development"])
def test_no_tool_of_the_strangers_stands_in_another_lock(name: str) -> None:
    assert STRANGERS
    assert STRANGERS & {Requirement(line).name for line in locked(name)} == set()


def test_no_tool_of_the_strangers_may_be_imported() -> None:
    assert set(CONTRACTS["strangers-stay-outside"]["forbidden_modules"]) == STRANGERS
