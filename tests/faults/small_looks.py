"""What was read in the small run: by whom, and what each was shown; and all of it is right."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from tests.faults.small_world import (
    BEGIN,
    CASE,
    COMMISSION,
    CONTRACTS,
    OFFICE,
    OTHER,
    REFERRAL,
    SECOND,
    STRANGER,
    THIRD,
    World,
)

AUDITOR, NOBODY = "contraloria-estatal", "maquila-norte"
MEANWHILE = (BEGIN + timedelta(minutes=3)).timestamp()
"""Long after the last fact, and before all is known to be through."""


def look(world: World, reader: str, question: str, about: str = "", **said: Any) -> None:
    """Note a look. about: the case, or where the question is of one, the referral."""
    service = _SERVICES[question]
    of_one = question in {"referral", "follow-up"}
    case_id = OTHER if about in {OTHER, SECOND, THIRD} else CASE if about else None
    world.line(
        "look",
        reader=reader,
        roles=["auditor" if reader == AUDITOR else "caseworker"],
        service=service,
        question=question,
        case_id=case_id,
        referral_id=about if of_one else None,
        path="/",
        since=MEANWHILE,
        **{"t": MEANWHILE + 0.1, "status": 200, "body": {}, **said},
    )


def look_meanwhile(world: World) -> None:
    """Before all is through: custody of the other case, whose first referral was declined."""
    both = referrals((SECOND, THIRD))
    look(world, OFFICE, "custody", OTHER, body=both)
    look(world, STRANGER, "custody", OTHER, body=both)
    for reader in (COMMISSION, NOBODY):
        look(world, reader, "custody", OTHER, status=404)
    look(world, STRANGER, "referral", THIRD)
    look(world, OFFICE, "cases", body={"ids": [CASE, OTHER], "fields": []})


def look_at_last(world: World) -> None:
    """Once all is through, the first case, which the commission has taken over."""
    for reader in (OFFICE, COMMISSION, AUDITOR):
        look(world, reader, "case", CASE)
        look(world, reader, "custody", CASE, body=referrals((REFERRAL,)))
        look(world, reader, "history", CASE, body=history(world))
        look(world, reader, "follow-up", REFERRAL)
    for reader in (STRANGER, NOBODY):
        for question in ("case", "custody", "history", "case-row"):
            look(world, reader, question, CASE, status=404)
        look(world, reader, "follow-up", REFERRAL, status=404)
    look(world, NOBODY, "cases", body={"ids": [], "fields": []})
    look(world, COMMISSION, "cases", body={"ids": [CASE], "fields": []})
    look(world, COMMISSION, "referrals", body={"ids": [REFERRAL], "fields": []})


def referrals(ids: Iterable[str]) -> dict[str, Any]:
    """A custody that shows these referrals."""
    return {"referrals": [{"referral_id": each} for each in ids]}


def history(world: World) -> dict[str, Any]:
    """The first case's history, whole."""
    facts = [
        fact
        for facts in world.facts.values()
        for fact in facts
        if fact.correlation == CASE and CONTRACTS.publishes(fact.service, fact.name)
    ]
    return {"facts": [{"id": fact.id} for fact in facts]}


_SERVICES = {
    "case": "intake",
    "custody": "referral",
    "referral": "referral",
    "follow-up": "followup",
    "history": "reporting",
    "case-row": "reporting",
    "cases": "reporting",
    "referrals": "reporting",
}
