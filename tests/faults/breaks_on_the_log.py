"""One thing broken at a time: in the answers, the logs, and custody in them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from tests.faults.small_world import (
    CASE,
    COMMISSION,
    OFFICE,
    OTHER,
    REFERRAL,
    STRANGER,
    World,
    named,
)

Break = Callable[[World], Any]
ACCEPTED, REQUESTED = f"referral:{CASE}:4", f"referral:{CASE}:2"
LATE, TURNED, HEARD = (f"intake:{CASE}:{version}" for version in (3, 4, 5))
ADOPTION, REQUEST, REJECTION = (f"intake:{CASE}:{version}" for version in (7, 8, 9))
OPENED = f"followup:{REFERRAL}:1"
CONTACT_CORRECTED, OUTCOME_CORRECTED = f"followup:{REFERRAL}:6", f"followup:{REFERRAL}:7"


def of_command(world: World, fact: str) -> tuple[str, Any]:
    """The command, and its kept receipt, that a fact follows from."""
    kept = world.commands[fact.partition(":")[0]]
    return next((c, r) for c, r in kept.items() if fact in r["facts"])


def submission_of(world: World, fact: str) -> dict[str, Any]:
    """The ledger's line of the submission that led to a fact."""
    _, receipt = of_command(world, fact)
    answer = next(line for line in world.lines if line.get("body") == receipt)
    return next(
        line for line in world.lines if line["what"] == "ask" and line["ask"] == answer["ask"]
    )


def again(world: World, fact: str, **answer: Any) -> None:
    """Submit again what led to a fact, and be answered otherwise."""
    submission = submission_of(world, fact)
    world.line(**{**submission, "try": 2})
    first = next(n for n in world.lines if n["what"] == "answer" and n["ask"] == submission["ask"])
    world.line(**{**first, "try": 2, **answer})


def forget(world: World, fact: str) -> None:
    """Lose a fact of the log."""
    facts = world.facts[fact.partition(":")[0]]
    facts.remove(next(each for each in facts if each.id == fact))


def forget_command(world: World) -> None:
    command, _ = of_command(world, ACCEPTED)
    del world.commands["referral"][command]


def no_receipt(world: World) -> None:
    """What was acknowledged about the first case is kept with another version."""
    command, receipt = of_command(world, ACCEPTED)
    world.commands["referral"][command] = {**receipt, "version": 9}


def recorded_otherwise(world: World) -> None:
    submission_of(world, REQUESTED)["body"] = {"to": COMMISSION, "priority": "urgent"}


def submitted_by_another(world: World) -> None:
    world.change(REQUESTED, institution=STRANGER)


def done_twice(world: World) -> None:
    command, receipt = of_command(world, f"followup:{REFERRAL}:2")
    world.change(f"followup:{REFERRAL}:3", causation=f"command:{command}")
    assert receipt["facts"] == [f"followup:{REFERRAL}:2"]


def claimed_twice(world: World) -> None:
    _, receipt = of_command(world, ACCEPTED)
    world.commands["referral"][named("another")] = receipt


def two_receipts(world: World) -> None:
    _, receipt = of_command(world, ACCEPTED)
    again(world, ACCEPTED, body={**receipt, "version": receipt["version"] + 1})


def other_bytes(world: World) -> None:
    again(world, ACCEPTED, digest="b4d")


def later_version(world: World) -> None:
    """Long after, once the stream had moved on, the same receipt comes with today's version."""
    again(world, ACCEPTED, late="moved-on", etag='"9"')


def other_place(world: World) -> None:
    again(world, ACCEPTED, late="restarted", location="/elsewhere")


def refused_after_its_receipt(world: World) -> None:
    again(world, ACCEPTED, status=409, body={"code": "not-now"})


def refused_but_done(world: World) -> None:
    """The one answer that an acceptance ever got was no."""
    submission_id = submission_of(world, ACCEPTED)["ask"]
    answer = next(n for n in world.lines if n["what"] == "answer" and n["ask"] == submission_id)
    answer.update(status=409, body={"code": "not-now"})


def refused_after_it_was_done(world: World) -> None:
    """An answer was lost; later facts were acknowledged; then the same command was refused."""
    submission_id = submission_of(world, f"followup:{REFERRAL}:2")["ask"]
    answer = next(n for n in world.lines if n["what"] == "answer" and n["ask"] == submission_id)
    answer.update(status=None, body=None)
    first = next(n for n in world.lines if n["what"] == "ask" and n["ask"] == submission_id)
    world.line(**{**first, "try": 2})
    world.line("answer", **{"ask": submission_id, "try": 2, "status": 409, "body": {"code": "no"}})


