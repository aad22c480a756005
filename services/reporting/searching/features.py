"""What is looked up of a service: its features, by which the index finds it.

A feature is a name and a value. Each is a question that a search asks of all services at once.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from functools import cache

from services.reporting.searching.offers import EVERYWHERE, Directory, Offer, Provider
from shared.kernel.codes import codes
from shared.kernel.service_values import EligibilityRule
from shared.kernel.spanish import words_of

Feature = tuple[str, Hashable]
ANY = None
"""The value of a feature where the service names none: any programme, no hours stated."""


def features_of(offer: Offer, directory: Directory) -> Iterator[Feature]:
    """Return what a service is found by; its institution's status is part of it."""
    provider = directory.providers.get(offer.institution)
    yield "institution", offer.institution
    yield "kind", offer.kind
    yield "status", offer.status
    yield from (("programme", each) for each in offer.programmes or (ANY,))
    yield from (("population", each) for each in offer.populations or (ANY,))
    yield from (("language", each) for each in offer.languages or (ANY,))
    yield "hours", offer.hours or ANY
    yield from _places(offer, directory)
    yield "seated in", (provider.subdivision if provider else None) or ANY
    yield from _rules(offer.eligibility)
    yield from _terms(offer, provider)
    yield from _standing(provider)
    named = f"{offer.name} {provider.name if provider else offer.institution}"
    yield from (("word", word) for word in words_of(named))


def _places(offer: Offer, directory: Directory) -> Iterator[Feature]:
    yield from (("subdivision", each) for each in offer.subdivisions)
    yield from (("municipality", each) for each in offer.municipalities)
    for region in offer.regions:
        yield from (("in region", each) for each in directory.regions.get(region, ()))
    if not (offer.subdivisions or offer.municipalities or offer.regions):
        yield "subdivision", EVERYWHERE
    yield from (("part of", each) for each in _partly(offer, directory))


def _partly(offer: Offer, directory: Directory) -> Iterable[str]:
    """Return the subdivisions of which it serves some municipalities."""
    named = {*offer.municipalities}
    named.update(*(directory.regions.get(region, ()) for region in offer.regions))
    return {within for each in named if (within := _subdivision_of(each)) is not None}


def _rules(rules: Iterable[EligibilityRule]) -> Iterator[Feature]:
    """Return its rules of eligibility; those of one attribute are numbered, since all must hold."""
    numbers: Counter[str] = Counter()
    for rule in rules:
        attribute = rule.attribute
        yield "depends on", attribute
        if rule.is_one_of:
            slot = (attribute, numbers[attribute])
            numbers[attribute] += 1
            yield "chooses", slot
            yield from (("takes", (*slot, code)) for code in rule.is_one_of)
        yield from (("turns away", (attribute, code)) for code in rule.is_none_of)


def _terms(offer: Offer, provider: Provider | None) -> Iterator[Feature]:
    yield "cost", ("costs" if offer.cost.amount else "free") if offer.cost else ANY
    yield "funded until", offer.funded_until
    yield "capacity", offer.capacity.capacity if offer.capacity else ANY
    yield "assured", (provider.subdivision if provider else None, offer.assured_on)


def _standing(provider: Provider | None) -> Iterator[Feature]:
    if provider is None:  # its registration was discarded as unreadable
        yield "takes part in", ANY
        return
    yield "institution is", provider.status
    yield from (("takes part in", each) for each in provider.programmes or (ANY,))
    if provider.reachable:
        yield "reachable until", provider.reachable_until


@cache
def _subdivision_of(municipality: str) -> str | None:
    entry = codes("municipalities").get(municipality)
    return None if entry is None else str(entry.extra["subdivision"])
