"""Every aggregate, command, fact and refusal is walked over; what is not is named."""

from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from typing_extensions import override

from services.followup.amounts import AmountTooFine
from services.followup.followup import ContactRecorded
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.value import Value
from tests.unit.machines.drawn_commands import CannotDraw, Draws
from tests.unit.machines.followup_walk import FollowUpWalk
from tests.unit.machines.test_walks import MACHINES
from tests.unit.machines.walking import Walk
from tests.unit.machines.whole_system import (
    STORED,
    commands,
    given_by,
    refusals_of_aggregates,
    unheard,
    unwalked,
    unwalked_facts,
)
from tests.walks import tries

OTHERS = [machine for machine in MACHINES if machine is not FollowUpWalk]


def test_every_aggregate_is_walked_over() -> None:
    assert unwalked(MACHINES) == set()
    assert unwalked(OTHERS) == {"services.followup.life"}


def test_every_stored_fact_is_met_on_a_walk() -> None:
    assert unwalked_facts(MACHINES, STORED) == set()
    assert unwalked_facts(OTHERS, [ContactRecorded]) == {"ContactRecorded"}


def test_every_refusal_of_an_aggregate_is_heard_on_a_walk() -> None:
    assert unheard(MACHINES, refusals_of_aggregates()) == set()
    assert unheard(OTHERS, refusals_of_aggregates()) >= {"AmountTooFine", "FollowUpNotOpened"}
    assert AmountTooFine in refusals_of_aggregates()


def test_every_command_is_given_by_a_route_or_a_reaction() -> None:
    nobodys = {
        command.__name__
        for command, service in commands().items()
        if command not in given_by(service)
    }
    assert nobodys == set()


def test_a_command_that_nobody_can_give_would_be_named() -> None:
    assert PutOnHold not in given_by("followup")
    assert set(commands()) <= set().union(*map(given_by, set(commands().values())))


# --- a new command, in a toy aggregate --------------------------------------------------------


class PutOnHold(Command, kw_only=True):
    reason: str


class Resume(Command, kw_only=True):
    """Needs no draws: it has no field of its own."""


class Held(Value):
    reason: str


def decide(command: PutOnHold | Resume, state: int) -> Decision:
    del state
    return (Held(command.reason),) if isinstance(command, PutOnHold) and command.reason else ()


class Toy:
    """What a walk over holding has, but for what its commands hold."""

    service = "intake"
    decider: ClassVar[Decider[int]] = Decider(nothing=0, decide=decide, evolve=lambda n, _: n + 1)
    vocabulary = Vocabulary({"held": Held})


def test_a_new_command_is_submitted_without_a_move_of_its_own() -> None:
    class HoldingWalk(Toy, Walk):
        draws: ClassVar[Draws] = {"reason": st.just("")}

        @override
        def agrees(self) -> None:
            """Nothing is held: no reason is given."""

    run_state_machine_as_test(HoldingWalk, settings=tries(20))
    assert HoldingWalk.met.keys() == {"PutOnHold", "Resume"}
    assert HoldingWalk.never_met(whole=True) == {"held"}


def test_a_new_commands_field_that_cannot_be_drawn_is_named() -> None:
    with pytest.raises(CannotDraw, match=r"PutOnHold\.reason"):
        type("HoldingWalk", (Toy, Walk), {})
