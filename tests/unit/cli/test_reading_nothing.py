"""Who reads a folder that holds no installation is told so; none is made for a mistyped name."""

from pathlib import Path

import pytest

from tests.command_line import CommandLine

ID = "2f1c0a52-7f0e-4e0a-9d0c-000000000001"
READING = [
    "access",
    "activity list",
    "agreement expiring",
    f"agreement letter {ID}",
    "agreement list",
    f"agreement show {ID}",
    "calendar show MX-CHH",
    "commission list",
    "commitment list",
    "directory export out.zip",
    "directory search --kind shelter",
    "directory stale",
    "document erased",
    f"document show {ID}",
    f"history {ID}",
    "institution holdings cedh-chihuahua",
    "institution show cedh-chihuahua",
    "network list",
    "parked list",
    f"parked show {ID}",
    "programme rules mx-trafficking",
    "proposal list",
    "rebuild --check",
    f"referral candidates {ID}",
    f"referral link {ID}",
    "referral overdue",
    f"referral reoffer {ID}",
    f"referral show {ID}",
    "region list",
    "register list",
    "register matrix ley-migracion",
    "reminders",
    "report claims",
    f"service show {ID}",
    "token list",
]


@pytest.mark.parametrize("words", READING)
def test_a_folder_without_an_installation_is_told_with_the_next_step_and_stays_as_it_was(
    words: str, canaliza: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mistyped = tmp_path / "mis typed"
    result = canaliza(*words.split(), "--data", str(mistyped), "--lang", "en")
    assert (result.code, result.out) == (2, "")
    assert f"There is no installation in {mistyped}." in result.err.replace("\n", " ")
    assert f"canaliza run --data '{mistyped}'" in result.err.replace("\n", " ")
    assert [*tmp_path.iterdir()] == []


def test_it_is_told_in_spanish_first(canaliza: CommandLine, tmp_path: Path) -> None:
    result = canaliza("referral", "overdue", "--data", str(tmp_path / "nada"))
    assert "no hay ninguna instalación" in result.err


def test_the_calendars_that_come_with_the_product_are_shown_without_any_installation(
    canaliza: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_DATA", str(tmp_path / "none yet"))
    result = canaliza("calendar", "show", "MX-CHH", "--year", "2027", "--lang", "en")
    assert result.code == 0
    assert "2027-09-16" in result.out
    assert "only what comes with the product" in result.err
    assert [*tmp_path.iterdir()] == []
