"""Ways to break the rules of the directory and of folios, one at a time."""

from tests.faults.breaks_on_the_log import ACCEPTED, Break, forget
from tests.faults.small_world import COMMISSION, OFFICE, OTHER, STRANGER, World


def suspended_before_it(world: World) -> None:
    """The addressee's last fact before the referral says that it is suspended."""
    world.change(world.facts["referral"][1].id, name="institution-suspended", role="steward")


def handed_on_by_a_stranger(world: World) -> None:
    """Custody is assigned, and not accepted, by an institution."""
    assigned = {"custodian": COMMISSION, "previous_custodian": OFFICE, "reason": "custodian-closed"}
    world.change(ACCEPTED, name="custody-assigned", payload=assigned)


def corrected_for_another(world: World) -> None:
    """An institution's administrator corrects the entry of another."""
    entry = world.facts["referral"][0].id
    world.change(entry, name="institution-corrected", role="administrator", institution=STRANGER)


def same_name(world: World) -> None:
    entries = [fact for fact in world.facts["referral"] if fact.name == "institution-registered"]
    name = str(entries[0].payload["name"]).upper().replace("Ó", "O")
    world.change_payload(entries[1].id, name=name)


OF_THE_DIRECTORY: dict[str, tuple[Break, ...]] = {
    "referrals-go-to-who-can-take-them": (
        suspended_before_it,
        lambda world: forget(world, world.facts["referral"][1].id),
        lambda world: world.change_payload(world.facts["referral"][0].id, programmes=["mecal"]),
        lambda world: world.change_payload(
            world.facts["referral"][1].id, until="2020-01-01T00:00:00+00:00"
        ),
        handed_on_by_a_stranger,
    ),
    "the-directory-is-kept-by-who-may": (
        lambda world: world.change(world.facts["referral"][0].id, role="administrator"),
        lambda world: world.change(world.facts["referral"][1].id, role="steward"),
        corrected_for_another,
    ),
    "no-two-institutions-have-one-name": (same_name,),
    "folios-are-unique-and-check": (
        lambda world: world.change_payload(f"intake:{OTHER}:1", folio="CHH-FQ1-968-951-H"),
        lambda world: world.change_payload(f"intake:{OTHER}:1", folio="CHH-FQ1-968-951-J"),
        lambda world: world.change_payload(f"intake:{OTHER}:1", folio="CHH-FQ1-968-95-1H"),
    ),
}
"""By rule."""
