"""In which order services that can serve are named, and why each stands where it does.

They are compared by one criterion after the other; the first in which two of them differ decides.
So the reason for each rank is exact: it is the criterion in which a service is behind the one
before it. What is the same in all is sorted by name.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from services.reporting.searching.asked import NORMAL, Asked
from services.reporting.searching.exclusions import open_then
from services.reporting.searching.features import ANY
from services.reporting.searching.index import Index, Services
from services.reporting.searching.offers import EVERYWHERE
from services.reporting.searching.pacts import with_agreement
from services.reporting.searching.staleness import stale_services

Level = tuple[str, Services]
"""What is true of some services, as a code, and which."""


class Criterion(NamedTuple):
    """What services are compared by. levels: best first; each service is in one of them."""

    name: str
    levels: Sequence[Level]


class Ranked(NamedTuple):
    """A service in its place. said: of each criterion, what is true of it.

    decided_by: the criterion in which it is behind the one before it; ``name`` if it is in none;
    None for the first.
    """

    number: int
    said: Sequence[tuple[str, str]]
    decided_by: str | None


def ranked(index: Index, asked: Asked, those: Services) -> Iterator[Ranked]:
    """Yield services in order, best first."""
    criteria = criteria_of(index, asked, those)
    before: Sequence[tuple[str, str]] | None = None
    for number, said in _walk(index, criteria, those, ()):
        yield Ranked(number, said, _decided(before, said))
        before = said


def criteria_of(index: Index, asked: Asked, those: Services) -> Sequence[Criterion]:
    """Return what services are compared by, in order. Who cannot wait is helped by open doors."""
    agreement, hours = _agreement(index, asked), _hours(index, asked)
    first = [_capacity(index), agreement] if asked.urgency == NORMAL else [_capacity(index), hours]
    then = [] if asked.urgency == NORMAL else [agreement]
    last = [hours] if asked.urgency == NORMAL else []
    every = [
        *(*first, *then, _place(index, asked), _eligibility(index, asked), _people(index, asked)),
        *(_language(index, asked), *last, _freshness(index, asked), _funding(index, asked)),
        _cost(index),
    ]
    return [_complete(criterion, those) for criterion in every if criterion.levels]


def _walk(
    index: Index, criteria: Sequence[Criterion], those: Services, said: Sequence[tuple[str, str]]
) -> Iterator[tuple[int, Sequence[tuple[str, str]]]]:
    if not criteria:
        yield from ((number, said) for number in index.in_order(those))
        return
    criterion, *others = criteria
    for code, having in criterion.levels:
        if part := those & having:
            yield from _walk(index, others, part, (*said, (criterion.name, code)))


def _decided(
    before: Sequence[tuple[str, str]] | None, said: Sequence[tuple[str, str]]
) -> str | None:
    if before is None:
        return None
    differing = (
        name for (name, code), (_, other) in zip(said, before, strict=True) if code != other
    )
    return next(differing, "name")


def _complete(criterion: Criterion, those: Services) -> Criterion:
    """Put each service in the first level that is true of it; the last takes the others."""
    levels, left = [], those
    for code, having in criterion.levels[:-1]:
        levels.append((code, having & left))
        left &= ~having
    return Criterion(criterion.name, [*levels, (criterion.levels[-1][0], left)])


def _capacity(index: Index) -> Criterion:
    return Criterion(
        "capacity",
        [
            ("has-capacity", index.having("capacity", "has-capacity")),
            ("capacity-to-assess", index.having("capacity", "needs-further-assessment")),
            ("capacity-not-stated", index.having("capacity", ANY)),
            ("waiting-list", 0),
        ],
    )


def _agreement(index: Index, asked: Asked) -> Criterion:
    if asked.sender is None or asked.programme is None:
        return Criterion("agreement", [])
    held = with_agreement(index, asked)
    return Criterion("agreement", [("agreement-in-force", held), ("agreement-not-needed", 0)])


def _hours(index: Index, asked: Asked) -> Criterion:
    opened = open_then(index, asked)
    unknown = index.having("hours", ANY)
    return Criterion("hours", [("open", opened), ("hours-not-stated", unknown), ("closed-now", 0)])


def _place(index: Index, asked: Asked) -> Criterion:
    if asked.subdivision is None:
        return Criterion("place", [])
    whole = ("in-subdivision", index.having("subdivision", asked.subdivision))
    unsaid = index.having("subdivision", EVERYWHERE)
    here = index.having_any("seated in", (ANY, asked.subdivision))
    everywhere, elsewhere = ("everywhere", unsaid & here), ("elsewhere", unsaid & ~here)
    if asked.municipality is None:
        part = ("in-part", index.having("part of", asked.subdivision))
        return Criterion("place", [whole, everywhere, part, elsewhere])
    near = ("in-municipality", index.having("municipality", asked.municipality))
    region = ("in-region", index.having("in region", asked.municipality))
    return Criterion("place", [near, region, whole, everywhere, elsewhere])


def _eligibility(index: Index, asked: Asked) -> Criterion:
    unknown, depends, known = 0, 0, asked.known
    for attribute, those in index.by_value("depends on").items():
        depends |= those
        if attribute not in known:
            unknown |= those
    levels = [
        ("made-for", depends & ~unknown),
        ("for-anybody", index.everything & ~depends),
        ("to-confirm", 0),
    ]
    return Criterion("eligibility", levels)


def _people(index: Index, asked: Asked) -> Criterion:
    if not asked.populations:
        return Criterion("population", [])
    meant = index.having_any("population", asked.populations)
    return Criterion("population", [("for-population", meant), ("for-all-populations", 0)])


def _language(index: Index, asked: Asked) -> Criterion:
    if not asked.languages:
        return Criterion("language", [])
    spoken = index.having_any("language", asked.languages)
    return Criterion("language", [("speaks", spoken), ("language-not-stated", 0)])


def _freshness(index: Index, asked: Asked) -> Criterion:
    stale, never = stale_services(index, asked.at)
    levels = [("fresh", index.everything & ~stale), ("stale", stale & ~never), ("never-assured", 0)]
    return Criterion("freshness", levels)


def _funding(index: Index, asked: Asked) -> Criterion:
    lasting, day = 0, asked.day
    ends: Any = index.by_value("funded until")
    for until, those in ends.items():
        if until is ANY or until >= day:
            lasting |= those
    return Criterion("funding", [("funded", lasting), ("funding-ended", 0)])


def _cost(index: Index) -> Criterion:
    free, stated = index.having("cost", "free"), index.having("cost", "costs")
    return Criterion("cost", [("free", free), ("costs", stated), ("cost-not-stated", 0)])
