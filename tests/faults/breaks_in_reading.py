"""One thing broken at a time in what was read: somebody is shown more, or less, than is theirs."""

from typing import Any

from tests.faults.breaks_on_the_log import ACCEPTED, Break
from tests.faults.small_looks import AUDITOR, NOBODY, history, look, referrals, rows
from tests.faults.small_world import (
    CASE,
    COMMISSION,
    OFFICE,
    OTHER,
    REFERRAL,
    SECOND,
    STRANGER,
    THIRD,
    World,
)


def changed(reader: str, question: str, case_id: str | None, **said: Any) -> Break:
    """Have a look be answered otherwise than it was."""

    def change(world: World) -> None:
        asked = (reader, question, case_id)
        line = next(
            line
            for line in world.lines
            if line["what"] == "look"
            and (line["reader"], line["question"], line["case_id"]) == asked
        )
        line.update(said)

    return change


def fact_hidden(world: World) -> None:
    """A history lacks the acceptance."""
    changed(STRANGER, "history", CASE, body={**history(world), "facts": _but(world, ACCEPTED)})(
        world
    )


def fact_of_another_case(world: World) -> None:
    """A history tells of a fact that is another case's."""
    facts = [*_but(world, ""), {"id": f"referral:{OTHER}:2"}]
    changed(AUDITOR, "history", CASE, body={**history(world), "facts": facts})(world)


def listed_for_a_stranger(world: World) -> None:
    """Before all is through, a list has a row that its reader never could see."""
    quiet = next(n for n, line in enumerate(world.lines) if line["what"] == "quiet")
    look(world, NOBODY, "cases", body=rows(CASE))
    world.lines.insert(quiet, world.lines.pop())


def nobody_looked_in_vain(world: World) -> None:
    world.lines = [line for line in world.lines if line.get("status") != 404]


def _but(world: World, left_out: str) -> list[dict[str, Any]]:
    whole = next(line for line in world.lines if line.get("question") == "history")
    return [fact for fact in whole["body"]["facts"] if fact["id"] != left_out]


IN_READING: dict[str, tuple[Break, ...]] = {
    "nobody-sees-more-or-less": (
        changed(COMMISSION, "custody", OTHER, status=200, body=referrals((SECOND,))),
        changed(STRANGER, "custody", OTHER, status=200, body=referrals((SECOND, THIRD))),
        changed(STRANGER, "referral", OTHER, status=404),
        changed(OFFICE, "custody", OTHER, body=referrals((SECOND,))),
        changed(OFFICE, "custody", OTHER, body=referrals((CASE,))),
        changed(OFFICE, "custody", CASE, status=200, body=referrals((REFERRAL,))),
        changed(OFFICE, "case-row", CASE, body={"case_id": CASE, "custodian": COMMISSION}),
        changed(NOBODY, "case", CASE, status=200),
        changed(STRANGER, "case", CASE, status=404),
        changed(NOBODY, "follow-up", CASE, status=200),
        changed(COMMISSION, "follow-up", CASE, status=404),
        lambda world: changed(OFFICE, "history", CASE, body=history(world))(world),
        lambda world: changed(AUDITOR, "history", CASE, body={**history(world), "referrals": []})(
            world
        ),
        fact_hidden,
        fact_of_another_case,
    ),
    "lists-show-what-is-theirs": (
        changed(NOBODY, "cases", None, body=rows(CASE)),
        changed(COMMISSION, "cases", None, body=rows()),
        changed(COMMISSION, "referrals", None, body=rows()),
        changed(COMMISSION, "referrals", None, body=rows(REFERRAL, CASE)),
        lambda world: look(world, OFFICE, "cases", body=rows(CASE, fields=("custodian",))),
        listed_for_a_stranger,
    ),
    "everybody-was-read-for": (nobody_looked_in_vain,),
}
"""By rule: what breaks it."""
