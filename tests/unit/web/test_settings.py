"""A service whose settings cannot be used does not start, and says which they are."""

import sys
from pathlib import Path

import pytest

from services.intake.wiring import SERVICE
from shared.service.run import main
from shared.service.settings import Settings, SettingsNotUsable

TYPED = "hunter2"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAFKA_PARTITIONS", TYPED),
        ("DATABASE_PASSWORDS", f'{{"intake": ["{TYPED}"]}}'),
        ("DATABASE_PASSWORDS", TYPED),
        ("LOG_LEVEL", TYPED),
        ("INSTALLATION_SECRET", TYPED),
    ],
)
def test_a_service_ends_with_2_and_names_the_setting_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"CANALIZA_{name}", value)
    monkeypatch.setattr(sys, "argv", ["intake"])
    with pytest.raises(SystemExit) as ended:
        main(SERVICE)
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    assert captured.err.startswith(f"Ajustes que no sirven: CANALIZA_{name}.")
    assert f"Settings that cannot be used: CANALIZA_{name}." in captured.err
    assert TYPED not in captured.err


@pytest.mark.parametrize("content", [b"port = ", b"host = '\xff'", None])
def test_a_file_that_cannot_be_read_as_settings_is_named(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    if content is not None:  # else there is no such file
        file.write_bytes(content)
    monkeypatch.setenv("CANALIZA_SETTINGS", str(file))
    with pytest.raises(SettingsNotUsable, match=r"cannot be used: CANALIZA_SETTINGS\."):
        Settings()
