"""How much is done for a figure: all that it needs to mean something, or just enough to exist."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """rounds: how often each is measured; more_rounds: where two compete for the cores, in turns.

    share: of everything that is counted. longest: seconds that anything is measured for. large:
    whether a country's history is measured: ten million facts instead of a million.
    """

    rounds: int
    more_rounds: int
    share: float
    longest: float
    large: bool = False

    def count(self, whole: int) -> int:
        """So many of a whole."""
        return round(whole * self.share)

    def seconds(self, whole: float) -> float:
        """So long."""
        return min(whole, self.longest)


WHOLE = Effort(rounds=3, more_rounds=5, share=1.0, longest=60.0)
LARGE = Effort(rounds=3, more_rounds=5, share=1.0, longest=60.0, large=True)
SMOKE = Effort(rounds=1, more_rounds=1, share=0.05, longest=2.0)
"""Shows that every figure can be measured; what it says means nothing."""
