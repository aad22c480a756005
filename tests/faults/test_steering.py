"""A run is steered towards the failpoints that it has not reached, and towards nothing else."""

import pytest

from tests.faults.failpoints import ALL_FAILPOINTS, FAILPOINTS
from tests.faults.schedules import DECK_SIZE, Fault, schedule
from tests.faults.steering import Steering

MISSED = "after-send-before-acknowledgement"
ANY = Fault(1.0, "kill-service", "followup")


def well(_: str) -> bool:
    """Nothing is broken just now."""
    return True


def all_but(steering: Steering, *missing: str) -> None:
    """Every failpoint has been reached, except these."""
    for failpoint in ALL_FAILPOINTS:
        if failpoint not in missing:
            steering.at(failpoint, reached=True)


def test_nothing_is_steered_while_every_kind_of_fault_has_its_first_turn() -> None:
    steering = Steering()
    assert [steering.steered(ANY, well) for _ in range(DECK_SIZE - 1)] == [ANY] * (DECK_SIZE - 1)
    assert steering.steered(ANY, well).failpoint in ALL_FAILPOINTS


def test_a_failpoint_that_was_missed_is_tried_again_at_once_at_its_first_pass() -> None:
    steering = Steering()
    steering.at(MISSED, reached=False)
    steered = steering.steered(ANY, well)
    assert (steered.kind, steered.failpoint, steered.nth) == ("kill-service", MISSED, 1)
    assert steered.at == ANY.at


def test_once_it_is_reached_the_schedule_is_left_alone() -> None:
    steering = Steering()
    steering.at(MISSED, reached=False)
    steering.at(MISSED, reached=True)
    assert steering.steered(ANY, well) is ANY
    assert steering.wanted == []


def test_one_that_never_had_a_turn_is_due_once_every_kind_had_one() -> None:
    steering = Steering()
    all_but(steering, "in-process")
    for _ in range(DECK_SIZE):
        steering.steered(ANY, well)
    assert steering.wanted == ["in-process"]
    assert steering.steered(ANY, well).target in {"referral", "reporting"}


def test_those_missed_least_often_come_first_and_each_target_has_its_turn() -> None:
    steering = Steering()
    for failpoint in ("in-process", MISSED, MISSED):
        steering.at(failpoint, reached=False)
    assert steering.wanted == ["in-process", MISSED]
    targets = {steering.steered(ANY, well).target for _ in range(2)}
    assert targets == {"referral", "reporting"}


def test_a_target_that_is_broken_is_not_broken_again() -> None:
    steering = Steering()
    steering.at("in-process", reached=False)
    assert steering.steered(ANY, lambda one: one != "reporting").target == "referral"
    assert steering.steered(ANY, lambda _: False) is ANY


def test_programs_of_an_operator_are_killed_as_programs() -> None:
    steering = Steering()
    steering.at("in-migration", reached=False)
    steered = steering.steered(ANY, well)
    assert (steered.kind, steered.target) == ("kill-migration", "postgres")


@pytest.mark.parametrize("kind", ["zombie", "kill-broker", "cut", "disk-full"])
def test_a_fault_that_is_no_kill_of_a_process_is_never_another(kind: str) -> None:
    steering = Steering()
    steering.at(MISSED, reached=False)
    fault = Fault(1.0, kind, "referral")
    assert steering.steered(fault, well) is fault


def test_a_kill_at_a_failpoint_not_reached_yet_stays_what_it_is() -> None:
    steering = Steering()
    steering.at(MISSED, reached=False)
    fresh = Fault(1.0, "kill-service", "intake", "before-commit", 3)
    assert steering.steered(fresh, well) is fresh
    steering.at("before-commit", reached=True)
    assert steering.steered(fresh, well).failpoint == MISSED


@pytest.mark.parametrize("stubborn", FAILPOINTS)
def test_thirty_minutes_hold_many_tries_of_one_that_is_hard_to_reach(stubborn: str) -> None:
    steering = Steering()
    tries = 0
    for fault in schedule(4242, 1_800, every=4.0, away=60.0):
        steered = steering.steered(fault, well)
        tries += steered.failpoint == stubborn
        steering.at(steered.failpoint, reached=steered.failpoint != stubborn)
    assert tries > 100
    assert steering.wanted == [stubborn]
