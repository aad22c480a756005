"""One thing broken at a time: in what is drafted, offered again, declined, delivered, linked."""

from typing import Any

from tests.faults.breaks_in_time import late, request
from tests.faults.breaks_on_the_log import Break, forget
from tests.faults.checker.rows import Fact
from tests.faults.small_life import FIRST, LEFT, NEXT, TAKEN
from tests.faults.small_world import COMMISSION, OFFICE, STRANGER, World, named


def consent(world: World, referral: str, **said: Any) -> None:
    """A request tells of another consent."""
    fact = request(world, referral)
    world.change_payload(fact.id, consent={**fact.payload["consent"], **said})


def of_programme(world: World, name: str) -> Fact:
    """The rule of a programme that is called so."""
    return next(fact for fact in world.facts["referral"] if fact.name == name)


def by_itself(world: World) -> None:
    """What the system offers again goes to who let it expire."""
    world.change_payload(request(world, NEXT).id, addressee=COMMISSION)


def for_no_reason(world: World) -> None:
    """The system offers again in a command of its own."""
    world.change(request(world, NEXT).id, causation=late(world, "referral-reminded").id)


def opened_again(world: World) -> None:
    """A link is opened by the same secret once more."""
    received = late(world, "referral-acknowledged", referral_id=LEFT)
    opened = late(world, "link-opened")
    world.change(received.id, name="link-opened", payload=opened.payload)


def let_in_two(world: World) -> None:
    """Two who showed the secret of a link got a session for it."""
    link = late(world, "link-opened").payload["link_id"]
    for _ in range(2):
        world.line("opened", link=link, status=201)


def shown(world: World, link: str, *, times: int) -> None:
    """Somebody who asked for a link was shown this one so often."""
    line = next(each for each in world.lines if each["what"] == "ask")
    line = {name: value for name, value in line.items() if name not in {"n", "t"}}
    body = {"link_id": link, "secret": None}
    for n in range(times):
        world.line(**{**line, "ask": "a link", "try": n})
        world.line("answer", **{"ask": "a link", "try": n, "status": 201, "body": body})


def let_in_unseen(world: World) -> None:
    """Somebody got a session, and the log knows of no opening."""
    link = late(world, "link-withdrawn").payload["link_id"]
    world.line("opened", link=link, status=201)


def unconfirmed(world: World) -> None:
    """A decline takes effect that was not proposed again."""
    forget(world, late(world, "decline-proposed", 1).id)
    world.change(late(world, "referral-declined").id, institution=STRANGER)


def rated_too_early(world: World) -> None:
    """The next rates its sender instead of waiting for room."""
    rating = {**late(world, "counterpart-rated").payload, "referral_id": NEXT}
    said = {**rating, "institution": STRANGER, "counterpart": OFFICE}
    world.change(late(world, "referral-waitlisted").id, name="counterpart-rated", payload=said)


def not_delivered(world: World) -> None:
    """Nobody says that the last was delivered, nor answers it."""
    for name in ("referral-delivered", "referral-acknowledged", "referral-cancelled-by-person"):
        forget(world, late(world, name, referral_id=LEFT).id)


def enrolment_not_stated(world: World) -> None:
    """The share was for an assessment only, and nobody says what was found."""
    forget(world, late(world, "enrolment-stated").id)
    world.change_payload(late(world, "follow-up-opened").id, kind="assessment")


def the_person_only(world: World) -> None:
    """The provider's word was the person's."""
    fact = late(world, "delivery-confirmed")
    world.change_payload(fact.id, confirmer="person")


def taken_by_the_provider(world: World) -> None:
    """The person's word was taken by whoever follows up."""
    fact = late(world, "delivery-confirmed", 1)
    world.change(fact.id, institution=COMMISSION)


