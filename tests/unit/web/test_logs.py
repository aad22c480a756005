"""An error in the log: of which kind and where, never its message nor what stood around it."""

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.telemetry import logs

PERSON = "Juana Pérez"


@pytest.fixture
def paper() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.set_up("INFO")
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def _break() -> None:
    around = {"name": PERSON}
    try:
        around[PERSON]
    except KeyError as error:
        raise ValueError(around) from error


@pytest.mark.parametrize("theirs", [True, False])
def test_an_error_is_logged_by_its_kind_and_location(paper: io.StringIO, *, theirs: bool) -> None:
    log = logging.getLogger("uvicorn.error") if theirs else structlog.get_logger("ours")
    try:
        _break()
    except ValueError:
        log.exception("it_broke")
    output = paper.getvalue()
    assert "it_broke" in output
    assert "ValueError" in output
    assert "KeyError" in output
    assert "_break" in output
    assert PERSON not in output
    assert "Juana" not in output
