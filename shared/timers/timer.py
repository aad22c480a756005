"""What a timer is, and what a service says of its own: when each is set, and what it does."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.decider import Command, Decider
from shared.kernel.record import Recorded
from shared.kernel.value import Value


class SetTimer(Value):
    """The timer is due then, whenever it was due before.

    kind, key: which one: of what kind, and for what, such as an id or an institution's code.
    """

    kind: str
    key: str
    due_at: datetime


class CancelTimer(Value):
    """The timer is not due any more; nothing happens if there is none."""

    kind: str
    key: str


class SetForEach(Value):
    """For each timer of one kind, one of another kind with the same key is due then.

    So a fact that touches many things has each of them looked at, without naming them: those that
    were set by the facts before it, and those that are set on the same page.
    """

    of_kind: str
    kind: str
    due_at: datetime


Change = SetTimer | CancelTimer | SetForEach


class Timer(Value):
    """A timer that is due. cause: the id of the fact that set it. institution: whose act it was."""

    kind: str
    key: str
    due_at: datetime
    cause: str
    institution: str


class TimedCommand(Value):
    """What a timer does when it is due: a command to one of the service's own streams.

    correlation: what its facts are about, such as an institution's code. Whether there is still
    anything to do is the rules' to say: they answer without facts if there is not.
    """

    decider: Decider[Any]
    stream: UUID
    command: Command
    correlation: str


class TimerRules(Value, eq=False):
    """The timers of one service.

    facts: the stored names of the facts that set or cancel any; no others are read. changes: what
    such a fact does. fire: gives the command of a timer that is due at this moment.
    """

    facts: Collection[str]
    changes: Callable[[Recorded], Iterable[Change]]
    fire: Callable[[Timer, datetime], TimedCommand]
