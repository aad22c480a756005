"""A small directory to search, with one thing to change at a time."""

from datetime import date, datetime
from typing import Any

from services.reporting.searching.asked import Asked
from services.reporting.searching.index import Index, indexed
from services.reporting.searching.offers import Capacity, Directory, Offer, Provider
from services.reporting.searching.search import Found, search

NOON = datetime.fromisoformat("2026-05-04T12:00:00-06:00")
"""A Monday."""
TODAY = date(2026, 5, 4)


def provider(code: str, **more: Any) -> Provider:
    known: dict[str, Any] = {"name": code.title(), "kind": "shelter", "subdivision": "MX-CHH"}
    return Provider(code=code, **(known | {"reachable": True} | more))


def offer(name: str, institution: str = "casa", **more: Any) -> Offer:
    return Offer(
        service_id=name, institution=institution, name=name, **({"kind": "shelter"} | more)
    )


def stated(capacity: str, free: int | None = None) -> Capacity:
    return Capacity(capacity, "beds", free, TODAY)


def index_of(*offers: Offer, providers: tuple[Provider, ...] = (), **more: Any) -> Index:
    known = {each.code: each for each in (provider("casa"), *providers)}
    return indexed(Directory({each.service_id: each for each in offers}, known, **more))


def asking(**asked: Any) -> Asked:
    return Asked(**({"at": NOON} | asked))


def names(found: Found) -> list[str]:
    return [each.offer.name for each in found.first]


def excluded(found: Found) -> dict[str, list[tuple[str, str | None]]]:
    return {each.offer.name: list(each.reasons) for each in found.first_excluded}


def found_in(index: Index, **asked: Any) -> Found:
    return search(index, asking(**asked))
