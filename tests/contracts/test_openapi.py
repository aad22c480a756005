"""The committed OpenAPI is what the services serve."""

from pathlib import Path

import pytest

from services.operator.cli.openapi import FOLDER, documents, stale
from tests.command_line import CommandLine

COMMITTED = Path(__file__).parents[2] / FOLDER


def test_the_committed_openapi_is_todays() -> None:
    assert stale(COMMITTED) == [], "canaliza openapi"


def test_a_difference_is_found_and_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    canaliza = CommandLine(capsys)
    assert canaliza("openapi", "--check", "--out", str(tmp_path)).code == 1
    assert canaliza("openapi", "--out", str(tmp_path)).code == 0
    assert canaliza("openapi", "--check", "--out", str(tmp_path)).code == 0
    (tmp_path / "intake.json").write_text("{}\n")
    result = canaliza("openapi", "--check", "--out", str(tmp_path), "--json")
    assert (result.code, result.json["differing"]) == (1, ["intake.json"])
    assert (tmp_path / "intake.json").read_text() == "{}\n"


def test_making_it_again_gives_the_same_bytes() -> None:
    assert documents() == documents()
