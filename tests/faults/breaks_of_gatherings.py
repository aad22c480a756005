"""Ways to break the rules of networks, regions and commissions, one at a time."""

from tests.faults.breaks_of_agreements import fact_of
from tests.faults.breaks_on_the_log import Break, forget
from tests.faults.small_world import OFFICE, STRANGER, World


def joined(world: World) -> str:
    return fact_of(world, "network-joined").id


def seated(world: World) -> str:
    return fact_of(world, "member-seated").id


def twice(world: World) -> None:
    """The one member leaves, by another name: it joins again instead, on a day before."""
    left = fact_of(world, "network-left")
    payload = fact_of(world, "network-joined").payload
    world.change(left.id, name="network-joined", payload=dict(payload))


OF_GATHERINGS: dict[str, tuple[Break, ...]] = {
    "gatherings-are-kept-by-who-may": (
        lambda world: world.change(fact_of(world, "network-formed").id, role="caseworker"),
        lambda world: world.change(fact_of(world, "region-defined").id, role="administrator"),
        lambda world: world.change(joined(world), role="administrator", institution=STRANGER),
        lambda world: world.change(
            fact_of(world, "network-left").id, role="administrator", institution=OFFICE
        ),
        lambda world: world.change(seated(world), institution=STRANGER),
        lambda world: world.change(seated(world), role="delegate"),
    ),
    "members-are-in-once-at-a-time": (
        twice,
        lambda world: world.change_payload(joined(world), institution_version=1),
        lambda world: world.change_payload(joined(world), institution="nadie-1"),
        lambda world: forget(world, fact_of(world, "network-formed").id),
        lambda world: forget(world, joined(world)),
        lambda world: world.change_payload(fact_of(world, "network-left").id, until="2026-01-01"),
    ),
}
"""By rule."""
