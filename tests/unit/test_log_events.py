"""What the log calls an event is one word, as people grep for it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_TOLD = re.compile(r'\blog\.(?:debug|info|warning|error|exception|critical)\(\s*"([^"]*)"')


def test_events_are_written_with_underscores() -> None:
    told = {
        event
        for folder in ("services", "shared")
        for path in (ROOT / folder).rglob("*.py")
        for event in _TOLD.findall(path.read_text(encoding="utf-8"))
    }
    assert len(told) > 20
    assert {event for event in told if not re.fullmatch(r"[a-z]+(_[a-z]+)*", event)} == set()
