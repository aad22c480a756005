"""Where production code is wrapped so that a service dies at its failpoints.

Each seam is a method with the parameters that its wrapper counts on. Where one has moved, the
service does not start. To be imported once the clock has been replaced, and not before.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from shared.eventstore.recorder import GapFreeRecorder
from shared.eventstore.writer import Receipt, Writer
from shared.messaging.inbox import DatabaseInbox, Inbox
from shared.messaging.relay import Relay
from tests.faults.failpoints import Seam, Switch

_GATHER_SECONDS = 0.15


def install(
    switch: Switch, plant: Callable[[], None] = lambda: None, more: Sequence[Seam] = ()
) -> None:
    """Check every seam, plant a bug if there is one, and wrap. Raises SeamMoved."""
    seams = [*_deciding(switch), *_appending(switch), *_relaying(switch), *_taking(switch), *more]
    for seam in seams:
        seam.check()
    plant()
    for seam in seams:
        seam.wrap()


def _deciding(switch: Switch) -> list[Seam]:
    def decide(original: Any, self: Any, session: Any, one: Any) -> Any:
        answer = original(self, session, one)
        if isinstance(answer, Receipt) and answer.facts:
            switch.passing("after-decide")
        return answer

    def append_batch(original: Any, self: Any, session: Any, waiting: Any) -> Any:
        if session.events:
            switch.passing("before-commit")
        race = original(self, session, waiting)
        if race is None and session.events:
            switch.passing("after-commit-before-answer")
        return race

    return [
        Seam(Writer, "_decide", "self session one", decide),
        Seam(Writer, "_append", "self session waiting", append_batch),
    ]


def _appending(switch: Switch) -> list[Seam]:
    def serve(original: Any, self: Any, batch: Any) -> Any:
        if switch.is_armed("in-group-commit"):
            time.sleep(_GATHER_SECONDS)  # so that the next batch has more than one command
        return original(self, batch)

    def append(  # noqa: PLR0913, PLR0917 - as it is there
        original: Any, self: Any, curs: Any, events: Any, commands: Any = (), leans: Any = ()
    ) -> Any:
        if switch.is_armed("in-group-commit") and len(commands) > 1 and events:
            # Production appends in one go, which commits itself: no command lies between its
            # execution and its commit. An explicit transaction makes that moment last.
            curs.execute("BEGIN")
            original(self, curs, events, commands, leans)
            switch.passing("in-group-commit")
            curs.execute("ROLLBACK")
        return original(self, curs, events, commands, leans)

    return [
        Seam(Writer, "serve", "self batch", serve),
        Seam(GapFreeRecorder, "append", "self curs events", append),
    ]


def _relaying(switch: Switch) -> list[Seam]:
    def acknowledge(original: Any, self: Any, sent: Any) -> Any:
        if sent.futures:
            switch.passing("after-send-before-acknowledgement")
        return original(self, sent)

    def move(original: Any, self: Any, moves: Any) -> Any:
        if any(before.source == "relay" and before.partition >= 0 for before, _ in moves):
            switch.passing("after-acknowledgement-before-place")
        return original(self, moves)

    return [
        Seam(Relay, "_acknowledge", "self sent", acknowledge),
        Seam(Inbox, "move", "self moves", move),
    ]


def _taking(switch: Switch) -> list[Seam]:
    def move(original: Any, self: Any, curs: Any, moves: Any) -> Any:
        done = original(self, curs, moves)
        if moves and moves[0][0].source != "relay":
            switch.passing("in-process")
        return done

    def process(original: Any, self: Any, moves: Any, *args: Any, **named: Any) -> Any:
        done = original(self, moves, *args, **named)
        if moves:
            switch.passing("after-process")
        return done

    return [
        Seam(DatabaseInbox, "_move", "self curs moves", move),
        Seam(Inbox, "process", "self moves streams work", process),
    ]
