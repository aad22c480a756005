"""Reporting's columns about clocks, and about services that are given: folded once more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.faults.checker.contracts import Contracts
from tests.faults.checker.rows import Event

_CARRIERS = frozenset(
    {
        *("referral-drafted", "referral-requested", "referral-waitlisted", "clock-started"),
        *("information-requested", "information-answered", "information-partly-answered"),
        *("answer-entered-in-error", "decline-entered-in-error", "clock-moved"),
        *("decline-proposed", "decline-sent-back"),
    }
)
"""The facts that may tell of a clock; if one does not, none runs that is known."""
_MOMENTS = ("started_at", "due_at", "remind_at", "escalate_at", "coordinate_at", "expires_at")
_WORDS = ("clock", "calendar")
_EMPTY = dict.fromkeys(
    (
        *(*_MOMENTS, *_WORDS, "started_position", "coordinator"),
        *("reminded_at", "reminded_position"),
        *("escalated_at", "escalated_position", "escalation_level"),
    )
)
SERVED = (
    *("scheduled_for", "completed_at", "delivered", "undelivered"),
    *("confirmed_at", "enrolment"),
)
"""The columns of a follow-up about its service."""


def referral_clocks(events: Sequence[Event], _: Contracts) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The clock of each referral, as it was told last, and what it did."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for event in events:
        said = {**_clock(event), **_done(event)}
        if event.message.source == "referral" and said:
            referral = event.data["referral_id"]
            begun = {"referral_id": referral, "case_id": event.message.key, **_EMPTY}
            rows.setdefault((referral,), begun).update(said)
    return rows


def _clock(event: Event) -> dict[str, Any]:
    if event.name not in _CARRIERS:
        return {}
    told: Mapping[str, Any] = event.data.get("clock") or {}
    clock: dict[str, Any] = {name: _at(told.get(name)) for name in _MOMENTS}
    clock |= {name: told.get(name) for name in _WORDS}
    return clock if event.name == "clock-moved" else {**clock, "started_position": event.position}


def _done(event: Event) -> dict[str, Any]:
    happened = _at(event.envelope["time"])
    match event.name:
        case "decline-proposed":
            return {"coordinator": event.data["coordinator"]}
        case "referral-reminded":
            return {"reminded_at": happened, "reminded_position": event.position}
        case "referral-escalated":
            level = {"escalation_level": event.data["level"]}
            return {"escalated_at": happened, "escalated_position": event.position, **level}
        case _:
            return {}


def served(event: Event) -> dict[str, Any]:
    """What a fact says of the service that a follow-up is about."""
    happened, data = _at(event.envelope["time"]), event.data
    match event.name:
        case "service-scheduled":
            return {"scheduled_for": _at(data["scheduled_for"])}
        case "service-completed":
            return {
                "completed_at": happened,
                **{name: data[name] for name in ("delivered", "undelivered")},
            }
        case "outcome-confirmed":
            return {"confirmed_at": happened}
        case "enrolment-stated":
            return {"enrolment": data["enrolment"]}
        case _:
            return {}


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
