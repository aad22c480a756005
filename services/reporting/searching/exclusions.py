"""Why a service cannot serve: each reason with the services to which it applies.

What is not known excludes nobody: a case whose age is not recorded may still be served by a service
for adults, and a service that states no hours may be open. It is ranked lower, and the reason says
what to ask.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from services.reporting.searching.asked import EMERGENCY, Asked, Consented
from services.reporting.searching.features import ANY
from services.reporting.searching.index import Index, Services
from services.reporting.searching.offers import EVERYWHERE
from services.reporting.searching.pacts import without_agreement
from shared.kernel.spanish import words_of

Exclusion = tuple[str, str | None, Services]
"""A reason's code, the attribute of the case that it is about, and the services."""


def in_question(index: Index, asked: Asked) -> Services:
    """Return the services that are asked about at all: of these kinds, names and institutions."""
    those = index.everything & ~index.having("status", "withdrawn")
    if asked.kinds:
        those &= index.having_any("kind", asked.kinds)
    if asked.institution is not None:
        those &= index.having("institution", asked.institution)
    for word in words_of(asked.text):
        those &= index.with_word(word)
    return those


def exclusions_of(index: Index, asked: Asked) -> Sequence[Exclusion]:
    """Return each reason for which some of the services in question cannot serve."""
    those = in_question(index, asked)
    found = ((code, about, those & excluded) for code, about, excluded in _all(index, asked))
    return [each for each in found if each[2]]


def _all(index: Index, asked: Asked) -> Iterator[Exclusion]:
    everything = index.everything
    active = index.having("institution is", "active")
    yield "institution-not-active", None, everything & ~active
    yield "institution-cannot-answer", None, active & ~_reachable(index, asked)
    yield "service-suspended", None, index.having("status", "suspended")
    if asked.sender is not None:
        yield "own-service", None, index.having("institution", asked.sender)
    if asked.programme is not None:
        yield "other-programme", None, everything & ~_in_programme(index, asked.programme)
    if asked.subdivision is not None:
        yield "other-place", None, everything & ~serving(index, asked)
    yield from _of_people(index, asked)
    yield "full", None, index.having("capacity", "none")
    if asked.urgency == EMERGENCY:
        yield "cannot-wait", None, index.having("capacity", "waiting-list")
    if asked.open_at is not None:
        stated = everything & ~index.having("hours", ANY)
        yield "closed-then", None, stated & ~open_then(index, asked)
    yield "no-agreement", None, without_agreement(index, asked)
    if asked.within is not None:
        yield from _of_consent(index, asked.within)


def _of_consent(index: Index, consented: Consented) -> Iterator[Exclusion]:
    within = index.having_any("institution", consented.recipients)
    yield "outside-the-consent", None, index.everything & ~within
    yield "consent-over", None, within if consented.over else 0
    yield "asked-before", None, index.having_any("institution", consented.asked)


def _of_people(index: Index, asked: Asked) -> Iterator[Exclusion]:
    everything = index.everything
    if asked.languages:
        spoken = index.having_any("language", (*asked.languages, ANY))
        yield "other-language", None, everything & ~spoken
    if asked.populations:
        meant = index.having_any("population", (*asked.populations, "anybody", ANY))
        yield "other-population", None, everything & ~meant
    for attribute, codes in asked.known.items():
        yield "not-eligible", attribute, not_eligible(index, attribute, codes)


def not_eligible(index: Index, attribute: str, codes: Sequence[str]) -> Services:
    """Return the services that are not for a case with these codes of an attribute.

    Of several codes, as of violations, one is enough to be taken, and one to be turned away.
    """
    turned_away = index.having_any("turns away", [(attribute, code) for code in codes])
    slots: Any = index.by_value("chooses")
    for (named, number), choosing in slots.items():
        if named == attribute:
            taken = index.having_any("takes", [(attribute, number, code) for code in codes])
            turned_away |= choosing & ~taken
    return turned_away


def serving(index: Index, asked: Asked) -> Services:
    """Return the services that serve the place of a question, or a part of it."""
    held = index.having_any("subdivision", (EVERYWHERE, asked.subdivision))
    if asked.municipality is None:
        return held | index.having("part of", asked.subdivision)
    return (
        held
        | index.having("municipality", asked.municipality)
        | index.having("in region", asked.municipality)
    )


def open_then(index: Index, asked: Asked) -> Services:
    """Return the services that are open at the moment in question; else now."""
    moment, found = asked.open_at or asked.at, 0
    stated: Any = index.by_value("hours")
    for hours, those in stated.items():
        if hours is not ANY and any(each.is_open(moment) for each in hours):
            found |= those
    return found


def _in_programme(index: Index, programme: str) -> Services:
    wanted = (programme, ANY)
    return index.having_any("programme", wanted) & index.having_any("takes part in", wanted)


def _reachable(index: Index, asked: Asked) -> Services:
    found = 0
    ends: Any = index.by_value("reachable until")
    for until, those in ends.items():
        if until is ANY or until > asked.at:
            found |= those
    return found
