"""One thing broken at a time: in clocks, and in what they do."""

from datetime import datetime, timedelta
from typing import Any

from tests.faults.breaks_on_the_log import Break, forget
from tests.faults.checker.rows import Fact
from tests.faults.small_life import FIRST, GRANTED, LATE_CASE, TAKEN
from tests.faults.small_world import COMMISSION, OFFICE, REFERRAL, World, named


def late(world: World, name: str, n: int = 0, **said: Any) -> Fact:
    """The late case's fact of this name, the first but n, that says this."""
    facts = (fact for facts in world.facts.values() for fact in facts)
    found = [
        fact
        for fact in facts
        if fact.correlation == LATE_CASE
        and fact.name == name
        and said.items() <= fact.payload.items()
    ]
    return found[n]


def reclocked(world: World, fact: Fact, **clock: Any) -> None:
    """A fact tells of a clock that is otherwise; what is None is not told."""
    told = {**fact.payload["clock"], **clock}
    known = {name: value for name, value in told.items() if value is not None}
    world.change_payload(fact.id, clock=known)


def moved_by(world: World, fact: Fact, **by: float) -> None:
    """All that a clock does comes so much later."""
    clock = fact.payload["clock"]
    names = ("due_at", "remind_at", "escalate_at", "coordinate_at", "expires_at")
    later = {
        name: (datetime.fromisoformat(clock[name]) + timedelta(**by)).isoformat()
        for name in names
        if name in clock
    }
    reclocked(world, fact, **later)


def request(world: World, referral: str = FIRST) -> Fact:
    return late(world, "referral-requested", referral_id=referral)


def early(world: World, name: str, n: int = 0) -> None:
    """A clock did something an hour before its time."""
    fact = late(world, name, n)
    before = datetime.fromisoformat(fact.happened_at) - timedelta(hours=1)
    world.change(fact.id, happened_at=before.isoformat())


def without_a_clock(world: World) -> None:
    """The request of the third says nothing of a clock."""
    fact = request(world, TAKEN)
    payload = {name: value for name, value in fact.payload.items() if name != "clock"}
    world.change(fact.id, payload=payload)


def stays_silent(world: World) -> None:
    """The first is neither escalated nor expires, nor is it offered again."""
    ends = ("referral-escalated", "referral-expired-unacknowledged")
    facts = world.facts["referral"]
    facts[:] = [f for f in facts if not (f.name in ends and f.correlation == LATE_CASE)]


def reminded_twice(world: World) -> None:
    """What told the sender reminds once more."""
    fact = late(world, "referral-escalated")
    payload = late(world, "referral-reminded").payload
    world.change(fact.id, name="referral-reminded", payload=payload)


def heard(world: World) -> Fact:
    """What followup has of the holiday."""
    return next(f for f in world.facts["followup"] if f.name == "holiday-heard")


def told(world: World, name: str) -> Fact:
    """What the clock of a follow-up said."""
    return late(world, f"follow-up-{name}")


def spoke(world: World, name: str, **before: float) -> None:
    """The clock of a follow-up spoke so much earlier."""
    fact = told(world, name)
    moment = datetime.fromisoformat(fact.happened_at) - timedelta(**before)
    world.change(fact.id, happened_at=moment.isoformat())


def spoke_twice(world: World) -> None:
    """What told the sender reminds whoever follows up once more."""
    payload = {**told(world, "reminded").payload, "next_at": told(world, "escalated").payload}
    payload["next_at"] = payload["next_at"]["next_at"]
    world.change(told(world, "escalated").id, name="follow-up-reminded", payload=payload)


def acted_meanwhile(world: World) -> None:
    """Whoever follows up had spoken with the person just before it was reminded."""
    fact = told(world, "clock-set")
    payload = {"referral_id": GRANTED, "channel": "telephone"}
    world.change(fact.id, stream=GRANTED, version=2, name="contact-recorded", payload=payload)


def later_by(world: World, name: str, member: str, **days: float) -> None:
    """The clock of a follow-up says another moment."""
    fact = told(world, name)
    moment = datetime.fromisoformat(fact.payload[member]) + timedelta(**days)
    world.change_payload(fact.id, **{member: moment.isoformat()})


IN_TIME: dict[str, tuple[Break, ...]] = {
    "every-referral-that-waits-has-a-clock": (
        without_a_clock,
        lambda world: reclocked(
            world, request(world), expires_at=request(world).payload["clock"]["remind_at"]
        ),
    ),
    "clocks-do-what-they-say-once": (
        lambda world: early(world, "referral-reminded"),
        lambda world: early(world, "referral-escalated", 1),
        lambda world: early(world, "referral-expired-unacknowledged"),
        reminded_twice,
        lambda world: forget(world, late(world, "referral-escalated", 1).id),
        lambda world: forget(world, late(world, "referral-reminded").id),
        lambda world: world.change(late(world, "referral-reminded").id, role="caseworker"),
        lambda world: world.change(
            late(world, "referral-escalated").id, causation=f"referral:{named('other')}:1"
        ),
        lambda world: world.change_payload(
            late(world, "referral-escalated").id, referral_id=REFERRAL
        ),
    ),
    "no-clock-is-forgotten": (stays_silent,),
    "every-message-was-acted-on-once": (
        lambda world: forget(world, heard(world).id),
        lambda world: world.change_payload(heard(world).id, day="2026-03-19"),
        lambda world: world.change_payload(heard(world).id, is_holiday=False),
        lambda world: world.change(heard(world).id, causation=request(world).id),
    ),
    "clocks-are-what-the-calendar-gives": (
        lambda world: moved_by(world, request(world), days=1),
        lambda world: moved_by(world, request(world), seconds=1),
        lambda world: moved_by(world, late(world, "clock-moved"), days=-1),
        lambda world: reclocked(world, request(world), started_at="2026-03-01T15:00:00+00:00"),
        lambda world: reclocked(world, request(world), calendar="GT-01"),
        lambda world: world.change_payload(late(world, "clock-moved").id, because=["2026-03-19"]),
        lambda world: forget(
            world, next(f.id for f in world.facts["referral"] if f.name == "holiday-added")
        ),
    ),
    "follow-ups-clocks-speak-once": (
        lambda world: world.change_payload(heard(world).id, day="2026-04-01"),
        lambda world: spoke(world, "reminded", days=2),
        lambda world: spoke(world, "escalated", days=2),
        lambda world: spoke(world, "clock-set", days=-30),
        spoke_twice,
        acted_meanwhile,
        lambda world: later_by(world, "reminded", "due_at", days=-1),
        lambda world: later_by(world, "clock-set", "due_at", days=1),
        lambda world: later_by(world, "reminded", "next_at", days=-1),
        lambda world: later_by(world, "escalated", "next_at", days=1),
        lambda world: forget(world, told(world, "reminded").id),
        lambda world: world.change_payload(told(world, "reminded").id, whom=OFFICE),
        lambda world: world.change_payload(told(world, "escalated").id, whom=COMMISSION),
        lambda world: world.change(
            late(world, "follow-up-opened", referral_id=GRANTED).id, name="follow-up-revoked"
        ),
    ),
}
"""By rule: what breaks it."""
