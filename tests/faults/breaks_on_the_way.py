"""One thing broken at a time: in the topics, what waits, the reactions, and reporting's rows."""

import json
from dataclasses import replace
from typing import Any

from tests.faults.breaks_on_the_log import ACCEPTED, OPENED, REQUESTED, Break, forget
from tests.faults.checker.rows import Fact, Parked
from tests.faults.small_world import CASE, OTHER, STRANGER, World, named


def published_otherwise(world: World) -> None:
    message = world.message(ACCEPTED)
    value = message.value.replace(b'"transfer"', b'"share"')
    world.rewrite(message, value=value)


def measured_otherwise(world: World) -> None:
    message = next(each for each in world.messages if b'"recovered"' in each.value)
    world.rewrite(message, value=message.value.replace(b'"recovered"', b'"owed"'))


def sent_under_another_position(world: World) -> None:
    message = world.message(ACCEPTED)
    world.messages.append(replace(message, offset=90, position=900, previous=message.position))


def sent_by_nobody(world: World) -> None:
    message = world.message(ACCEPTED)
    world.messages.append(replace(message, offset=91, position=None, previous=None))


def lost_on_the_way(world: World) -> None:
    """The last message of intake's topic never came; nothing behind it notices."""
    world.messages.remove(max(of_intake(world), key=lambda each: (each.partition, each.offset)))


def lost_in_the_middle(world: World) -> None:
    world.messages.remove(world.message(REQUESTED))


def of_intake(world: World) -> list[Any]:
    return [message for message in world.messages if message.source == "intake"]


def in_another_partition(world: World) -> None:
    told = (each for each in world.messages if each.source == "intake")
    message = max(told, key=lambda each: each.position or 0)
    elsewhere = (message.partition + 1) % 3
    world.rewrite(message, partition=elsewhere, offset=99, previous=0)


def says_too_much(world: World) -> None:
    message = world.message(f"intake:{CASE}:1")
    envelope = json.loads(message.value)
    envelope["data"]["note"] = "Ana Torres"
    world.rewrite(message, value=json.dumps(envelope).encode())


def says_no_code(world: World) -> None:
    message = world.message(f"intake:{CASE}:1")
    world.rewrite(message, value=message.value.replace(b'"shelter"', b'"Ana Torres"'))


def about_another_thing(world: World) -> None:
    message = next(each for each in world.messages if b"institution-registered" in each.value)
    world.rewrite(
        message, key="Ana Torres", value=message.value.replace(message.key.encode(), b"Ana Torres")
    )


def sent_again(world: World) -> None:
    message = world.message(ACCEPTED)
    world.messages.append(replace(message, offset=92))


def killed(world: World, at: float) -> None:
    """A process was killed, and back five seconds later."""
    detail: dict[str, Any] = {"failpoint": None, "detail": {}}
    world.lines.append(
        {"t": at, "what": "fault", "kind": "kill-service", "target": "referral-0", **detail}
    )
    world.lines.append({"t": at + 5, "what": "mended", "fault": len(world.lines)})


def sent_again_long_after_a_fault(world: World) -> None:
    killed(world, world.message(ACCEPTED).sent - 3600)
    sent_again(world)


def not_set_aside(world: World) -> None:
    world.parked["followup"] = []


def with_other_bytes(world: World) -> None:
    world.parked["followup"][0] = replace(world.parked["followup"][0], value=b"{}")


def parked_too(world: World, reason: str) -> None:
    """Followup sets a message of the first case aside as well."""
    message, parked = world.message(REQUESTED), world.parked["followup"]
    row = (
        message.source,
        message.partition,
        message.offset,
        message.position or 0,
        CASE,
        message.value,
    )
    parked.append(Parked(named(reason), len(parked) + 1, *row, reason))


def set_aside_for_nothing(world: World) -> None:
    parked_too(world, "unknown-type")


def failed_on(world: World) -> None:
    parked_too(world, "not-projectable")


def another_case_waits(world: World) -> None:
    parked_too(world, "behind-a-parked-message")


def overtaken(world: World) -> None:
    world.parked["intake"] = world.parked["intake"][:1]


def parked_off_the_log(world: World) -> None:
    parked = next(fact for fact in world.facts["followup"] if fact.name == "message-parked")
    world.facts["followup"].remove(parked)


