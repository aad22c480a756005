"""Steers a run towards the failpoints that it has not reached yet.

A schedule is drawn before the run, and whether a process passes an armed failpoint within its time
is up to the load and to what else is broken. So once a failpoint was missed, or every kind of fault
has had its turn, a kill that would show nothing new becomes one at a failpoint still missing: at
its first pass, in a service that comes by there soonest, with both servers there and work provoked.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

from tests.faults.failpoints import ALL_FAILPOINTS
from tests.faults.schedules import DECK_SIZE, Fault

_PROGRAMS = MappingProxyType({"in-migration": "kill-migration", "in-rebuild": "kill-rebuild"})
_WRITING = ("intake", "referral")
_READING = ("referral", "reporting")
_TARGETS = MappingProxyType(
    {
        **dict.fromkeys(ALL_FAILPOINTS, _WRITING),
        **dict.fromkeys(("in-process", "after-process"), _READING),
        **dict.fromkeys(_PROGRAMS, ("postgres",)),
    }
)
"""Where each failpoint is passed as soon as somebody registers a case: which can be provoked."""


class Steering:
    """Which failpoints were reached and missed so far, and what a fault should rather be."""

    def __init__(self) -> None:
        self.reached: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self._begun = 0
        self._turns: Counter[str] = Counter()
        self._guard = threading.Lock()

    def at(self, failpoint: str | None, *, reached: bool) -> None:
        """Note how a fault at a failpoint went."""
        if failpoint is not None:
            with self._guard:
                (self.reached if reached else self.missed)[failpoint] += 1

    @property
    def wanted(self) -> list[str]:
        """The failpoints not reached that are due, those that were missed least often first."""
        due = [one for one in ALL_FAILPOINTS if not self.reached[one]]
        if self._begun < DECK_SIZE:
            due = [one for one in due if self.missed[one]]
        return sorted(due, key=lambda one: self.missed[one])

    def steered(self, fault: Fault, is_well: Callable[[str], bool]) -> Fault:
        """Return the fault to carry out now instead of this one, or this one.

        is_well: whether a component could be broken now.
        """
        with self._guard:
            self._begun += 1
            if not self._shows_nothing_new(fault):
                return fault
            for failpoint in self.wanted:
                well = [target for target in _TARGETS[failpoint] if is_well(target)]
                if well:
                    self._turns[failpoint] += 1
                    kind = _PROGRAMS.get(failpoint, "kill-service")
                    target = well[self._turns[failpoint] % len(well)]
                    return replace(fault, kind=kind, target=target, failpoint=failpoint, nth=1)
        return fault

    def _shows_nothing_new(self, fault: Fault) -> bool:
        """Whether it is a kill at no failpoint, or at one that was reached."""
        kills = fault.kind in {"kill-service", *_PROGRAMS.values()}
        return kills and (fault.failpoint is None or bool(self.reached[fault.failpoint]))
