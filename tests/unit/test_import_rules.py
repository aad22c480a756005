"""Every import contract catches what it forbids: one violation of each is planted in a copy."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from typing_extensions import override

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
BY_ID = {contract["id"]: contract for contract in CONTRACTS}
LINTER = Path(sys.executable).with_name("lint-imports")


@dataclass(frozen=True)
class Planted:
    """A line that breaks a contract, and the file it is added to (made where it is not there)."""

    contract: str
    file: str
    line: str

    @override
    def __str__(self) -> str:
        """Name the case after what it tries."""
        return f"{self.contract}: {self.file}: {self.line.removeprefix('import ')}"


def _in_the_wrong_folder() -> list[Planted]:
    """For each package with a home, one import of it by a service's own new file."""
    return [
        Planted(contract["id"], "services/reporting/planted.py", f"import {package}")
        for contract in CONTRACTS
        if contract["type"] == "forbidden" and "ignore_imports" in contract
        for package in contract["forbidden_modules"]
    ]


PLANTED = [
    Planted("services-are-strangers", "services/intake/planted.py", "import services.referral"),
    Planted("composition-root", "services/planted.py", "import services.intake"),
    Planted("composition-root", "services/console/planted.py", "import services.intake"),
    Planted("reporting-is-asked", "services/planted.py", "import services.reporting"),
    Planted("nobody-imports-the-console", "services/intake/planted.py", "import services.console"),
    Planted("nobody-imports-the-operator", "services/intake/api.py", "import services.operator"),
    Planted("shared-has-no-circle", "shared/contracts/planted.py", "import shared.messaging"),
    Planted("shared-has-no-circle", "shared/eventstore/planted.py", "import shared.web"),
    Planted("shared-knows-no-service", "shared/planted.py", "import services.intake"),
    Planted("the-vault-is-intakes", "services/referral/planted.py", "import services.intake.vault"),
    Planted(
        "the-vault-is-intakes", "services/installation.py", "import services.intake.vault.vault"
    ),
    Planted("fields-of-a-person-are-pure", "services/intake/vault/fields.py", "import msgspec"),
    Planted("kernel-is-pure", "shared/kernel/planted.py", "import msgspec"),
    Planted("kernel-is-pure", "shared/kernel/planted.py", "import shared.contracts"),
    Planted("aggregates-are-pure", "services/followup/planted.py", "import shared.eventstore"),
    Planted("aggregates-are-pure", "services/referral/planted.py", "import pydantic"),
    Planted("layers-of-a-service", "services/referral/views.py", "import services.referral.api"),
    Planted("layers-of-a-service", "services/intake/api.py", "import services.intake.consumes"),
    Planted("layers-of-a-service", "services/intake/wiring.py", "import services.intake.__main__"),
    Planted(
        "importer-has-no-circle",
        "services/operator/importer/mapping/conditions.py",
        "import services.operator.importer.run",
    ),
    Planted("strangers-stay-outside", "services/reporting/planted.py", "import pm4py"),
    Planted("strangers-stay-outside", "shared/kernel/planted.py", "import pm4py.algo"),
    Planted("memory-serves-tests", "services/planted.py", "import shared.eventstore.memory"),
    Planted("memory-serves-tests", "shared/service/on.py", "import shared.messaging.memory"),
    *_in_the_wrong_folder(),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the linter reads."""
    nothing_else = shutil.ignore_patterns("__pycache__", "*.json", "*.html", "*.css")
    for package in ("services", "shared"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=nothing_else)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "import_contracts.py", tmp_path / "tests")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(tree: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run the linter as `make check` does, over the contracts named, or over all."""
    chosen = [option for contract in contracts for option in ("--contract", contract)]
    environment = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    return subprocess.run(
        [LINTER, "--no-cache", *chosen],
        cwd=tree,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )


def test_every_contract_has_a_planted_violation() -> None:
    assert {planted.contract for planted in PLANTED} == set(BY_ID)


def test_the_tree_as_it_is_keeps_every_contract(tree: Path) -> None:
    result = lint(tree)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("planted", PLANTED, ids=str)
def test_a_planted_violation_is_caught(tree: Path, planted: Planted) -> None:
    file = tree / planted.file
    imported = planted.line.removeprefix("import ").replace(".", "/") + ".py"
    if imported.startswith("services/") and not (tree / imported).with_suffix("").is_dir():
        (tree / imported).touch()
    with file.open("a", encoding="utf-8") as source:
        source.write(f"\n{planted.line}\n")
    result = lint(tree, planted.contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert f"{BY_ID[planted.contract]['name']} BROKEN" in result.stdout
    assert planted.file.removesuffix(".py").replace("/", ".") in result.stdout
