"""Points at which a process can be made to die: which there are, the switch, and what a seam is.

Production code is wrapped from outside (``tests.faults.seams``): it has no hook, so the switch
costs nothing there.

The bus commit that others' consumers make is, in ours, the commit of the transaction that stores
facts and place together; nothing is committed to the broker. So "after the consumer's transaction,
before the bus commit" is ``after-process``: committed, and not yet read on.
"""

import inspect
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FAILPOINTS = (
    "after-decide",
    "before-commit",
    "in-group-commit",
    "after-commit-before-answer",
    "after-send-before-acknowledgement",
    "after-acknowledgement-before-place",
    "in-process",
    "after-process",
)
"""Those of a service."""
ALL_FAILPOINTS = (*FAILPOINTS, "in-migration", "in-rebuild")
"""With those of programs that an operator runs."""


class SeamMoved(Exception):
    """Production code no longer has the method that a failpoint wraps."""


@dataclass
class Armed:
    """What is to happen in this process. nth: at which pass from now on; 0: never."""

    failpoint: str = ""
    nth: int = 0
    deed: str = "kill"


class Switch:
    """Which failpoint is armed here. Anybody may arm; the first that comes to its nth pass dies."""

    def __init__(self, fired: Path) -> None:
        """fired: a file that gets a line just before this process dies at a failpoint."""
        self._fired = fired
        self._armed = Armed()
        self._guard = threading.Lock()

    def arm(self, failpoint: str, nth: int, deed: str) -> None:
        """Have this process killed (or stopped, where deed is ``stop``) at the nth pass."""
        if failpoint and failpoint not in FAILPOINTS:
            raise ValueError(failpoint)
        with self._guard:
            self._armed = Armed(failpoint, nth, deed)

    def is_armed(self, failpoint: str) -> bool:
        """Whether the process is to die there sooner or later."""
        return self._armed.failpoint == failpoint

    def passing(self, failpoint: str) -> None:
        """Say that the process is there now. It may be the last thing it does."""
        if self._armed.failpoint != failpoint:
            return
        with self._guard:
            self._armed.nth -= 1
            due = self._armed.failpoint == failpoint and self._armed.nth == 0
            if due:
                self._armed.failpoint = ""
        if due:
            with self._fired.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"failpoint": failpoint, "pid": os.getpid()}) + "\n")
            number = signal.SIGSTOP if self._armed.deed == "stop" else signal.SIGKILL
            os.kill(os.getpid(), number)
            if number == signal.SIGKILL:
                time.sleep(60)  # a signal to oneself may take a moment: nothing happens after it


@dataclass(frozen=True)
class Seam:
    """A method of production code. parameters: those it must take; around: what wraps it."""

    owner: type
    name: str
    parameters: str
    around: Callable[..., Any]

    def check(self) -> None:
        """Raise SeamMoved unless the method is there and takes what the wrapper counts on."""
        original = inspect.getattr_static(self.owner, self.name, None)
        seam = f"{self.owner.__qualname__}.{self.name}"
        if not inspect.isfunction(original):
            raise SeamMoved(seam)
        parameters = inspect.signature(original).parameters
        required = [name for name, one in parameters.items() if one.default is one.empty]
        if required != self.parameters.split():
            raise SeamMoved(f"{seam}({' '.join(required)})")

    def wrap(self) -> None:
        """Replace the method by ``around(method, self, ...)``."""
        original, around = getattr(self.owner, self.name), self.around

        def wrapper(self: Any, *args: Any, **named: Any) -> Any:
            return around(original, self, *args, **named)

        setattr(self.owner, self.name, wrapper)
