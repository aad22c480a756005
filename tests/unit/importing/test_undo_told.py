"""What an operator is told of a file that was taken back."""

from collections import Counter
from pathlib import Path

import psycopg
import pytest

from services.operator.cli.outages import outages_explained
from services.operator.cli.undo import _show
from services.operator.importer.errors import ImportCutShort
from services.operator.importer.run.caught_up import cut_short_if_not_read
from services.operator.importer.run.three_way_merge import CHANGES
from services.operator.importer.run.undo_run import UndoSummary, _Undo
from services.operator.importer.run.undone_case import UndoCommands
from shared.kernel.ids import new_id
from shared.kernel.refusals import InTheFuture, Refusal, VersionMoved
from shared.service.command_client import NotCaughtUp


def told(summary: UndoSummary, capsys: pytest.CaptureFixture[str]) -> list[str]:
    _show(summary)
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_changes_are_told_in_one_order(capsys: pytest.CaptureFixture[str]) -> None:
    changes = Counter(dict.fromkeys(reversed(list(CHANGES)), 2))
    lines = told(UndoSummary(file="ab", mapping="wages", changes=changes, restored=1), capsys)
    assert lines == [
        "ab  (wages)",
        "1  como antes",
        *(f"2  {text.es}" for text in CHANGES.values()),
    ]


def test_why_nothing_is_as_it_should_be_is_always_told(capsys: pytest.CaptureFixture[str]) -> None:
    reasons = {
        "interrumpida": UndoSummary(file="ab", interrupted=True),
        "informes aún no leen": UndoSummary(file="ab", reported=False),
        "otra persona": UndoSummary(file="ab", left={"KS-1": "changed"}),
    }
    for words, summary in reasons.items():
        assert not summary.clean
        assert words in "\n".join(told(summary, capsys)).casefold()


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (VersionMoved(expected=1, current=2, changed=""), "meanwhile"),
        (InTheFuture(field="at", at="2030-01-01"), "refused"),
    ],
)
def test_only_what_somebody_changed_meanwhile_is_told_to_be_so(refusal: Refusal, why: str) -> None:
    summary = UndoSummary(file="ab")
    undo = _Undo({}, None, "ab", summary, lambda _done, _cases: None)  # type: ignore[arg-type]
    undo.refused(UndoCommands(new_id(), "KS-1", {}, Counter(), voids=False), refusal)
    assert summary.left == {"KS-1": why}


def test_what_cuts_it_short_speaks_of_no_import(tmp_path: Path) -> None:
    for error in (psycopg.errors.DiskFull(), psycopg.OperationalError()):
        with pytest.raises(ImportCutShort) as caught, outages_explained(tmp_path):
            raise error
        assert "import" not in caught.value.text.en
    with pytest.raises(ImportCutShort) as caught, cut_short_if_not_read():
        raise NotCaughtUp("followup")
    assert "import" not in caught.value.text.en
