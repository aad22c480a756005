"""Which of many spellings are written much like a text: what somebody may have meant."""

import difflib
import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import pairwise

_COMPARED = 20
"""How many are compared letter by letter, which takes long; first of all the nearest come six."""


class Spellings:
    """Spellings, kept by the pairs of letters that they have: so few of them need comparing."""

    def __init__(self, spellings: Iterable[str]) -> None:
        self._having: dict[str, list[str]] = defaultdict(list)
        for spelling in dict.fromkeys(spellings):
            for pair in _pairs(spelling):
                self._having[pair].append(spelling)

    def nearest(self, text: str) -> list[str]:
        """Return at most six that are written much like the text, nearest first."""
        shared: Counter[str] = Counter()
        for pair in _pairs(text):
            shared.update(self._having.get(pair, ()))
        likely = heapq.nlargest(
            _COMPARED, shared, key=lambda spelling: shared[spelling] / len(text + spelling)
        )
        return difflib.get_close_matches(text, likely, n=6, cutoff=0.6)


def _pairs(text: str) -> set[str]:
    return {one + other for one, other in pairwise(f" {text} ")}
