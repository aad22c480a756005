"""What starting again does not mend ends with 2, by the error's own code."""

import sys

import pytest

from services.intake.wiring import SERVICE
from shared.kernel.text import Text, UserError
from shared.messaging.inbox import PartitionsDiffer
from shared.messaging.publication import HistoryForked
from shared.postgres.migrations import SchemaNotKnown
from shared.service.door import AS_ASKED, CannotListen, PortTaken, listen
from shared.service.run import main


@pytest.mark.parametrize(
    "error",
    [
        PortTaken(8080, AS_ASKED),
        CannotListen("192.0.2.1", 8080, AS_ASKED),
        SchemaNotKnown("intake", Text("", "")),
        PartitionsDiffer(6, 12),
        HistoryForked("canaliza.intake", 0, 7, 5),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_person_must_act_first(error: UserError) -> None:
    assert error.code == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--host", "192.0.2.1", "--insecure"), "see to --host and --port"),  # nobody's address
        (("--host", "127.0.0.1"), "choose another with --port"),
    ],
)
def test_a_service_alone_ends_with_the_code_of_the_error(
    words: tuple[str, ...],
    named: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        monkeypatch.setattr(sys, "argv", ["intake", *words, "--port", port])
        with pytest.raises(SystemExit) as ended:
            main(SERVICE)
    assert ended.value.code == 2
    assert named in capsys.readouterr().err
