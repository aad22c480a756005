"""The judge shares no code with those whom it judges."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKER = Path(__file__).with_name("checker")
ROOT = CHECKER.parents[2]
READERS = {"tables.py": "psycopg", "topics.py": "kafka"}
"""The two files that read from outside, and what each reads with."""


def further(source: str, allowed: str | None) -> Iterator[str]:
    """What a file imports beyond the standard library, the checker itself, and what is allowed."""
    for node in ast.walk(ast.parse(source)):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        for name in names:
            package = name.partition(".")[0]
            ours = name.startswith("tests.faults.checker.")
            if not ours and package not in {*sys.stdlib_module_names, allowed}:
                yield name


@pytest.mark.parametrize("file", sorted(CHECKER.glob("*.py")), ids=lambda file: file.name)
def test_a_file_of_the_checker_imports_nothing_of_ours(file: Path) -> None:
    assert not list(further(file.read_text(encoding="utf-8"), READERS.get(file.name)))


@pytest.mark.parametrize(
    "line",
    [
        "from shared.kernel import ids",
        "import services.referral.custody",
        "from tests.faults.driver import Life",
        "from tests.faults import ledger",
        "import msgspec",
        "import psycopg",
    ],
)
def test_an_import_of_ours_would_be_seen(line: str) -> None:
    assert list(further(f"def f():\n    {line}\n", None))


def test_nothing_of_ours_is_loaded_with_the_checker() -> None:
    completed = subprocess.run(
        [sys.executable, "-c", "import tests.faults.checker.__main__, sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in completed.stdout.split()}
    assert {"psycopg", "kafka"} <= loaded
    assert not loaded & {"services", "shared", "eventsourcing", "msgspec", "pydantic", "fastapi"}
