"""Fixtures that give a test a real PostgreSQL and a real Kafka.

Load them with ``pytest_plugins = ["tests.servers"]``. Each pytest worker has a cluster of its own
(0.7 s, 25 MB); all workers of a run share one broker (2.5 s, 400 MB), started by the first that
asks and stopped by it when the last has finished.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shared.embedded.supervisor import AlreadyRunning, PostgresAddress, Supervisor
from tests.brokers import know

_RUN = "TEST_CANALIZA_RUN"  # the run's folder; the controller of a run hands it to its workers
_MADE_HERE = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    if _RUN not in os.environ:
        # Short (a socket's path is limited) and passable for the user that root's servers run as.
        folder = Path(tempfile.mkdtemp(prefix="canaliza-test-"))
        folder.chmod(0o711)
        os.environ[_RUN] = str(folder)
        config.stash[_MADE_HERE] = folder


def pytest_unconfigure(config: pytest.Config) -> None:
    folder = config.stash.get(_MADE_HERE, None)
    if folder is not None:
        os.environ.pop(_RUN, None)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder outside the repository, shared by the run's workers, gone when the run ends."""
    return Path(os.environ[_RUN])


@pytest.fixture(scope="session")
def postgres_server(run_folder: Path) -> Iterator[PostgresAddress]:
    """A cluster of this worker's own, with the superuser's login."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with Supervisor(run_folder / worker) as supervisor:
        yield supervisor.postgres()


@pytest.fixture(scope="session")
def kafka_bootstrap(run_folder: Path) -> Iterator[str]:
    """The bootstrap address of ``CANALIZA_KAFKA_BOOTSTRAP``, else of the run's own broker."""
    given = os.environ.get("CANALIZA_KAFKA_BOOTSTRAP")
    if given:
        yield given
        return
    with (run_folder / "kafka-users").open("w") as users, Supervisor(run_folder / "kafka") as ours:
        fcntl.flock(users, fcntl.LOCK_SH)
        bootstrap = ours.kafka()
        know(bootstrap, ours.kafka_passwords())
        yield bootstrap
        with suppress(AlreadyRunning):  # then another stops it
            ours.own()
            fcntl.flock(users, fcntl.LOCK_EX)  # whoever still uses it holds it shared
