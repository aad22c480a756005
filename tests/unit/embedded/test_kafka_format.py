"""Formatting the embedded broker leaves no password behind."""

import subprocess
from typing import Any

import pytest

from shared.embedded.folder import DataFolder
from shared.embedded.kafka import EmbeddedKafka
from tests.embedded_processes import temporary_folder


def test_a_format_that_is_interrupted_leaves_no_file_with_the_passwords(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", interrupted)
    with temporary_folder() as there:
        folder = DataFolder(there / "data")
        folder.own()
        kafka = EmbeddedKafka(folder, lambda _: None)
        kafka._passwords = kafka._users()
        with pytest.raises(KeyboardInterrupt):
            kafka._format(["java"], {}, 1, 2)
        assert list((folder.path / "conf").iterdir()) == []
        folder.release()
