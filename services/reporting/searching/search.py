"""Who can serve a case: those who can, ranked, and those who cannot, with the reasons for each."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from services.reporting.searching.asked import Asked
from services.reporting.searching.exclusions import Exclusion, exclusions_of, in_question
from services.reporting.searching.index import Index, Services
from services.reporting.searching.offers import Offer
from services.reporting.searching.ranking import Ranked, ranked

Reason = tuple[str, str | None]
"""The code of a reason, and the attribute of the case that it is about."""


class Excluded(NamedTuple):
    """A service that cannot serve, with every reason why."""

    offer: Offer
    reasons: Sequence[Reason]


class Serving(NamedTuple):
    """A service that can serve, with its rank, from 1 on."""

    rank: int
    offer: Offer
    placed: Ranked


class Found(NamedTuple):
    """The answer to a search: a page of those that can serve, and one of those that cannot.

    serving, excluded: how many there are. by_reason: how many services each reason excludes; a
    service may have several.
    """

    serving: int
    excluded: int
    first: Sequence[Serving]
    first_excluded: Sequence[Excluded]
    by_reason: Sequence[tuple[str, str | None, int]]


class Part(NamedTuple):
    """Which part of a list is asked for: after how many, and at most how many."""

    after: int = 0
    limit: int = 20


_FIRST = Part()


def search(index: Index, asked: Asked, part: Part = _FIRST, excluded: Part = _FIRST) -> Found:
    """Return who can serve, ranked, and who cannot: those with the fewest reasons first."""
    those = in_question(index, asked)
    exclusions = exclusions_of(index, asked)
    out = 0
    for _, _, services in exclusions:
        out |= services
    able = those & ~out
    return Found(
        able.bit_count(),
        out.bit_count(),
        list(_serving(index, asked, able, part)),
        list(_excluded(index, exclusions, excluded)),
        [(code, about, services.bit_count()) for code, about, services in exclusions],
    )


def _serving(index: Index, asked: Asked, able: Services, part: Part) -> Iterator[Serving]:
    placed = enumerate(ranked(index, asked, able), start=1)
    for rank, each in islice(placed, part.after, part.after + part.limit):
        yield Serving(rank, index.services[each.number], each)


def _excluded(index: Index, exclusions: Sequence[Exclusion], part: Part) -> Iterator[Excluded]:
    ordered = (n for those in _by_count(exclusions) for n in index.in_order(those))
    for number in islice(ordered, part.after, part.after + part.limit):
        reasons = [(code, about) for code, about, those in exclusions if those >> number & 1]
        yield Excluded(index.services[number], reasons)


def _by_count(exclusions: Sequence[Exclusion]) -> Iterator[Services]:
    """Yield the services with one reason, then those with two, and so on."""
    seen = [0] * len(exclusions)
    for _, _, those in exclusions:
        carried = those
        for place, held in enumerate(seen):
            seen[place], carried = held | carried, held & carried
    for place, held in enumerate(seen):
        following = seen[place + 1] if place + 1 < len(seen) else 0
        if exactly := held & ~following:
            yield exactly
