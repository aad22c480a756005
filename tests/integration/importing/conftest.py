"""An installation for the tests of a module; each test imports under a mapping of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.installation import Installation, open_installation
from services.intake.publishes import PRIVATE
from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.import_run import run_import
from services.operator.importer.run.row_source import RowSource
from services.operator.importer.run.summary import ImportSummary
from shared.kernel.ids import new_id
from shared.kernel.record import Recorded
from shared.service.service import Service
from tests.command_line import canaliza
from tests.embedded_processes import temporary_folder
from tests.unit.importing.mapping_files import wages
from tests.whole_logs import history_of

__all__ = ["canaliza"]


@dataclass
class Office:
    """An installation to import into. mapping: the shipped one, under a name of the test's own."""

    installation: Installation
    services: dict[str, Service]
    mapping: ImportMapping
    folder: Path

    def imports(self, file: Path, **how: Any) -> ImportSummary:
        """Import a file with the office's mapping."""
        with RowSource(file, self.mapping) as source:
            return run_import(self.installation, source, **how)

    def positions(self) -> dict[str, int]:
        """How much each service has recorded."""
        return {name: service.log.position() for name, service in self.services.items()}

    def history(self, key: str) -> list[Recorded]:
        """All published facts of a row's case, service by service."""
        secret = self.services["intake"].secret
        case = secret.id_of("import", self.mapping.name, key)
        referral = secret.id_of("import", self.mapping.name, key, "referral")
        registered = history_of(self.services["intake"].log, case)
        return [
            *(each for each in registered if type(each.fact) not in PRIVATE),
            *history_of(self.services["referral"].log, case),
            *history_of(self.services["followup"].log, referral),
        ]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def installation(home: Path) -> Iterator[Installation]:
    with open_installation(home / "data") as opened:
        yield opened


@pytest.fixture
def office(installation: Installation, tmp_path: Path) -> Iterator[Office]:
    with ExitStack() as stack:
        services = {}
        for name in ("intake", "referral", "followup", "reporting"):
            services[name] = installation.service(name)
            stack.callback(services[name].close)
        yield Office(installation, services, wages(f"test-{new_id().hex[:12]}"), tmp_path)
