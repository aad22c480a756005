"""What follows from a life's table: decisions, and what is remembered of them."""

from typing import Annotated, ClassVar

from shared.kernel.decider import Command
from shared.kernel.fields import AttributeOf, Coded
from shared.kernel.life import STAYS, Relation, Transition
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.value import Value
from tests.personas import AT, OFFICE
from tests.unit.kernel.small_life import (
    CLOSE,
    FOLLOWER,
    NOTE,
    OPEN,
    REFUSALS,
    REOPEN,
    TABLE,
    Close,
    Closed,
    IsClosed,
    IsOpen,
    Note,
    Noted,
    NotOpen,
    Open,
    Opened,
    Reopen,
    Reopened,
    closing_or_noting,
    folded,
    load,
    written,
)


def test_the_table_loads_and_is_remembered_as_it_says() -> None:
    opening = Opened(OFFICE.institution)
    opened = IsOpen(opening, notes=2)
    life = load()
    assert folded(life, opening, Noted("email"), Noted("email")) == opened
    closed = folded(life, opening, Noted("email"), Noted("email"), Closed("other"))
    assert closed == IsClosed(opened, "other")
    assert life.evolve(closed, Reopened()) == opened


def test_a_fact_that_does_not_change_the_status_leaves_it_as_it_is() -> None:
    life = load(OPEN, written(NOTE, evolve=None), CLOSE, REOPEN)
    opened = folded(life, Opened("a"))
    assert life.evolve(opened, Noted("email")) is opened
    assert life.evolve(life.start, Noted("email")) is life.start


def test_a_reaction_may_be_declared_to_add_nothing_where_there_is_nothing() -> None:
    class Void(Command, kw_only=True):
        pass

    class Voided(Value):
        pass

    class InError(Value):
        status: ClassVar[str] = "entered-in-error"

    life = load(
        *TABLE,
        Transition(Void, by=SYSTEM, from_=IsOpen | IsClosed, fact=Voided, to=InError),
        commands=(Open, Note, Close, Reopen, Void),
        facts=(Opened, Noted, Closed, Reopened, Voided),
        statuses=(IsOpen, IsClosed, InError),
        refusals={**REFUSALS, (Void, NotOpen): ()},
    )
    system = OFFICE.__class__("canaliza", "system", "reaction")
    assert life.decide(Void(by=system, at=AT), life.start, None) == ()


def test_a_rule_may_choose_between_facts_that_lead_to_different_statuses() -> None:
    choosing = written(CLOSE, fact=closing_or_noting, to={Noted: STAYS, Closed: IsClosed})
    life = load(OPEN, written(NOTE, evolve=None), choosing, REOPEN)
    close = Close(by=OFFICE, at=AT, outcome="other")
    opening = Opened(OFFICE.institution)
    assert life.decide(close, IsOpen(opening), None) == (Noted("email"),)
    assert life.decide(close, IsOpen(opening, 1), None) == (Noted("email"), Closed("other"))


def test_several_relations_may_give_a_command() -> None:
    sender = Relation("sender", of=lambda _, known: known)
    life = load(OPEN, written(NOTE, by=(FOLLOWER, sender)), CLOSE, REOPEN)
    note = Note(by=OFFICE, at=AT, channel="email")
    opened = IsOpen(Opened("another"))
    assert life.decide(note, opened, OFFICE.institution) == (Noted("email"),)
    assert life.decide(note, IsOpen(Opened(OFFICE.institution)), "x") == (Noted("email"),)
    no = life.decide(note, opened, "x")
    assert isinstance(no, Refusal)
    assert no.sentence("en").endswith("to do: Follower, Sender.")


def test_a_fact_of_a_code_that_may_be_left_out_keeps_what_its_list_says_if_it_is_there() -> None:
    class Rate(Command, kw_only=True):
        outcome: Annotated[str | None, Coded("outcome_kinds")] = None

    class Rated(Value):
        outcome: str | None
        outcome_class: Annotated[str | None, AttributeOf("outcome", "class")]

    life = load(
        *TABLE,
        Transition(Rate, by=FOLLOWER, from_=IsOpen, fact=Rated, to=STAYS),
        commands=(Open, Note, Close, Reopen, Rate),
        facts=(Opened, Noted, Closed, Reopened, Rated),
    )
    opened = IsOpen(Opened(OFFICE.institution))
    assert life.decide(Rate(by=OFFICE, at=AT), opened, None) == (Rated(None, None),)
    rate = Rate(by=OFFICE, at=AT, outcome="placement")
    assert life.decide(rate, opened, None) == (Rated("placement", "favourable"),)


def test_a_field_that_nothing_has_may_be_set_by_the_table() -> None:
    class Ended(Value):
        status: ClassVar[str] = "closed"
        outcome: str
        final: bool
        last: Closed

        @property
        def institution(self) -> str:
            return "x"

    ending = written(CLOSE, to=Ended, sets={"final": True})
    life = load(
        OPEN,
        NOTE,
        ending,
        commands=(Open, Note, Close),
        facts=(Opened, Noted, Closed),
        statuses=IsOpen | Ended,
    )
    ended = folded(life, Opened("a"), Closed("other"))
    assert ended == Ended("other", final=True, last=Closed("other"))


# --- what does not --------------------------------------------------------------------------
