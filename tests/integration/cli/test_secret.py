"""The secret of an embedded installation: made once, kept in its folder, and missed when lost."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.folder_secrets import SECRET_FILE, SecretLost, SecretNotUsable
from services.installation import open_installation
from services.operator.doctor.run_checks import examine
from tests.embedded_processes import owner_process, temporary_folder
from tests.installation_secret import ANOTHER_TEXT

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """An installation whose database somebody runs."""
    with temporary_folder() as tmp_folder, owner_process(tmp_folder / "data", "postgres"):
        with open_installation(tmp_folder / "data") as installation:
            for name in ("intake", "followup"):
                installation.service(name).close()
        yield tmp_folder / "data"


def finding(data: Path) -> tuple[str, str]:
    (found,) = (one for one in examine(data, standard=False) if one.check == "secret")
    return found.status.value, found.says.en


def test_it_is_made_at_the_first_start_for_the_owners_eyes_alone_and_stays(data: Path) -> None:
    file = data / SECRET_FILE
    first = file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with open_installation(data) as again:
        assert again.settings.secret_text() == first
        again.service("intake").close()
    assert len(first) >= 43
    assert not list(data.glob("installation.[0-9]*"))
    assert finding(data) == ("fine", "it is the one it was begun with")


def test_the_environment_does_not_change_it(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANALIZA_INSTALLATION_SECRET", ANOTHER_TEXT)
    with open_installation(data) as installation:
        installation.service("intake").close()
    assert finding(data)[0] == "fine"


def test_one_that_is_lost_is_missed_and_none_is_made_instead(data: Path) -> None:
    file = data / SECRET_FILE
    kept = file.read_text("utf-8")
    file.unlink()
    try:
        with pytest.raises(SecretLost) as lost, open_installation(data):
            pass
        assert lost.value.code == 2
        assert str(file) in str(lost.value)
        assert not file.exists()
        assert finding(data) == ("wrong", "the installation's secret is missing")
        file.write_text(ANOTHER_TEXT, "utf-8")
        assert finding(data) == ("wrong", "begun with another secret: intake, followup")
    finally:
        file.write_text(kept, "utf-8")
    assert finding(data)[0] == "fine"


@pytest.mark.parametrize("written", [b"", b"short", b"\n", b"\xff" * 40])
@pytest.mark.parametrize("name", [SECRET_FILE, "secret/messages"])
def test_a_file_that_is_not_whole_is_named(data: Path, name: str, written: bytes) -> None:
    file = data / name
    kept = file.read_bytes()
    file.write_bytes(written)
    try:
        with pytest.raises(SecretNotUsable) as found, open_installation(data):
            pass
        assert found.value.code == 2
        assert str(file) in found.value.text.en
        assert "CANALIZA_" not in str(found.value)
        assert finding(data) == ("wrong", found.value.text.en)
        assert file.read_bytes() == written
    finally:
        file.write_bytes(kept)
    assert finding(data)[0] == "fine"
