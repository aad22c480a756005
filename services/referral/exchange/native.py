"""What HSDS has fields of its own for: languages, hours, cost, places served, and room now.

Each is read as far as it can be told without guessing; what cannot stays in the record as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from services.referral.exchange.coded import code_in, made_id, value_in, with_codes, with_value
from shared.hsds.vocabulary import Record
from shared.kernel.coded_fields import canonical
from shared.kernel.codes import codes, known, label, plain
from shared.kernel.opening_hours import Hours, counts, is_rule
from shared.kernel.service_values import FREE, Cost, Coverage
from shared.kernel.value import Value

# --- languages ------------------------------------------------------------------------------

_ISO_639_1: Final[Mapping[str, str]] = {
    "es": "spa", "en": "eng", "ht": "hat", "fr": "fra", "pt": "por", "ar": "ara", "ru": "rus",
    "uk": "ukr", "zh": "zho", "hi": "hin", "pa": "pan", "bn": "ben", "ne": "nep", "uz": "uzb",
    "ln": "lin", "wo": "wol", "sw": "swa", "so": "som",
}  # fmt: skip


def languages_in(record: Record) -> tuple[str, ...]:
    """Return the languages of a service that our list has."""
    return canonical(filter(None, map(_language, record.get("languages", ()))))


def with_languages(record: Record, languages: Iterable[str]) -> Record:
    """Return the record with these languages, and those that our list does not have."""
    kept = [one for one in record.get("languages", ()) if _language(one) is None]
    ours = [
        {
            "id": made_id("language", str(record["id"]), each),
            "name": label("languages", each),
            "code": each,
        }
        for each in languages
    ]
    return _with_list(record, "languages", [*kept, *ours])


def _language(one: Record) -> str | None:
    written = str(one.get("code", "")).lower()
    found = _ISO_639_1.get(written, written)
    return found if known("languages", found) else None


# --- hours ----------------------------------------------------------------------------------

_PARTS: Final = (
    "freq",
    "interval",
    "byday",
    "bymonthday",
    "byweekno",
    "byyearday",
    "count",
    "wkst",
)
_PLAIN: Final = ("freq", "byday", "bymonthday", "opens_at", "closes_at")
"""What we write ourselves of hours, besides the value that says them exactly."""


def hours_in(record: Record, zone: str | None) -> tuple[Hours, ...]:
    """Return the hours that a service's schedules say. zone: of those that name none."""
    found = (_hours(one, zone) for one in record.get("schedules", ()))
    return tuple(dict.fromkeys(each for each in found if each is not None))


def with_hours(record: Record, hours: Iterable[Hours], zone: str | None) -> Record:
    """Return the record with these hours, and the schedules that say none to us."""
    kept = [one for one in record.get("schedules", ()) if _hours(one, zone) is None]
    ours = [_schedule(str(record["id"]), each) for each in hours]
    return _with_list(record, "schedules", [*kept, *ours])


def _hours(one: Record, zone: str | None) -> Hours | None:
    exact = value_in(one, "hours", Hours)
    if exact is not None:
        return exact
    opens, closes = _clock(one.get("opens_at")), _clock(one.get("closes_at"))
    if zone is None or opens is None or closes is None or one.get("valid_to") or one.get("until"):
        return None
    rule = ";".join(f"{part.upper()}={one[part]}" for part in _PARTS if one.get(part))
    if one.get("interval") == 1:
        rule = rule.replace(";INTERVAL=1", "")
    starts_on = _day(one.get("dtstart") or one.get("valid_from"))
    if not is_rule(rule) or (starts_on is None and counts(rule)):
        return None
    return Hours(rule, opens, closes, zone, starts_on)


def _schedule(whose: str, hours: Hours) -> Record:
    parts = dict(part.partition("=")[::2] for part in hours.rrule.lower().split(";"))
    native: Record = {
        "id": made_id("schedule", whose, hours.rrule, hours.opens, hours.closes, hours.zone),
        "description": f"{hours.rrule} {hours.opens}-{hours.closes} {hours.zone}",
        **{name: parts[name].upper() for name in _PLAIN if name in parts},
        "opens_at": f"{hours.opens}:00",
        "closes_at": f"{hours.closes}:00",
    }
    if native.get("freq") not in {"WEEKLY", "MONTHLY"}:
        native.pop("freq", None)
    return with_value(native, "hours", hours)


def _clock(written: Any) -> str | None:
    """Return an hour as we write it, of 9:00, 09:00, 09:00:00, with Z or an offset or none."""
    hour, _, rest = str(written or "").strip().partition(":")
    minute = rest[:2]
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2):  # noqa: PLR2004
        return None
    in_a_day = int(hour) < 24 and int(minute) < 60  # noqa: PLR2004
    midnight = (int(hour), int(minute)) == (24, 0)
    return f"{int(hour):02}:{minute}" if in_a_day or midnight else None


def _day(written: Any) -> date | None:
    try:
        return date.fromisoformat(str(written or "")[:10])
    except ValueError:
        return None


