"""An error in the log: of which kind and where, never its message nor what stood around it."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import capture_logs

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
    line = json.loads(output)
    assert line["event"] == "it_broke"
    assert line["level"] == "error"
    assert line["timestamp"]
    assert "ValueError" in output
    assert "KeyError" in output
    assert "_break" in output
    assert PERSON not in output
    assert "Juana" not in output


def test_what_a_library_says_is_a_line_of_json_whatever_is_in_it(paper: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info('Started [%d]\nand "more"\n', 7)
    (line,) = paper.getvalue().splitlines()
    assert json.loads(line)["event"] == 'Started [7]\nand "more"'
    assert json.loads(line)["logger"] == "uvicorn.error"


@pytest.mark.usefixtures("paper")
def test_whoever_has_logged_once_goes_by_what_is_set_up_later() -> None:
    log = structlog.get_logger("ours")
    log.warning("set_up_like_this")
    structlog.reset_defaults()
    with capture_logs() as lines:
        log.warning("set_up_otherwise")
    assert [line["event"] for line in lines] == ["set_up_otherwise"]


UNCAUGHT = """
import threading, warnings
from shared.telemetry import logs

class Leaving:
    def __del__(self):
        raise ValueError("Juana")

def fail():
    raise KeyError("Juana")

logs.set_up()
logs.catch_all()
warnings.warn("old")
Leaving()
thread = threading.Thread(target=fail, name="reader")
thread.start()
thread.join()
fail()
"""


def test_what_nobody_catches_is_logged_like_all_else() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", UNCAUGHT], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    events = [line["event"] for line in lines]
    assert events[1:] == ["unraisable", "uncaught_in_thread", "uncaught"]
    assert "old" in events[0]
    assert "Juana" not in ended.stderr
