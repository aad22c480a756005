"""What the driver remembers of its own accepted commands, for whoever repeats them or reads."""

import threading
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.faults.commands import Command

_DRAWS = 40


@dataclass(slots=True)
class Answered:
    """A command that was accepted. at: monotonic seconds. tries: how often it has been sent."""

    command: Command
    stream: str
    version: int
    at: float
    tries: int


@dataclass(slots=True)
class KnownCase:
    """A case as its commands show it. concerned: the institutions that had to do with it."""

    case_id: str
    concerned: set[str] = field(default_factory=set)
    referrals: list[str] = field(default_factory=list)
    commands: set[str] = field(default_factory=set)


class Remembered:
    """Every accepted command, oldest first, and the cases that they are about. For threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._answered: list[Answered] = []
        self._moments: list[float] = []
        self._versions: dict[str, int] = {}
        self._cases: dict[str, KnownCase] = {}
        self._names: list[str] = []

    def note(self, one: Answered, referral_id: str | None = None) -> None:
        """Remember a command. referral_id: of the referral that it made."""
        with self._guard:
            place = bisect_right(self._moments, one.at)
            self._answered.insert(place, one)
            self._moments.insert(place, one.at)
            self._versions[one.stream] = max(one.version, self._versions.get(one.stream, 0))
            self._note_case(one, referral_id)

    def moved_on(self, one: Answered) -> bool:
        """Whether something was accepted in its stream since."""
        return self._versions[one.stream] > one.version

    def drawn(self, chance: Random, before: float) -> Sequence[Answered]:
        """Some of those that were answered before a moment, least often sent first."""
        with self._guard:
            count = bisect_right(self._moments, before)
            drawn = [self._answered[chance.randrange(count)] for _ in range(_DRAWS if count else 0)]
        return sorted(drawn, key=lambda one: one.tries)

    def case(self, chance: Random) -> KnownCase | None:
        """Any case; None while there is none."""
        with self._guard:
            return self._cases[chance.choice(self._names)] if self._names else None

    def most_told(self, count: int) -> list[KnownCase]:
        """The cases about which the most different things were said."""
        with self._guard:
            cases = sorted(self._cases.values(), key=lambda c: (-len(c.commands), c.case_id))
        return cases[:count]

    def _note_case(self, one: Answered, referral_id: str | None) -> None:
        command = one.command
        case_id = one.stream if command.command == "register-case" else command.case_id
        if case_id is None:
            return
        if case_id not in self._cases:
            self._cases[case_id] = KnownCase(case_id)
            self._names.append(case_id)
        case = self._cases[case_id]
        case.commands.add(command.command)
        case.concerned.add(command.institution)
        if referral_id is not None:
            case.referrals.append(referral_id)
            case.concerned.add(str(command.body["to"]))
