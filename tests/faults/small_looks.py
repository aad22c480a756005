"""What was read in the small run: by whom, and what each was shown; and all of it is right."""

from collections.abc import Collection, Iterable
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
_AFTER_THE_TRANSFER = frozenset(
    {"follow-up-opened", "contact-recorded", "service-delivered", "outcome-recorded"}
)
"""What the office, which handed the case over, is not told: it hears how it ended."""
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
    """Before all is through: the other case, with a declined referral and one that waits."""
    look(world, OFFICE, "custody", OTHER, body=referrals((SECOND, THIRD)))
    for reader in (STRANGER, COMMISSION, NOBODY):
        look(world, reader, "custody", OTHER, status=404)
    look(world, STRANGER, "referral", THIRD)
    look(world, COMMISSION, "referral", SECOND)
    look(world, STRANGER, "referral", SECOND, status=404)
    look(world, OFFICE, "cases", body=rows(CASE, OTHER))


def look_at_last(world: World) -> None:
    """Once all is through, the first case, which the commission has taken over from the office."""
    for reader in (COMMISSION, AUDITOR):
        look(world, reader, "case", CASE)
        look(world, reader, "custody", CASE, body=referrals((REFERRAL,)))
        look(world, reader, "history", CASE, body=history(world))
        look(world, reader, "follow-up", REFERRAL)
        look(world, reader, "case-row", CASE, body={"case_id": CASE, "custodian": COMMISSION})
    for question in ("case", "custody"):
        look(world, OFFICE, question, CASE, status=404)
    look(world, OFFICE, "follow-up", REFERRAL, status=404)
    look(world, OFFICE, "history", CASE, body=history(world, but=_AFTER_THE_TRANSFER))
    look(world, OFFICE, "case-row", CASE, body={"case_id": CASE, "custodian": None})
    for reader in (STRANGER, NOBODY):
        for question in ("case", "custody", "history", "case-row"):
            look(world, reader, question, CASE, status=404)
        look(world, reader, "follow-up", REFERRAL, status=404)
    look(world, NOBODY, "cases", body=rows())
    look(world, COMMISSION, "cases", body=rows(CASE))
    look(world, COMMISSION, "referrals", body=rows(REFERRAL))
    look(world, OFFICE, "referrals", body=rows(REFERRAL))


def rows(*ids: str, fields: Iterable[str] = ("case_id", "folio")) -> dict[str, Any]:
    """A list of these."""
    return {"rows": [{"fields": [*fields], "ids": [*ids]}]}


def referrals(ids: Iterable[str]) -> dict[str, Any]:
    """A custody that shows these referrals."""
    return {"referrals": [{"referral_id": each} for each in ids]}


def history(world: World, but: Collection[str] = ()) -> dict[str, Any]:
    """The first case's history. but: names of facts that it leaves out."""
    facts = [
        fact
        for facts in world.facts.values()
        for fact in facts
        if fact.correlation == CASE
        and fact.name not in but
        and CONTRACTS.publishes(fact.service, fact.name)
    ]
    return {"facts": [{"id": fact.id} for fact in facts], **referrals((REFERRAL,))}


_SERVICES = {
    "case": "intake",
    "custody": "referral",
    "referral": "referral",
    "follow-up": "followup",
    "preview": "intake",
    "history": "reporting",
    "case-row": "reporting",
    "cases": "reporting",
    "referrals": "reporting",
}
