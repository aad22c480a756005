"""How many of a commission's members have to vote."""

from typing import Annotated

from shared.kernel.fields import Coded, Described
from shared.kernel.text import Text
from shared.kernel.value import Value

AT_LEAST = "at-least"
"""The rule of ``quorum_rules`` that goes with a number."""


class Quorum(Value):
    """How many of its members a commission needs to decide. number: for ``at-least`` only."""

    rule: Annotated[
        str,
        Coded("quorum_rules"),
        Described(Text("La regla de quórum.", "The quorum rule.")),
    ]
    number: Annotated[
        int | None,
        Described(Text("Solo con at-least: cuántas.", "With at-least only: how many.")),
    ] = None

    def needed(self, members: int) -> int:
        """Return how many have to vote, of so many members; always one at least."""
        match self.rule:
            case "majority":
                return members // 2 + 1
            case "two-thirds":
                return max(1, -(-2 * members // 3))
            case "at-least":
                return self.number or 1
            case _:
                return max(1, members)