def never_submitted(world: World) -> None:
    submission_id = submission_of(world, ACCEPTED)["ask"]
    world.lines = [line for line in world.lines if line.get("ask") != submission_id]


def swapped(world: World) -> None:
    """Two positions of followup's log were committed the other way round."""
    fact = world.facts["followup"][2]
    assert fact.committed is not None
    world.change(fact.id, committed=fact.committed - timedelta(hours=1))


def swapped_by_its_own_words(world: World) -> None:
    """The same, where the database does not keep when a transaction was committed."""
    facts = world.facts["followup"]
    facts[:] = [replace(fact, committed=None) for fact in facts]
    world.change(facts[0].id, recorded_at="2026-05-04T18:00:00+00:00")


def of_another_hour(world: World) -> None:
    world.change(OPENED, recorded_at="2026-05-04T14:00:00+00:00")


def two_custodians(world: World) -> None:
    world.change_payload(ACCEPTED, previous_custodian=STRANGER)


def custody_stays(world: World) -> None:
    world.change_payload(ACCEPTED, custodian=OFFICE)


def share_that_moves(world: World) -> None:
    world.change_payload(REQUESTED, kind="share")
    world.change_payload(ACCEPTED, kind="share")


def referred_by_another(world: World) -> None:
    world.change_payload(REQUESTED, sender=STRANGER)


def never_taken_up(world: World) -> None:
    forget(world, f"referral:{CASE}:1")


def accepted_by_a_stranger(world: World) -> None:
    world.change(ACCEPTED, institution=STRANGER)


def own_referral(world: World) -> None:
    world.change_payload(REQUESTED, addressee=OFFICE)


def accepted_twice(world: World) -> None:
    first = next(fact for fact in world.facts["referral"] if fact.id == ACCEPTED)
    again_ = replace(first, version=99, position=len(world.facts["referral"]) + 1)
    world.facts["referral"].append(again_)


def two_at_once(world: World) -> None:
    """The declined referral was never declined, and the next goes to the same addressee."""
    world.facts["referral"] = [
        fact for fact in world.facts["referral"] if fact.name != "referral-declined"
    ]
    world.change_payload(f"referral:{OTHER}:6", addressee=COMMISSION)


def another_request(world: World) -> None:
    world.change_payload(ACCEPTED, sender=STRANGER)


def answered_in_part_only(world: World) -> None:
    """Two topics were asked about, and the answer about one says that nothing is left."""
    asked, answered = f"referral:{OTHER}:3", f"referral:{OTHER}:4"
    world.change(asked, name="information-requested")
    world.change_payload(asked, topics=["consent", "payslips"])
    world.change(answered, name="information-answered")
    world.change_payload(answered, topics=["consent"])


def listed_again(world: World) -> None:
    """The addressee's entry was corrected just before the referral, which names the one before."""
    entry, reached = world.facts["referral"][:2]
    otherwise: dict[str, Any] = {"name": "institution-corrected", "role": "steward"}
    corrected = replace(reached, version=3, payload=entry.payload, **otherwise)
    world.facts["referral"].append(corrected)


def corrected_by_another(world: World) -> None:
    world.change(f"intake:{CASE}:2", institution=STRANGER)


def voided_by_another(world: World) -> None:
    world.change(LATE, name="case-entered-in-error", institution=STRANGER)


def rejected_by_another(world: World) -> None:
    world.change(REJECTION, institution=OFFICE)


def never_turned(world: World) -> None:
    """What came after custody had moved stands."""
    forget(world, TURNED)


def turned_for_nothing(world: World) -> None:
    """What came before custody moved was turned all the same."""
    world.change_payload(LATE, received_at="2026-05-04T15:00:09Z")


def custody_not_heard_of(world: World) -> None:
    heard = (fact for fact in world.facts["intake"] if fact.name == "custodian-changed")
    forget(world, [*heard][-1].id)


def in_error_here_only(world: World) -> None:
    world.change(REQUEST, name="case-entered-in-error")


def corrected_in_error(world: World) -> None:
    world.change(f"intake:{CASE}:2", name="case-entered-in-error")


def registered_twice(world: World) -> None:
    """A correction that was stored as a registration."""
    first = next(fact for fact in world.facts["intake"] if fact.id == f"intake:{CASE}:1")
    world.change(f"intake:{CASE}:2", name="case-registered", payload=first.payload)


def worked_on_after(world: World, fact: str) -> None:
    world.change(f"followup:{REFERRAL}:4", name=fact)
    world.change(f"followup:{REFERRAL}:5", name="contact-recorded")


def replaces_another_kind(world: World) -> None:
    world.change_payload(CONTACT_CORRECTED, replaces=3)


