"""Ways to break the rules of agreements, services and documents, one at a time."""

from tests.faults.breaks_on_the_log import Break, forget
from tests.faults.checker.rows import Fact
from tests.faults.small_directory import EXPIRED, GONE, IN_FORCE, KEPT, OVERRIDE, SERVICE
from tests.faults.small_world import COMMISSION, OFFICE, OTHER, REFERRAL, STRANGER, THIRD, World


def fact_of(world: World, name: str, **payload: str) -> Fact:
    """The first fact of referral's that is called so and says this."""
    return next(
        fact
        for fact in world.facts["referral"]
        if fact.name == name and payload.items() <= fact.payload.items()
    )


def requested(world: World, referral: str) -> str:
    return fact_of(world, "referral-requested", referral_id=referral).id


def without_one(world: World) -> None:
    """A referral between two that have had an agreement names none."""
    nothing = {"agreement_id": None, "agreement_version": None}
    world.change_payload(requested(world, REFERRAL), **nothing)


def suspended_before(world: World) -> None:
    """The last signature is a suspension: the agreement was never in force."""
    last = fact_of(world, "agreement-signed", agreement_id=IN_FORCE, institution=COMMISSION)
    said = {"agreement_id": IN_FORCE, "institution": OFFICE, "reason": "other", "on": "2026-02-01"}
    world.change(last.id, name="agreement-suspended", payload=said)


def about_other_services(world: World) -> None:
    drafted = fact_of(world, "agreement-drafted", agreement_id=IN_FORCE)
    world.change_payload(drafted.id, services=["shelter"])


def between_others(world: World) -> None:
    drafted = fact_of(world, "agreement-drafted", agreement_id=IN_FORCE)
    world.change_payload(drafted.id, parties=[OFFICE, STRANGER])


def ended_before(world: World) -> None:
    drafted = fact_of(world, "agreement-drafted", agreement_id=IN_FORCE)
    world.change_payload(drafted.id, valid_until="2026-05-01")


def overridden(world: World) -> str:
    return fact_of(world, "agreement-overridden").id


def by_the_same_person(world: World) -> None:
    """Who overrode the agreement refers."""
    world.change(requested(world, THIRD), subject="token-2")


def used_twice(world: World) -> None:
    second = fact_of(world, "referral-requested", referral_id=REFERRAL)
    last = fact_of(world, "referral-requested", referral_id=THIRD)
    world.change(second.id, stream=last.stream, version=99)
    moved = next(fact for fact in world.facts["referral"] if fact.version == 99)
    world.change_payload(moved.id, override_id=OVERRIDE)


OF_AGREEMENTS: dict[str, tuple[Break, ...]] = {
    "referrals-lean-on-agreements-in-force": (
        without_one,
        suspended_before,
        about_other_services,
        between_others,
        ended_before,
        lambda world: world.change_payload(requested(world, REFERRAL), agreement_version=2),
        lambda world: world.change_payload(requested(world, REFERRAL), agreement_id=EXPIRED),
        lambda world: world.change_payload(requested(world, THIRD), override_id=None),
        lambda world: forget(
            world,
            fact_of(world, "agreement-signed", agreement_id=IN_FORCE, institution=COMMISSION).id,
        ),
    ),
    "overrides-are-a-second-persons": (
        by_the_same_person,
        used_twice,
        lambda world: world.change(overridden(world), role="caseworker"),
        lambda world: world.change(overridden(world), institution=COMMISSION),
        lambda world: world.change_payload(overridden(world), subject="token-3"),
        lambda world: world.change_payload(overridden(world), addressee=COMMISSION),
        lambda world: world.change(overridden(world), happened_at="2026-04-01T15:00:00+00:00"),
        lambda world: world.change_payload(requested(world, THIRD), override_id=OTHER),
    ),
    "services-are-kept-by-their-owner": (
        lambda world: world.change(fact_of(world, "capacity-stated").id, institution=OFFICE),
        lambda world: world.change(fact_of(world, "service-listed").id, role="caseworker"),
        lambda world: world.change_payload(fact_of(world, "capacity-stated").id, places_free=3),
        lambda world: world.change_payload(
            fact_of(world, "service-listed", service_id=SERVICE).id, institution=OFFICE
        ),
    ),
    "erased-documents-stay-erased": (
        lambda world: world.documents.add(GONE),
        lambda world: world.documents.discard(KEPT),
        lambda world: world.change(
            fact_of(world, "document-erased").id,
            name="document-added",
            payload={"document_id": GONE},
        ),
    ),
}
"""By rule."""
