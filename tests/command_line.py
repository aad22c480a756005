"""Commands as somebody types them, run in this process, and what came of each."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.cli import main

SERVER_SETTINGS = (
    "CANALIZA_DATABASE_HOST",
    "CANALIZA_SETTINGS",
    "CANALIZA_DATABASE_ADMIN",
    "CANALIZA_DATABASE_PASSWORDS",
    "CANALIZA_INSTALLATION_SECRET",
    "CANALIZA_KAFKA_BOOTSTRAP",
    "CANALIZA_KAFKA_PARTITIONS",
    "CANALIZA_KAFKA_PREFIX",
    "CANALIZA_KAFKA_REPLICATION",
    "CANALIZA_LANG",
)


@dataclass(frozen=True)
class Result:
    """The exit code, and what was written to each stream."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class CommandLine:
    """Types commands, on one installation's folder if ``data`` is given."""

    capture: pytest.CaptureFixture[str]
    data: Path | None = None

    def __call__(self, *words: str) -> Result:
        self.capture.readouterr()
        given = [*words, *([] if self.data is None else ["--data", str(self.data)])]
        code = main(given)
        captured = self.capture.readouterr()
        return Result(code, captured.out, captured.err)


@pytest.fixture
def canaliza(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line, with no settings from the environment."""
    for name in SERVER_SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    return CommandLine(capsys)