# --- cost -----------------------------------------------------------------------------------


def cost_in(record: Record) -> Cost | None:
    """Return what a service costs if it has one price for all; None if it is not stated so."""
    options = record.get("cost_options", ())
    if len(options) != 1 or options[0].get("option"):
        return None
    amount, currency = options[0].get("amount"), str(options[0].get("currency", "")).upper()
    if amount is None or amount < 0:
        return None
    if amount == 0:
        return FREE
    return Cost(Decimal(str(amount)), currency) if known("currencies", currency) else None


def with_cost(record: Record, cost: Cost | None) -> Record:
    """Return the record with this cost."""
    if cost is None:
        return _with_list(record, "cost_options", [])
    amount = int(cost.amount) if cost.amount == int(cost.amount) else float(cost.amount)
    option: Record = {"id": made_id("cost", str(record["id"])), "amount": amount}
    if cost.currency is not None:
        option["currency"] = cost.currency
    return _with_list(record, "cost_options", [option])


# --- places ---------------------------------------------------------------------------------

_EXTENTS: Final[Mapping[str, str]] = {
    "subdivisions": "ISO 3166-2",
    "municipalities": "INEGI/INE",
    "regions": "canaliza/region",
}


def coverage_in(record: Record) -> Coverage:
    """Return the places that a service's areas name by code."""
    return Coverage(
        **{name: canonical(_extents(record, name)) for name in Coverage.__struct_fields__}
    )


def with_coverage(record: Record, coverage: Coverage) -> Record:
    """Return the record with areas for these places, and those that name none by code."""
    coded = {id(one) for name in _EXTENTS for one, _ in _areas(record, name)}
    kept = [one for one in record.get("service_areas", ()) if id(one) not in coded]
    ours = [
        _area(str(record["id"]), name, place)
        for name in _EXTENTS
        for place in getattr(coverage, name)
    ]
    return _with_list(record, "service_areas", [*kept, *ours])


def _extents(record: Record, name: str) -> Iterator[str]:
    return (extent for _, extent in _areas(record, name))


def _areas(record: Record, name: str) -> Iterator[tuple[Record, str]]:
    for one in record.get("service_areas", ()):
        extent = str(one.get("extent", ""))
        if one.get("extent_type") == _EXTENTS[name] and (name == "regions" or known(name, extent)):
            yield one, extent


def _area(whose: str, name: str, place: str) -> Record:
    return {
        "id": made_id("area", whose, name, place),
        "name": place if name == "regions" else label(name, place),
        "extent": place,
        "extent_type": _EXTENTS[name],
    }


# --- capacity -------------------------------------------------------------------------------


class Room(Value):
    """Whether a service has room, as of a day, and how much; None: it was not counted."""

    capacity: str
    unit: str
    places_free: int | None
    on: date


def room_in(record: Record) -> Room | None:
    """Return the room that a service's first capacity tells (HSDS 3.1); None if it tells none."""
    first: Record = next(iter(record.get("capacities", ())), {})
    unit, on = _unit(first.get("unit")), _day(first.get("updated"))
    available = first.get("available")
    if unit is None or on is None or not isinstance(available, int) or available < 0:
        return None
    told = code_in(first, "capacity")
    counted = None if value_in(first, "counted", bool) is False else available
    if told is not None and known("capacities", told):
        return Room(told, unit, counted, on)
    return Room("has-capacity" if available else "none", unit, available, on)


def with_room(record: Record, room: Room | None) -> Record:
    """Return the record with this capacity in the place of the first; None: without it."""
    others = record.get("capacities", [])[1:]
    if room is None:
        return _with_list(record, "capacities", others if room_in(record) else None)
    whose = str(record["id"])
    first: Record = {
        "id": made_id("capacity", whose),
        "available": room.places_free or 0,
        "updated": f"{room.on}T00:00:00.000Z",
        "unit": {
            "id": made_id("unit", room.unit),
            "name": label("capacity_units", room.unit),
            "scheme": "canaliza",
            "identifier": room.unit,
        },
    }
    first = with_codes(first, "capacity", [room.capacity], "capacities")
    if room.places_free is None:
        first = with_value(first, "counted", False)  # noqa: FBT003 - the value that is written
    return _with_list(record, "capacities", [first, *others])


def _unit(unit: Any) -> str | None:
    """Return the unit of our list that a record names: by code, or as our list calls it."""
    if not isinstance(unit, Mapping):
        return None
    named = {plain(str(unit.get("identifier", ""))), plain(str(unit.get("name", "")))}
    for each in codes("capacity_units").values():
        ours = {plain(text) for text in (each.code, each.es, each.en)}
        if named & (ours | {text.removesuffix("s") for text in ours}):
            return each.code
    return None


def _with_list(record: Record, name: str, records: list[Record] | None) -> Record:
    """Return the record with this list under a name, or without it; None: as it is."""
    if records is None:
        return record
    rest = {each: value for each, value in record.items() if each != name}
    return {**rest, name: records} if records else rest