OF_OFFERS: dict[str, tuple[Break, ...]] = {
    "drafts-become-what-they-say": (
        lambda world: world.change(late(world, "referral-drafted").id, institution=STRANGER),
        lambda world: world.change_payload(late(world, "referral-drafted").id, kind="transfer"),
        lambda world: world.change(
            late(world, "referral-delivered").id,
            name="draft-discarded",
            payload={"referral_id": FIRST, "reason": "other"},
            role="caseworker",
            institution=STRANGER,
        ),
    ),
    "transfers-are-asked-for-and-granted": (
        lambda world: world.change(late(world, "transfer-requested").id, institution=STRANGER),
        lambda world: world.change(late(world, "transfer-granted").id, institution=COMMISSION),
        lambda world: world.change_payload(
            late(world, "transfer-granted").id, request_id=named("another")
        ),
        lambda world: world.change_payload(
            late(world, "transfer-granted").id, granted=named("another")
        ),
        lambda world: world.change_payload(
            late(world, "transfer-granted").id, institution=STRANGER
        ),
        lambda world: forget(world, late(world, "transfer-requested").id),
    ),
    "everybody-is-told-when-custody-moves": (
        lambda world: forget(world, late(world, "custody-announced").id),
        lambda world: world.change_payload(late(world, "custody-announced").id, institutions=[]),
        lambda world: world.change_payload(late(world, "custody-announced").id, custodian=OFFICE),
    ),
    "what-is-offered-again-had-ended": (
        by_itself,
        for_no_reason,
        lambda world: forget(world, late(world, "referral-declined").id),
        lambda world: world.change_payload(request(world, TAKEN).id, services=["shelter"]),
        lambda world: world.change_payload(request(world, TAKEN).id, replaces=FIRST),
    ),
    "cases-go-to-whom-the-consent-names": (
        lambda world: consent(world, NEXT, recipients=[COMMISSION]),
        lambda world: consent(world, NEXT, services=["shelter"]),
        lambda world: consent(world, FIRST, recipients=[COMMISSION]),
        lambda world: consent(world, NEXT, until="2026-03-24"),
    ),
    "declines-are-confirmed-where-that-is-asked": (
        lambda world: world.change(late(world, "referral-declined").id, institution=STRANGER),
        lambda world: world.change(late(world, "decline-sent-back").id, institution=OFFICE),
        lambda world: world.change_payload(late(world, "decline-proposed").id, coordinator=OFFICE),
        lambda world: world.change_payload(late(world, "referral-declined").id, reason="other"),
        lambda world: forget(world, of_programme(world, "decline-confirmation-required").id),
        unconfirmed,
    ),
    "programmes-are-ruled-by-stewards": (
        lambda world: world.change(
            of_programme(world, "coordinator-appointed").id, role="administrator"
        ),
    ),
    "links-are-opened-once-by-who-was-asked": (
        opened_again,
        let_in_two,
        let_in_unseen,
        lambda world: shown(world, named("no link"), times=1),
        lambda world: shown(world, late(world, "link-issued").payload["link_id"], times=2),
        lambda world: forget(world, late(world, "link-withdrawn").id),
        lambda world: world.change(late(world, "link-issued").id, institution=STRANGER),
        lambda world: world.change_payload(
            late(world, "link-issued").id, expires_at="2026-05-01T00:00:00+00:00"
        ),
        lambda world: world.change(
            late(world, "link-opened").id, happened_at="2026-04-20T00:00:00+00:00"
        ),
        lambda world: world.change(
            late(world, "referral-acknowledged", referral_id=LEFT).id, subject="link-0"
        ),
        lambda world: world.change_payload(request(world, LEFT).id, kind="transfer"),
        lambda world: world.change(
            late(world, "referral-acknowledged", referral_id=LEFT).id,
            name="loop-closed",
        ),
    ),
    "sides-rate-each-other-once": (
        lambda world: world.change(late(world, "counterpart-rated", 1).id, institution=OFFICE),
        lambda world: world.change(late(world, "counterpart-rated").id, institution=STRANGER),
        lambda world: world.change_payload(
            late(world, "counterpart-rated").id, counterpart=STRANGER
        ),
        rated_too_early,
        lambda world: world.change(late(world, "loop-closed").id, institution=COMMISSION),
        lambda world: world.change(
            late(world, "referral-cancelled-by-person").id, institution=STRANGER
        ),
    ),
    "outcomes-are-confirmed-by-both": (
        the_person_only,
        taken_by_the_provider,
        lambda world: forget(world, late(world, "outcome-confirmed").id),
        lambda world: world.change(late(world, "delivery-confirmed").id, institution=STRANGER),
        lambda world: world.change_payload(late(world, "service-completed").id, delivered=[]),
    ),
    "assessments-say-what-they-found": (enrolment_not_stated,),
    "referrals-go-the-way-of-their-follow-ups": (
        lambda world: forget(world, late(world, "referral-scheduled").id),
        lambda world: world.change(late(world, "referral-started").id, name="referral-failed"),
    ),
    "referrals-are-delivered-with-their-previews": (
        not_delivered,
        lambda world: world.change_payload(late(world, "referral-delivered").id, referral_id=TAKEN),
    ),
}
"""By rule: what breaks it."""
