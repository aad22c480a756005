"""An import that cannot go on says why, and ends otherwise than one with rejected rows."""

import time
from pathlib import Path
from threading import Event

import psycopg
import pytest

from services.operator.cli.outages import outages_explained
from services.operator.importer.errors import CUT_SHORT, ImportCutShort
from services.operator.importer.run.pipeline import Pipeline
from tests.unit.importing.listener import Listener


def test_a_full_disk_becomes_no_emptier_by_waiting() -> None:
    pipeline, now = Pipeline({}, Listener(), Event()), time.monotonic()
    assert pipeline._gives_up(psycopg.errors.DiskFull(), now)
    assert not pipeline._gives_up(psycopg.OperationalError(), now)
    assert pipeline._gives_up(psycopg.OperationalError(), now - 61)


@pytest.mark.parametrize(
    ("outage", "words"),
    [
        (psycopg.errors.DiskFull(), "disco de la base de datos está lleno"),
        (psycopg.OperationalError(), "base de datos no responde"),
    ],
)
def test_it_is_told_by_name(tmp_path: Path, outage: Exception, words: str) -> None:
    with pytest.raises(ImportCutShort, match=words) as caught, outages_explained(tmp_path):
        raise outage
    assert caught.value.code == CUT_SHORT
