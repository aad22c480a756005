"""Nobody else reads or writes what is in a data folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.operator.doctor.folder_checks import permissions, permissions_of_settings
from shared.embedded.errors import OpenToOthers
from shared.embedded.folder import DataFolder
from shared.embedded.permissions import opened, require_private
from tests.embedded_processes import temporary_folder

SECRETS = ("roles.json", "installation.secret", "secret/postgres", "run/demonstration.header")


@pytest.fixture
def folder() -> Iterator[DataFolder]:
    with temporary_folder() as tmp_folder:
        made = DataFolder(tmp_folder / "data")
        made.own()
        for name in SECRETS:
            made.write(name, "hunter2")
        made.write("conf/postgresql.conf", "", mode=0o644)
        yield made
        made.release()


def test_a_folder_as_we_make_it_is_open_to_nobody(folder: DataFolder) -> None:
    assert opened(folder.path) == []
    assert [found.status for found in permissions(folder.path)] == ["fine"]


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_secret_that_others_could_read_is_found_and_closed(
    folder: DataFolder, name: str, mode: int
) -> None:
    secret = folder.path / name
    secret.chmod(mode)
    (found,) = permissions(folder.path)
    assert (found.status, str(secret) in found.says.en) == ("wrong", True)
    assert secret.stat().st_mode & 0o777 == mode, "the doctor changes nothing"
    require_private(folder.path)
    assert secret.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", [".", "secret", "conf", "conf/postgresql.conf", *SECRETS])
@pytest.mark.parametrize("more", [0o022, 0o020, 0o002])
def test_what_others_could_write_is_refused_with_the_command_that_closes_it(
    folder: DataFolder, name: str, more: int
) -> None:
    path = folder.path / name
    path.chmod(path.stat().st_mode & 0o777 | more)
    (found,) = permissions(folder.path)
    with pytest.raises(OpenToOthers) as refusal:
        require_private(folder.path)
    assert refusal.value.code == 2
    assert f"chmod go-w {path}" in refusal.value.text.en
    assert found.mend is not None
    assert f"chmod go-w {path}" in found.mend.en
    assert path.stat().st_mode & more, "a person has to look first"


def test_a_link_is_not_followed(folder: DataFolder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.touch(mode=0o666)
    outside.chmod(0o666)
    (folder.path / "secret/link").symlink_to(outside)
    require_private(folder.path)
    assert outside.stat().st_mode & 0o777 == 0o666


def test_the_file_of_settings_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("log_level = 'INFO'\n")
    monkeypatch.setenv("CANALIZA_SETTINGS", str(file))
    for mode, status in ((0o600, "fine"), (0o640, "fine"), (0o644, "wrong"), (0o660, "wrong")):
        file.chmod(mode)
        assert [found.status for found in permissions_of_settings()] == [status], oct(mode)