def replaced_twice(world: World) -> None:
    """The correction of the outcome says that it corrects the contact, which no longer counts."""
    world.change(OUTCOME_CORRECTED, name="contact-corrected")
    world.change_payload(OUTCOME_CORRECTED, replaces=2)


def backdated(world: World, fact: str) -> None:
    world.change(fact, happened_at="2026-05-04T14:00:00+00:00")


def accepted_before_another_was_asked(world: World) -> None:
    """Custody moves, by what is said, before the custodian's last act."""
    fact = next(fact for fact in world.facts["referral"] if fact.id == REQUESTED)
    other = {**fact.payload, "referral_id": named("fourth")}
    late = replace(fact, position=99, version=9, payload=other, happened_at="2026-05-04T18:00:00Z")
    facts = world.facts["referral"]
    facts.insert(facts.index(fact) + 1, late)
    world.change(ACCEPTED, recorded_at="2026-05-04T19:00:00+00:00")


def from_nowhere(world: World) -> None:
    world.change(OPENED, causation=f"referral:{named('nowhere')}:1")


def from_a_private_fact(world: World) -> None:
    world.change(OPENED, causation=world.facts["intake"][3].id)


def of_another_case(world: World) -> None:
    world.change(f"followup:{REFERRAL}:2", correlation=OTHER)


def head_ahead(world: World) -> None:
    world.heads["intake"] += 1


ON_THE_LOG: dict[str, tuple[Break, ...]] = {
    "nothing-acknowledged-is-missing": (
        lambda world: forget(world, ACCEPTED),
        forget_command,
        no_receipt,
        lambda world: world.change(ACCEPTED, name="referral-declined"),
        lambda world: world.change(ACCEPTED, causation=f"command:{named('other')}"),
    ),
    "what-was-recorded-is-what-was-asked": (recorded_otherwise, submitted_by_another),
    "nothing-is-done-twice": (done_twice, claimed_twice),
    "equal-tries-get-equal-answers": (
        two_receipts,
        other_bytes,
        later_version,
        other_place,
        refused_after_its_receipt,
    ),
    "a-refusal-leaves-no-fact": (refused_but_done, refused_after_it_was_done),
    "nothing-is-done-unasked": (never_submitted,),
    "positions-have-no-gap": (lambda world: forget(world, OPENED), head_ahead),
    "positions-are-in-commit-order": (swapped, swapped_by_its_own_words),
    "facts-say-when-they-were-recorded": (of_another_hour,),
    "streams-have-no-gap": (lambda world: world.change(f"intake:{CASE}:2", version=3),),
    "one-institution-has-custody": (
        two_custodians,
        custody_stays,
        share_that_moves,
        referred_by_another,
        never_taken_up,
    ),
    "only-those-concerned-decide": (accepted_by_a_stranger, own_referral),
    "referrals-follow-their-life": (accepted_twice, two_at_once),
    "acceptances-repeat-their-request": (another_request,),
    "questions-wait-for-their-answers": (answered_in_part_only,),
    "referrals-lean-on-what-was-listed": (
        lambda world: world.change_payload(REQUESTED, addressee_version=1),
        lambda world: forget(world, world.facts["referral"][1].id),
        listed_again,
    ),
    "only-the-custodian-changes-a-case": (
        corrected_by_another,
        voided_by_another,
        never_turned,
        turned_for_nothing,
        rejected_by_another,
    ),
    "intake-and-referral-agree": (custody_not_heard_of, in_error_here_only),
    "proposals-are-made-by-parties-and-decided-once": (
        lambda world: world.change(REQUEST, institution=STRANGER),
        lambda world: world.change_payload(REQUEST, institution=COMMISSION),
        lambda world: world.change_payload(REJECTION, proposal_id=named("late")),
        lambda world: world.change_payload(ADOPTION, changed=["channel", "subdivision"]),
        lambda world: world.change_payload(ADOPTION, channel="shelter"),
    ),
    "cases-follow-their-life": (registered_twice, corrected_in_error),
    "follow-ups-follow-their-life": tuple(
        partial(worked_on_after, fact=fact)
        for fact in ("follow-up-closed", "follow-up-entered-in-error", "follow-up-put-on-hold")
    ),
    "what-is-replaced-was-there-and-counts-once": (replaces_another_kind, replaced_twice),
    "times-are-in-order": (
        *(
            partial(backdated, fact=fact)
            for fact in (
                f"intake:{CASE}:2",
                REQUESTED,
                f"referral:{CASE}:3",
                f"followup:{REFERRAL}:2",
                f"followup:{REFERRAL}:5",
                CONTACT_CORRECTED,
            )
        ),
        accepted_before_another_was_asked,
    ),
    "every-cause-exists": (from_nowhere, from_a_private_fact, forget_command),
    "facts-name-their-case": (of_another_case,),
}
