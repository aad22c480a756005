"""What walks draw: codes of the real lists, what no list has, moments, and actors."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

from shared.kernel.codes import codes
from shared.kernel.decider import Actor
from shared.kernel.limits import EARLIEST
from tests.personas import ADMINISTRATOR, COMMISSION, OFFICE, SHELTER, SYSTEM

PROSECUTOR = Actor("fiscalia-chih", "caseworker", "token-5")
WORKERS = (OFFICE, COMMISSION, SHELTER, PROSECUTOR)
INSTITUTIONS = tuple(actor.institution for actor in WORKERS)
PERSON = "Juana Pérez Ñandú"
"""What somebody typed into the wrong field: no sentence may repeat it."""

T = TypeVar("T")
Words = st.SearchStrategy[str]


def mostly(often: st.SearchStrategy[T], now_and_then: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """Draw the one nineteen times, where the other is drawn once."""
    return st.integers(0, 19).flatmap(lambda n: often if n < 19 else now_and_then)


wrong = st.just(PERSON) | st.text(max_size=12) | st.sampled_from(["", " ", "{field}", "x" * 300])
"""Text that is no code."""


@cache
def coded(list_name: str, only: Callable[[str], bool] = lambda _: True) -> Words:
    """Draw a code of the list, and now and then what it does not have."""
    return mostly(st.sampled_from([code for code in codes(list_name) if only(code)]), wrong)


@cache
def recordable(list_name: str) -> Words:
    """Draw a code of the list, as a fact has it: what a list does not have is refused before."""
    return st.sampled_from(list(codes(list_name)))


def several(words: Words, most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    """Draw one to a few, the same one twice too, and now and then none."""
    return mostly(st.lists(words, min_size=1, max_size=most), st.just([])).map(tuple)


offsets = st.sampled_from([UTC, *(timezone(timedelta(minutes=m)) for m in (-360, -424, 345, 840))])
days = st.dates(EARLIEST.date())
moments = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=offsets)  # noqa: DTZ001
"""Moments as the door lets them in: with an offset of whole minutes, not before 1900."""

anybody = st.sampled_from([*WORKERS, ADMINISTRATOR, SYSTEM])


def seldom(actor: Actor) -> st.SearchStrategy[Actor]:
    """Draw the actor whose command ends a walk only now and then, else one who may not give it."""
    return st.sampled_from([*WORKERS, actor])
