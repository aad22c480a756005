"""A small life to be broken: it opens, is noted, closes, and opens again."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from shared.kernel.decider import Command
from shared.kernel.fields import Coded
from shared.kernel.life import STAYS, Life, Relation, Transition
from shared.kernel.refusals import Missing
from shared.kernel.roles import SYSTEM
from shared.kernel.text import Text
from shared.kernel.value import Value

# A small life: opened by a reaction, worked on, closed, perhaps opened again.


class NotFound(Missing):
    code: ClassVar[str] = "not-found"
    text: ClassVar[Text] = Text("No existe.", "There is none.")


class Open(Command, kw_only=True):
    institution: str


class Note(Command, kw_only=True):
    channel: Annotated[str, Coded("contact_channels")]


class Close(Command, kw_only=True):
    outcome: Annotated[str, Coded("outcome_kinds")]


class Reopen(Command, kw_only=True):
    pass


class Opened(Value):
    institution: str


class Noted(Value):
    channel: str


class Closed(Value):
    outcome: str


class Reopened(Value):
    pass


class NotOpen(Value):
    pass


class IsOpen(Value):
    status: ClassVar[str] = "open"
    opening: Opened
    notes: int = 0

    @property
    def institution(self) -> str:
        return self.opening.institution


class IsClosed(Value):
    status: ClassVar[str] = "closed"
    before: IsOpen
    outcome: str

    @property
    def institution(self) -> str:
        return self.before.institution

    @property
    def opening(self) -> Opened:
        return self.before.opening

    @property
    def notes(self) -> int:
        return self.before.notes


def counted(state: IsOpen, fact: Noted) -> IsOpen:
    del fact
    return IsOpen(state.opening, state.notes + 1)


FOLLOWER = Relation("follower", of=lambda one, _: one.institution)
OPEN = Transition(Open, by=SYSTEM, from_=NotOpen, fact=Opened, to=IsOpen)
NOTE = Transition(Note, by=FOLLOWER, from_=IsOpen, fact=Noted, to=STAYS, evolve=counted)
CLOSE = Transition(Close, by=FOLLOWER, from_=IsOpen, fact=Closed, to=IsClosed)
REOPEN = Transition(Reopen, by=FOLLOWER, from_=IsClosed, fact=Reopened, to=IsOpen)
TABLE = (OPEN, NOTE, CLOSE, REOPEN)
REFUSALS = {NotOpen: NotFound()}


def load(
    *table: Transition,
    commands: Any = Open | Note | Close | Reopen,
    facts: Any = Opened | Noted | Closed | Reopened,
    statuses: Any = IsOpen | IsClosed,
    refusals: Mapping[Any, Any] = REFUSALS,
) -> Life[Value]:
    return Life(
        table or TABLE,
        start=NotOpen(),
        commands=commands,
        facts=facts,
        statuses=statuses,
        status_list="follow_up_statuses",
        refusals=refusals,
    )


def written(transition: Transition, **changes: Any) -> Transition:
    """The same transition, but for this."""
    fields = {name: getattr(transition, name) for name in transition.__struct_fields__}
    return Transition(**{**fields, **changes})


# --- what loads -----------------------------------------------------------------------------


def folded(life: Life[Value], *facts: Value) -> Value:
    state = life.start
    for fact in facts:
        state = life.evolve(state, fact)
    return state


def closing_or_noting(command: Close, state: IsOpen, known: object) -> tuple[Noted | Closed, ...]:
    del known
    noted = (Noted("email"),)
    return noted if state.notes == 0 else (*noted, Closed(command.outcome))
