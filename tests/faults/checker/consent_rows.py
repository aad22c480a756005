"""Reporting's rows of consents, folded once more from the topics alone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from tests.faults.checker.contracts import Contracts
from tests.faults.checker.rows import Event

_STANDS = {
    **dict.fromkeys(("consent-recorded", "consent-narrowed", "consent-renewed"), "in-force"),
    "consent-withdrawn": "withdrawn",
    "consent-expired": "expired",
    "person-to-be-asked-again": "to-be-asked-again",
    "consent-entered-in-error": "entered-in-error",
}
_CUT = {"consent-recorded": False, "consent-renewed": False, "consent-partly-withdrawn": True}
_OF_ALL = ("institution", "subdivision", "purpose")
_LISTS = ("recipients", "kinds", "categories", "services")
_DAYS = ("valid_from", "valid_until")
_EMPTY = dict.fromkeys(
    (
        *(*_OF_ALL, *_LISTS, *_DAYS, "language", "mode", "version", "expires_at"),
        *("status", "partly_withdrawn"),
    )
)


def consents(events: Sequence[Event], _: Contracts) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Each consent in its last version, and how it stands."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for event in events:
        if event.message.source != "intake" or not {event.name} & {*_STANDS, *_CUT}:
            continue
        consent = event.data["consent_id"]
        begun = {"consent_id": consent, "case_id": event.message.key, **_EMPTY}
        row = rows.setdefault((consent,), begun)
        if event.name == "consent-recorded":
            row.update({name: event.data[name] for name in _OF_ALL})
        if event.name in _STANDS:
            row["status"] = _STANDS[event.name]
        if event.name in _CUT:
            row["partly_withdrawn"] = _CUT[event.name]
        if terms := event.data.get("terms"):
            row.update({name: list(terms[name]) for name in _LISTS})
            row.update({name: date.fromisoformat(terms[name]) for name in _DAYS})
            row.update({name: event.data[name] for name in ("language", "mode", "version")})
            row["expires_at"] = datetime.fromisoformat(event.data["expires_at"])
    return rows
