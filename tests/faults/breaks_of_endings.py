"""One thing broken at a time: in how referrals, follow-ups and cases end."""

from dataclasses import replace

from tests.faults.breaks_on_the_log import Break, forget
from tests.faults.checker.rows import Fact
from tests.faults.small_world import CASE, COMMISSION, REFERRAL, STRANGER, World, named


def fact_of(world: World, name: str) -> Fact:
    """The first case's last fact of this name."""
    return next(f for f in reversed(world.facts["referral"]) if f.name == name)


def made_again(world: World) -> Fact:
    """The first case's request that makes again what fell."""
    facts = (f for f in world.facts["referral"] if f.correlation == CASE)
    return next(f for f in facts if f.payload.get("replaces"))


def an_offer_stays_open(world: World) -> None:
    """The acceptance of the transfer forgot what else was offered; nothing follows it."""
    fallen = fact_of(world, "referral-superseded")
    facts = world.facts["referral"]
    facts[:] = [f for f in facts if f.stream != fallen.stream or f.version < fallen.version]


def superseded_later(world: World) -> None:
    world.change(fact_of(world, "referral-superseded").id, causation=f"command:{named('later')}")


def superseded_by_another(world: World) -> None:
    world.change_payload(fact_of(world, "referral-superseded").id, by=REFERRAL)


def made_again_of_nothing(world: World) -> None:
    world.change_payload(fact_of(world, "referral-withdrawn").id, referral_id=REFERRAL)
    request = made_again(world)
    world.change_payload(request.id, replaces=REFERRAL)


def made_again_elsewhere(world: World) -> None:
    request = made_again(world)
    world.change_payload(request.id, addressee=COMMISSION)


def made_again_twice(world: World) -> None:
    request = made_again(world)
    twice = {**request.payload, "referral_id": named("twice")}
    end = fact_of(world, "case-closed")
    facts = world.facts["referral"]
    facts.append(replace(request, payload=twice, version=99, position=end.position + 99))


def closed_by_a_former_custodian(world: World) -> None:
    world.change(fact_of(world, "case-closed").id, institution=COMMISSION)


def closing_names_another(world: World) -> None:
    world.change_payload(fact_of(world, "case-closed").id, custodian=COMMISSION)


def closed_with_another_class(world: World) -> None:
    world.change_payload(fact_of(world, "case-closed").id, outcome_class="neutral")


def closed_twice(world: World) -> None:
    forget(world, fact_of(world, "case-reopened").id)


def closed_while_one_waits(world: World) -> None:
    forget(world, fact_of(world, "referral-withdrawn").id)


def referred_while_closed(world: World) -> None:
    closed = fact_of(world, "case-closed")
    request = made_again(world)
    late = {**request.payload, "referral_id": named("late"), "replaces": None}
    late_request = replace(request, payload=late, version=99, position=closed.position + 99)
    world.facts["referral"].append(late_request)


def revoked_by_its_addressee(world: World) -> None:
    world.change(fact_of(world, "referral-revoked").id, institution=STRANGER)


def transfer_revoked(world: World) -> None:
    """The share was a transfer, which stayed where it was."""
    revoked = fact_of(world, "referral-revoked").payload["referral_id"]
    request = next(
        f
        for f in world.facts["referral"]
        if f.name == "referral-requested" and f.payload["referral_id"] == revoked
    )
    world.change_payload(request.id, kind="transfer")


def worked_on_after_revocation(world: World) -> None:
    """Followup did not hear of the revocation, and the work went on."""
    facts = world.facts["followup"]
    revoked = next(f for f in facts if f.name == "follow-up-revoked")
    contact = {**revoked.payload, "channel": "telephone"}
    facts.append(
        replace(
            revoked, name="contact-recorded", payload=contact, version=3, position=len(facts) + 9
        )
    )


def revocation_not_heard(world: World) -> None:
    facts = world.facts["followup"]
    facts[:] = [fact for fact in facts if fact.name != "follow-up-revoked"]


def closing_not_heard(world: World) -> None:
    facts = world.facts["referral"]
    facts[:] = [fact for fact in facts if fact.name != "referral-closed"]


def closed_for_another_reason(world: World) -> None:
    closed = next(fact for fact in world.facts["referral"] if fact.name == "referral-closed")
    world.change(closed.id, causation=f"followup:{named('nobody')}:1")


def reopened_instead(world: World) -> None:
    closed = next(fact for fact in world.facts["referral"] if fact.name == "referral-closed")
    world.change(closed.id, name="referral-reopened")


OF_ENDINGS: dict[str, tuple[Break, ...]] = {
    "offers-end-when-custody-moves": (
        an_offer_stays_open,
        superseded_later,
        superseded_by_another,
    ),
    "what-is-offered-again-had-ended": (
        made_again_of_nothing,
        made_again_elsewhere,
        made_again_twice,
    ),
    "only-the-custodian-ends-a-case": (
        closed_by_a_former_custodian,
        closing_names_another,
        closed_with_another_class,
        closed_twice,
        closed_while_one_waits,
        referred_while_closed,
        revoked_by_its_addressee,
        transfer_revoked,
    ),
    "follow-ups-follow-their-life": (worked_on_after_revocation,),
    "every-message-was-acted-on-once": (revocation_not_heard,),
    "referrals-go-the-way-of-their-follow-ups": (
        closing_not_heard,
        closed_for_another_reason,
        reopened_instead,
    ),
}
"""By rule: what breaks it."""
