"""Which faults come when: a pure function of the seed and the length of the run."""

from dataclasses import dataclass
from random import Random

from services.operator.publishing import PUBLISHING
from shared.service.settings import SERVICES
from tests.faults.failpoints import FAILPOINTS

TWICE = ("referral", "followup")
"""Services of which two processes run at times."""
KILLS = (
    "kill-service",
    "kill-postmaster",
    "kill-backend",
    "kill-broker",
    "kill-migration",
    "kill-rebuild",
)
MISTAKES = ("mistake-in-reaction", "mistake-in-projection", "mistake-in-publishing")
"""A program fails on one fact, wherever that comes by, until the next version is installed."""
_RECENT = 2
_RARE = ("in-group-commit", "in-process", "after-process")
_READING = ("in-process", "after-process")
_ASLEEP = ("before-commit", "in-process", "after-send-before-acknowledgement")
"""Where a process may fall asleep and wake as a zombie, besides anywhere."""
_QUIESCING_SECONDS = 1.5


@dataclass(frozen=True)
class Fault:
    """One fault. at: seconds after the run's start, not before. seconds: how long it lasts.

    failpoint, nth: where in the target it strikes; None: at once. nth of a mistake: at which fact.
    """

    at: float
    kind: str
    target: str
    failpoint: str | None = None
    nth: int = 0
    seconds: float = 0.0

    @property
    def component(self) -> str:
        """What is broken by it: one fault at a time is. The end of one backend ends all."""
        return "postgres" if self.kind == "kill-backend" else self.target


@dataclass(frozen=True)
class _Card:
    """What a fault is before it has a time. weight: how often it comes beyond the first time."""

    kind: str
    targets: tuple[str, ...]
    weight: int
    failpoints: tuple[str | None, ...] = (None,)
    lasting: bool = False


_DECK = (
    _Card("kill-service", SERVICES, 30),
    *(
        _Card("kill-service", SERVICES if point in _READING else PUBLISHING, 4, (point,))
        for point in FAILPOINTS
    ),
    _Card("kill-postmaster", ("postgres",), 3),
    _Card("kill-backend", SERVICES, 4),
    _Card("kill-broker", ("kafka",), 3),
    _Card("kill-migration", ("postgres",), 1, ("in-migration",)),
    _Card("kill-rebuild", ("postgres",), 1, ("in-rebuild",)),
    _Card("zombie", TWICE, 5, (None, *_ASLEEP), lasting=True),
    _Card("broker-away", ("kafka",), 1, lasting=True),
    _Card("database-away", ("postgres",), 1, lasting=True),
    _Card("cut", PUBLISHING, 6),
    _Card("clock-back", SERVICES, 2, lasting=True),
    _Card("mistake-in-reaction", ("intake", "referral", "followup"), 2, lasting=True),
    _Card("mistake-in-projection", ("reporting",), 2, lasting=True),
    _Card("mistake-in-publishing", PUBLISHING, 2, lasting=True),
    _Card("disk-full", ("postgres", "kafka"), 1, lasting=True),
)
DECK_SIZE = len(_DECK)
"""So many faults, and each kind has had its turn."""


def schedule(
    seed: int, seconds: float, *, every: float = 3.0, away: float = 8.0
) -> tuple[Fault, ...]:
    """Faults for a run of so many seconds: each kind at least once, then by weight.

    every: seconds from one to the next, on average. away: how long what goes away stays away.
    """
    chance = Random(f"faults/{seed}")  # noqa: S311 - a schedule, not a secret
    count = max(1, int((seconds - _QUIESCING_SECONDS) / every))
    weights = [card.weight for card in _DECK]
    first = chance.sample(_DECK, len(_DECK))
    faults: list[Fault] = []
    for n in range(count):
        card = first[n] if n < len(first) else chance.choices(_DECK, weights)[0]
        at = round(_QUIESCING_SECONDS + (n + 0.4 * chance.random()) * every, 2)
        recent = [fault.target for fault in faults[-_RECENT:]]
        fresh = [target for target in card.targets if target not in recent]
        target = chance.choice(fresh or card.targets)
        faults.append(_fault(chance, card, at, target, away))
    return tuple(faults)


def _fault(chance: Random, card: _Card, at: float, target: str, away: float) -> Fault:
    failpoint, mistaken = chance.choice(card.failpoints), card.kind in MISTAKES
    return Fault(
        at,
        card.kind,
        target,
        failpoint,
        chance.randint(1, 2 if failpoint in _RARE else 6) if failpoint or mistaken else 0,
        _lasting(card.kind, away) if card.lasting else 0.0,
    )


def _lasting(kind: str, away: float) -> float:
    """A zombie sleeps longer than its session; a full disk is found and mended sooner."""
    briefly = dict.fromkeys(MISTAKES, 5.0)
    return {"zombie": 9.0, "disk-full": 3.0, "clock-back": 6.0, **briefly}.get(kind, away)
