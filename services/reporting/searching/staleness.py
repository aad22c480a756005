"""Which services of the directory nobody has vouched for within the time that this holds."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from services.reporting.searching.index import Index, Services
from services.reporting.searching.offers import Offer, Provider
from shared.kernel.freshness import day_in, stale
from shared.kernel.spanish import place_in_list


class Stale(NamedTuple):
    """The services that are stale by the day of their institution's place.

    never: those of them that nobody ever vouched for.
    """

    services: Services
    never: Services


def stale_services(index: Index, at: datetime) -> Stale:
    """Return the services that are stale at a moment."""
    kinds: Any = index.by_value("assured")
    today = {place: day_in(place, at) for place in index.entry_places}
    days = frozenset(today.items())
    if (known := index.stale_on.get(days)) is None:
        known = _stale(kinds, today)
        index.stale_on.clear()
        index.stale_on[days] = known
    return Stale(*known)


def _stale(
    kinds: Mapping[tuple[str | None, date | None], Services], today: Mapping[str | None, date]
) -> tuple[Services, Services]:
    found, never = 0, 0
    for (subdivision, assured_on), those in kinds.items():
        if assured_on is None:
            never |= those
        if stale(assured_on, today[subdivision]):
            found |= those
    return found, never


def stale_offers(index: Index, at: datetime, institution: str | None = None) -> list[Offer]:
    """Return the services to vouch for again: never vouched for first, then the longest ago.

    institution: its own alone; None: all. What is withdrawn is left alone.
    """
    those = stale_services(index, at).services & ~index.having("status", "withdrawn")
    if institution is not None:
        those &= index.having("institution", institution)
    found = [index.services[number] for number in index.in_order(those)]
    return sorted(found, key=lambda each: each.assured_on or date.min)


def stale_providers(index: Index, at: datetime, institution: str | None = None) -> list[Provider]:
    """Return the institutions whose entry nobody of theirs found right lately, as services.

    institution: itself alone; None: all. What is closed is left alone.
    """
    found = [
        each
        for each in index.directory.providers.values()
        if institution in {None, each.code}
        and each.status != "closed"
        and stale(each.validated_on, day_in(each.subdivision, at))
    ]
    return sorted(found, key=lambda each: (each.validated_on or date.min, place_in_list(each.name)))