def parked_for_another_reason(world: World) -> None:
    row = world.parked["followup"][0]
    world.parked["followup"][0] = replace(row, reason="unknown-version")


def not_acted_on(world: World) -> None:
    forget(world, OPENED)


def acted_on_twice(world: World) -> None:
    first = next(fact for fact in world.facts["followup"] if fact.id == OPENED)
    world.facts["followup"].append(replace(first, stream=named("z"), position=8))


def acted_on_what_waits(world: World) -> None:
    waits = next(fact for fact in world.facts["intake"] if fact.name == "party-admitted")
    third = replace(waits, causation=f"referral:{OTHER}:6", version=4, position=9)
    world.facts["intake"].append(third)


def acted_otherwise(world: World) -> None:
    world.change_payload(OPENED, institution=STRANGER)


def _preview(world: World) -> Fact:
    return next(fact for fact in world.facts["intake"] if fact.name == "case-previewed")


def previews_too_much(world: World) -> None:
    world.change_payload(_preview(world).id, municipality="08037")


def previews_another_place(world: World) -> None:
    world.change_payload(_preview(world).id, subdivision="MX-JAL")


def previews_what_never_was(world: World) -> None:
    world.change_payload(_preview(world).id, case_version=99)


def row_missing(table: str) -> Break:
    def broken(world: World) -> None:
        world.tables[table] = world.tables[table][1:]

    return broken


def row_too_many(table: str, column: str) -> Break:
    def broken(world: World) -> None:
        world.tables[table] = [*world.tables[table], {**world.tables[table][0], column: "x"}]

    return broken


def row_differs(table: str, column: str) -> Break:
    def broken(world: World) -> None:
        world.tables[table][0] = {**world.tables[table][0], column: "x"}

    return broken


def reader_behind(world: World) -> None:
    name, (position, offset) = next(iter(world.positions["reporting"].items()))
    world.positions["reporting"][name] = (position, offset - 1)


def relay_behind(world: World) -> None:
    world.positions["intake"]["relay/-1"] = (1, 0)


def too_slow(world: World) -> None:
    next(line for line in world.lines if line["what"] == "through")["seconds"] = 31.0


def not_through(world: World) -> None:
    world.line("not-through")


def never_quiet(world: World) -> None:
    world.lines = [line for line in world.lines if line["what"] != "quiet"]


ON_THE_WAY: dict[str, tuple[Break, ...]] = {
    "every-message-tells-a-fact": (
        published_otherwise,
        measured_otherwise,
        sent_under_another_position,
        sent_by_nobody,
    ),
    "every-published-fact-arrives-once": (lost_on_the_way, lost_in_the_middle),
    "messages-stand-in-their-partition": (in_another_partition,),
    "messages-say-only-what-is-agreed": (says_too_much, says_no_code, about_another_thing),
    "messages-repeat-only-after-a-fault": (sent_again, sent_again_long_after_a_fault),
    "every-poisoned-message-was-set-aside": (not_set_aside, with_other_bytes),
    "only-poisoned-cases-wait": (set_aside_for_nothing, failed_on, another_case_waits),
    "nothing-overtakes-a-parked-message": (overtaken,),
    "parking-is-on-the-log": (parked_off_the_log, parked_for_another_reason),
    "every-message-was-acted-on-once": (
        not_acted_on,
        acted_on_twice,
        acted_on_what_waits,
        acted_otherwise,
    ),
    "previews-show-a-few-codes-of-the-case": (
        previews_too_much,
        previews_another_place,
        previews_what_never_was,
    ),
    "reporting-equals-the-topics": (
        *map(row_missing, ("history", "institutions", "cases", "referrals", "parties")),
        row_missing("previews"),
        row_differs("parties", "sees"),
        row_differs("parties", "until"),
        row_too_many("follow_ups", "referral_id"),
        row_differs("outcomes", "amount"),
        row_differs("history", "data"),
        row_differs("cases", "custodian"),
        row_differs("cases", "closed_undated"),
    ),
    "tallies-equal-the-rows": (row_missing("tallies"), row_differs("tallies", "total")),
    "readers-are-at-the-end": (reader_behind,),
    "relays-are-at-the-end": (relay_behind,),
    "all-is-through-in-time": (too_slow, not_through, never_quiet),
    "there-was-something-to-see": (
        lambda world: world.messages.clear(),
        lambda world: world.lines.pop(),
    ),
}
"""By rule: what breaks it."""
