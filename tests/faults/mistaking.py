"""Has a program fail on one fact for a while, and installs the version that does not."""

import subprocess
import threading
from contextlib import suppress
from types import MappingProxyType

import psycopg

from tests.embedded_processes import eventually
from tests.faults.fleet import Slot
from tests.faults.operating import failed_on, parked
from tests.faults.schedules import MISTAKES, Fault
from tests.faults.test_bed import Stage

_FOUND_WITHIN = 12.0
_READY_WITHIN = 40.0
_WHERE = MappingProxyType({kind: kind.removeprefix("mistake-in-") for kind in MISTAKES})


class Mistaking:
    """One mistake after another, each mended as an operator does: an upgrade, then a replay."""

    def __init__(self, stage: Stage, stopping: threading.Event) -> None:
        self._stage, self._stopping = stage, stopping

    def make(self, fault: Fault) -> bool:
        """Make a mistake about the nth fact from now on; returns whether it came by."""
        slot = self._stage.fleet.slots[f"{fault.target}-0"]
        before = len(slot.failed_on)
        slot.order(mistake=_WHERE[fault.kind], nth_fact=fault.nth)
        eventually(lambda: len(slot.failed_on) > before, seconds=_FOUND_WITHIN)
        if len(slot.failed_on) == before:
            slot.order(mistake="")
            return False
        line = self._stage.fault(fault.kind, fault.target, fact=slot.failed_on[-1])
        self._stopping.wait(fault.seconds)
        self._upgraded(slot)
        self._stage.mended(line, slot.name)
        with suppress(psycopg.Error, subprocess.TimeoutExpired):  # later: the operator's rounds
            for message in failed_on(self._stage.installation, fault.target):
                parked(self._stage.installation, "replay", message, "--service", fault.target)
        return True

    def _upgraded(self, slot: Slot) -> None:
        """Another process, whose program makes no mistake."""
        slot.order(mistake="")
        since = slot.since
        self._stage.fleet.kill(slot.name)
        eventually(lambda: slot.since > since and slot.alive, seconds=_READY_WITHIN)
