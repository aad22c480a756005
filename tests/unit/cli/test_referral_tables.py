"""What waits, as the command line prints it."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from services.operator.cli.referral_tables import print_waiting
from services.reporting.waiting import WaitingRow
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL


def waiting(**said: Any) -> WaitingRow:
    """A referral that waits for its addressee, of which no more is known than it is told."""
    nothing: dict[str, Any] = dict.fromkeys((each.name for each in fields(WaitingRow)), None)
    sides = {"sender": OFFICE.institution, "addressee": COMMISSION.institution}
    about = {"referral_id": REFERRAL, "case_id": CASE, "overdue": False, "turn": "addressee"}
    return WaitingRow(**{**nothing, **sides, **about, **said})


def test_the_next_step_is_told_by_the_clock_whose_offset_stands_beside_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_waiting([waiting(next_step="expire", next_at=AT, due_at=AT - timedelta(days=5))])
    printed = " ".join(capsys.readouterr().out.split())
    assert "4 may 2026, 21:30 UTC-06:00" in printed
    assert "2026-04-29 21:30-06:00" in printed
