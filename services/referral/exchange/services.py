"""A service's record and our entry of a service, each made of the other."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from services.referral.exchange.coded import (
    NAMESPACE,
    code_in,
    codes_in,
    said,
    value_in,
    with_codes,
    with_value,
    without_words,
)
from services.referral.exchange.institutions import named_in
from services.referral.exchange.native import (
    Room,
    cost_in,
    coverage_in,
    hours_in,
    languages_in,
    room_in,
    with_cost,
    with_coverage,
    with_hours,
    with_languages,
    with_room,
)
from services.referral.service import Service
from shared.hsds.vocabulary import Record
from shared.kernel.coded_fields import canonical
from shared.kernel.codes import codes
from shared.kernel.free_text import normal
from shared.kernel.service_values import EligibilityRule, Funding

_OTHER: Final = "other"
STATUSES: Final[Mapping[str, str]] = {
    "active": "offered",
    "inactive": "suspended",
    "temporarily closed": "suspended",
    "defunct": "withdrawn",
}
"""What HSDS's words for a service's status are in ours."""
_CODED: Final = {
    "programmes": "programmes",
    "populations": "populations",
    "required_documents": "service_documents",
    "accessibility": "accessibilities",
    "entries": "",
}
_LATER: Final = ("capacities", "assured_date", "status")
"""What changes without the entry being described again."""


def service_id_of(institution: str, record: Record) -> UUID:
    """Return the id under which a record's service is listed: its own if that is a UUID."""
    written = str(record["id"])
    try:
        return UUID(written)
    except ValueError:
        return uuid5(NAMESPACE, f"service/{institution}/{written}")


def description_in(record: Record, zone: str | None) -> dict[str, Any]:
    """Return what a record says of a service, by the names of a command's fields, but its texts.

    zone: that of the institution, for hours that name none.
    """
    return {
        "name": normal(str(record["name"]).strip()),
        "kind": code_in(record, "kind") or named_in(record, "service_kinds") or _OTHER,
        **{field: canonical(codes_in(record, field)) for field in _CODED},
        "eligibility": _eligibility(record),
        "cost": cost_in(record),
        "duration_days": value_in(record, "duration_days", int),
        "hours": hours_in(record, zone),
        "languages": languages_in(record),
        "coverage": coverage_in(record),
        "funding": value_in(record, "funding", tuple[Funding, ...]) or (),
    }


def status_in(record: Record) -> str:
    """Return the status that a record says, in our words."""
    return STATUSES[str(record.get("status", "active"))]


def assured_in(record: Record) -> date | None:
    """Return the day as of which somebody vouched for a record; None if it does not say."""
    try:
        return date.fromisoformat(str(record.get("assured_date", ""))[:10])
    except ValueError:
        return None


def record_of(state: Service, kept: Record | None, zone: str | None) -> Record:
    """Return a service's record: as it came in, corrected where the facts say otherwise.

    kept: the record in its document; None if there is none, or its bytes were erased.
    """
    described = state.described
    record: Record = kept or {"id": str(state.service_id), "name": described.name}
    told = description_in(record, zone)
    for field, write in _WRITERS.items():
        wanted = getattr(described, field)
        if wanted != told[field]:
            record = write(record, wanted, zone)
    if status_in(record) != state.status or "status" not in record:
        record = {**record, "status": _written_status(state.status)}
    if assured_in(record) != state.assured_on:
        record = {name: value for name, value in record.items() if name != "assured_date"}
        if state.assured_on is not None:
            record["assured_date"] = str(state.assured_on)
    room = _room(state)
    return record if room_in(record) == room else with_room(record, room)


def described_alike(one: Record, other: Record) -> bool:
    """Whether two records differ in nothing but what changes without a new description."""
    return _without_later(one) == _without_later(other)


def _without_later(record: Record) -> Record:
    return {name: value for name, value in without_words(record).items() if name not in _LATER}


def _room(state: Service) -> Room | None:
    stated = state.capacity
    if stated is None:
        return None
    return Room(stated.capacity, stated.unit, stated.places_free, stated.stated_on)


def _written_status(status: str) -> str:
    return {"offered": "active", "suspended": "temporarily closed"}.get(status, "defunct")


# --- whom it is for -------------------------------------------------------------------------


def _eligibility(record: Record) -> tuple[EligibilityRule, ...]:
    if said(record, "eligibility"):
        return value_in(record, "eligibility", tuple[EligibilityRule, ...]) or ()
    youngest, oldest = record.get("minimum_age"), record.get("maximum_age")
    bands = tuple(sorted(_bands(youngest, oldest)))
    return (EligibilityRule("age-band", is_one_of=bands),) if bands else ()


def _bands(youngest: float | None, oldest: float | None) -> list[str]:
    """Return the age bands that people of these ages are in; none if all ages are served."""
    within = []
    every = [each for each in codes("age_bands").values() if each.extra.get("from") is not None]
    for band in every:
        begins, ends = band.extra["from"], band.extra["to"]
        old_enough = ends is None or youngest is None or float(str(ends)) >= youngest
        young_enough = oldest is None or float(str(begins)) <= oldest
        if old_enough and young_enough:
            within.append(band.code)
    return [] if len(within) == len(every) else within


# --- writing --------------------------------------------------------------------------------

_Write = Callable[[Record, Any, str | None], Record]


def _coded(field: str, list_name: str) -> _Write:
    return lambda record, wanted, _: with_codes(record, field, wanted, list_name)


def _valued(field: str) -> _Write:
    return lambda record, wanted, _: with_value(record, field, wanted)


_WRITERS: Final[Mapping[str, _Write]] = {
    "name": lambda record, wanted, _: {**record, "name": wanted},
    "kind": lambda record, wanted, _: with_codes(record, "kind", [wanted], "service_kinds"),
    **{field: _coded(field, list_name) for field, list_name in _CODED.items()},
    "eligibility": _valued("eligibility"),
    "cost": lambda record, wanted, _: with_cost(record, wanted),
    "duration_days": _valued("duration_days"),
    "hours": with_hours,
    "languages": lambda record, wanted, _: with_languages(record, wanted),
    "coverage": lambda record, wanted, _: with_coverage(record, wanted),
    "funding": _valued("funding"),
}
