"""Starts a real service with failpoints, a clock that can be stepped, and a bug if one is planted.

``python -m tests.faults.service referral --host 127.0.0.1 --port 8082``; the environment says what
else: TEST_CANALIZA_CONTROL names a file of JSON, looked at all the time, as in ``{"failpoint":
"before-commit", "nth": 3, "deed": "kill", "clock": -3600, "mistake": "reaction", "nth_fact": 2}``;
next to it, ``.fired`` gets a line when the process dies at a failpoint, and ``.raised`` one when
the mistake has found its fact. TEST_CANALIZA_BUG names bugs of ``tests.faults.bugs``, one or more.
"""

import json
import os
import sys
import threading
import time
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from shared.kernel import clock
from tests.faults import failpoints

CONTROL, BUG = "TEST_CANALIZA_CONTROL", "TEST_CANALIZA_BUG"
_LOOK_SECONDS = 0.02
_ORPHANED = 3


class SteppingClock:
    """The one clock, ahead of or behind the machine's by as much as the control file says."""

    def __init__(self) -> None:
        self._real = clock.now
        self.step = timedelta(0)

    def install(self) -> None:
        """Be ``shared.kernel.clock.now``, before any module has taken it from there."""
        holders = [
            name
            for name, module in list(sys.modules.items())
            if module is not clock and vars(module).get("now") is self._real
        ]
        if holders:
            raise failpoints.SeamMoved(f"imported before its clock was replaced: {holders}")
        clock.now = self._now

    def _now(self) -> Any:
        return self._real() + self.step


class Control:
    """The file that says what is to happen here."""

    def __init__(
        self, path: Path, stepping: SteppingClock, switch: failpoints.Switch, mistake: Any
    ) -> None:
        """mistake: a ``raising.Mistake``, whose module is imported late."""
        self._path, self._clock, self._switch, self._mistake = path, stepping, switch, mistake
        self._seen = ""

    def obey(self) -> None:
        """Carry out what the file says, if it says something new."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        if text == self._seen:
            return
        self._seen, order = text, json.loads(text)
        self._clock.step = timedelta(seconds=order.get("clock", 0))
        self._mistake.plant(order.get("mistake", ""), order.get("nth_fact", 1))
        self._switch.arm(order.get("failpoint", ""), order.get("nth", 0), order.get("deed", "kill"))

    def watch(self) -> None:
        """Obey for ever, and end with whoever started us."""
        parent = os.getppid()
        while os.getppid() == parent:
            self.obey()
            time.sleep(_LOOK_SECONDS)
        os._exit(_ORPHANED)


def prepare() -> failpoints.Switch:
    """Install clock, failpoints and bug in this process, and start to watch the control file."""
    stepping = SteppingClock()
    stepping.install()
    path = Path(os.environ[CONTROL])
    switch = failpoints.Switch(path.with_suffix(".fired"))
    raising = import_module("tests.faults.raising")
    mistake = raising.Mistake(path.with_suffix(".raised"))
    import_module("tests.faults.seams").install(switch, _plant, raising.seams(mistake))
    control = Control(path, stepping, switch, mistake)
    control.obey()
    threading.Thread(target=control.watch, name="control", daemon=True).start()
    return switch


def _plant() -> None:
    for bug in os.environ.get(BUG, "").split():
        import_module("tests.faults.bugs").plant(bug)


def main() -> None:
    name = sys.argv.pop(1)
    prepare()
    wiring = import_module(f"services.{name}.wiring")
    run = import_module("shared.service.run")
    run.main(wiring.SERVICE)


if __name__ == "__main__":
    main()
