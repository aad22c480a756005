"""A mistake in a program, at one fact: whatever touches that fact raises, until it is mended.

Which fact it is turns out as the run goes: the nth that passes by. It is noted beside the control
file, so that a process that is started again makes the same mistake about the same fact.
"""

import json
import threading
from pathlib import Path
from typing import Any

from shared.kernel.ids import fact_id
from shared.messaging.reacting import PendingMessage, Reader
from shared.service.service import ServiceDefinition
from tests.faults.failpoints import Seam

REACTION, PROJECTION, PUBLISHING = "reaction", "projection", "publishing"


class Planted(RuntimeError):
    """The program's mistake."""


class Mistake:
    """At most one mistake in this process."""

    def __init__(self, note: Path) -> None:
        """note: a file that gets a line once it is known which fact it is about."""
        self._note = note
        self._guard = threading.Lock()
        self._where, self._left, self._fact = "", 0, ""

    def plant(self, where: str, nth: int) -> None:
        """Make it at the nth fact that passes there from now on; an empty ``where`` mends it."""
        with self._guard:
            if where == self._where:
                return
            self._where, self._left = where, nth
            self._fact = self._noted() if where else ""
            if not where:
                self._write()

    def is_about(self, where: str, fact: str) -> bool:
        """Whether the program fails on this fact there."""
        if self._where != where:
            return False
        with self._guard:
            if not self._fact:
                self._left -= 1
                if self._left > 0:
                    return False
                self._fact = fact
                self._write()
            return self._fact == fact

    def _noted(self) -> str:
        """The fact that a process before this one has failed on, if it was not mended since."""
        lines = self._note.read_text(encoding="utf-8").splitlines() if self._note.exists() else []
        last = json.loads(lines[-1]) if lines else {}
        return str(last.get("fact", "")) if last.get("where") == self._where else ""

    def _write(self) -> None:
        with self._note.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"where": self._where, "fact": self._fact}) + "\n")


def seams(mistake: Mistake) -> list[Seam]:
    """The methods in which a program may fail on a fact."""

    def find_reactions(original: Any, self: Any, reader: Any) -> Any:
        done = original(self, reader)
        if self.event is not None and mistake.is_about(REACTION, self.event.id):
            raise Planted
        return done

    def write_rows(original: Any, self: Any, context: Any, read: Any) -> Any:
        for event in read if self.project is not None else ():
            if mistake.is_about(PROJECTION, event.id):
                context.rows.append(lambda curs: curs.execute("SELECT 1 / 0"))
        return original(self, context, read)

    def translate(original: Any, self: Any, recorded: Any) -> Any:
        done = original(self, recorded)
        name = fact_id(self.name, recorded.stream, recorded.version)
        if done is not None and mistake.is_about(PUBLISHING, name):
            raise Planted
        return done

    return [
        Seam(PendingMessage, "find_reactions", "self reader", find_reactions),
        Seam(Reader, "write_rows", "self context read", write_rows),
        Seam(ServiceDefinition, "translate", "self recorded", translate),
    ]
