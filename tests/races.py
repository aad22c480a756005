"""Races of custody: a transfer is accepted while who hands over still changes the case.

No message flows meanwhile, so each service decides on what it knew before. Who was first is what
the script says; what must come of it is worked out from the script alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

FIRST, SECOND, THIRD = "stps-chihuahua", "cedh-chihuahua", "albergue-juarez"
"""Who registers, who accepts, and to whom that one may hand on."""
BEFORE = "self-presented"
CHANNELS = ("hotline", "shelter", "outreach")
"""What corrections say, the first, the second and the third of a script."""

Script = tuple[str, ...]
"""Steps in their order: ``accept``, ``onward``, ``correct``, ``void``."""


@dataclass(frozen=True)
class Verdict:
    """What must come of a script, in every service.

    custodian: None if the case is in error. channel: as the case is described. waiting: how many
    proposals wait, by kind.
    """

    custodian: str | None
    channel: str
    waiting: Mapping[str, int]


def scripts(count: int, seed: int) -> Iterator[Script]:
    """Draw scripts, the same for the same seed: each has an acceptance, and something beside it."""
    chance = Random(seed)  # noqa: S311 - a schedule, not a secret
    for _ in range(count):
        own = ["correct"] * chance.choice((0, 1, 1, 2, 3))
        if not own or chance.random() < 0.5:
            own.append("void")
        steps = ["accept", *own]
        chance.shuffle(steps)
        if chance.random() < 0.4:
            steps.insert(chance.randint(steps.index("accept") + 1, len(steps)), "onward")
        yield tuple(steps)


def verdict_on(script: Script) -> Verdict:
    """Say what must come of it: what was done before the acceptance stands, and nothing else."""
    custodian, channel, in_error, voided = FIRST, BEFORE, False, False
    waiting = {"correction": 0, "void": 0}
    channels = iter(CHANNELS)
    for step in script:
        stands = custodian == FIRST
        match step:
            case "accept":
                custodian = SECOND
            case "onward":
                custodian = THIRD
            case "correct" if not voided:  # a case in error takes none
                said = next(channels)
                channel = said if stands else channel
                waiting["correction"] += not stands
            case "void":
                voided, in_error = True, stands
                waiting["void"] += not stands
            case _:
                pass
    return Verdict(None if in_error else custodian, channel, waiting)
