"""What was read in the small run: by whom, and what each was shown; and all of it is right."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from tests.faults.checker.rows import Fact
from tests.faults.small_life import FIRST, GRANTED, LATE_CASE, LEFT, NEXT, TAKEN
from tests.faults.small_world import (
    AGAIN,
    BEGIN,
    CASE,
    COMMISSION,
    CONTRACTS,
    FALLEN,
    OFFICE,
    OTHER,
    REFERRAL,
    REVOKED,
    SECOND,
    STRANGER,
    THIRD,
    TRANSFERRED,
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
    """Before all is through: the other case, with a declined referral and one that waits."""
    look(world, OFFICE, "custody", OTHER, body=referrals((SECOND, THIRD)))
    for reader in (STRANGER, COMMISSION, NOBODY):
        look(world, reader, "custody", OTHER, status=404)
    look(world, STRANGER, "referral", THIRD)
    look(world, COMMISSION, "referral", SECOND)
    look(world, STRANGER, "referral", SECOND, status=404)
    look(world, OFFICE, "cases", body=rows(CASE, OTHER))


def look_at_last(world: World) -> None:
    """Once all is through, the first case, which came from the office by the commission."""
    for reader in (STRANGER, AUDITOR):
        look(world, reader, "case", CASE)
        look(world, reader, "custody", CASE, body=referrals(_ALL))
        look(world, reader, "history", CASE, body=history(world))
        look(world, reader, "follow-up", REFERRAL)
        look(world, reader, "case-row", CASE, body={"case_id": CASE, "custodian": STRANGER})
    for reader, referral, own in ((OFFICE, REFERRAL, _OFFICES), (COMMISSION, TRANSFERRED, _ITS)):
        for question in ("case", "custody"):
            look(world, reader, question, CASE, status=404)
        look(world, reader, "history", CASE, body=past_of(world, reader, referral, own))
        look(world, reader, "case-row", CASE, body={"case_id": CASE, "custodian": None})
        look(world, reader, "cases", body=rows(CASE, LATE_CASE))
        look(world, reader, "referrals", body=rows(*own, *LATE[reader]))
    look(world, COMMISSION, "follow-up", REFERRAL)
    look(world, OFFICE, "follow-up", REFERRAL, status=404)
    for question in ("case", "custody", "history", "case-row"):
        look(world, NOBODY, question, CASE, status=404)
    look(world, NOBODY, "follow-up", REFERRAL, status=404)
    look(world, NOBODY, "cases", body=rows())


def rows(*ids: str, fields: Iterable[str] = ("case_id", "folio")) -> dict[str, Any]:
    """A list of these."""
    return {"rows": [{"fields": [*fields], "ids": [*ids]}]}


def referrals(ids: Iterable[str]) -> dict[str, Any]:
    """A custody that shows these referrals."""
    return {"referrals": [{"referral_id": each} for each in ids]}


def history(world: World) -> dict[str, Any]:
    """The first case's whole history."""
    return {"facts": [{"id": fact.id} for fact in _told(world)], **referrals(_ALL)}


def past_of(world: World, reader: str, referral: str, own: Collection[str]) -> dict[str, Any]:
    """Its history until it was handed over, and afterwards of the reader's own referrals.

    referral: by which the reader handed the case over; it hears how that, and the case, ended.
    """
    facts = _told(world)
    end = next(
        n
        for n, fact in enumerate(facts)
        if fact.name == "referral-accepted" and fact.payload["referral_id"] == referral
    )
    later = (
        fact
        for fact in facts[end + 1 :]
        if (fact.service == "referral" and fact.payload.get("referral_id") in own)
        or fact.payload.get("addressee") == reader
        or reader in fact.payload.get("institutions", ())
        or (fact.name == "follow-up-closed" and fact.payload["referral_id"] == referral)
        or fact.name == "case-closed"
    )
    told = [*facts[: end + 1], *later]
    asked = [f.payload["referral_id"] for f in told if f.name == "referral-requested"]
    return {"facts": [{"id": fact.id} for fact in told], **referrals(asked)}


def _told(world: World) -> list[Fact]:
    """The first case's published facts in the order in which they happened."""
    told = (
        fact
        for facts in world.facts.values()
        for fact in facts
        if fact.correlation == CASE and CONTRACTS.publishes(fact.service, fact.name)
    )
    return sorted(told, key=lambda fact: fact.recorded_at)


_ALL = (REFERRAL, REVOKED, FALLEN, TRANSFERRED, AGAIN)
_OFFICES = (REFERRAL, FALLEN, AGAIN)
_ITS = (REFERRAL, REVOKED, FALLEN, TRANSFERRED)
LATE = {
    OFFICE: (FIRST, NEXT, TAKEN, GRANTED),
    COMMISSION: (FIRST, NEXT, TAKEN, GRANTED, LEFT),
}
"""The late case's referrals, as each of the two that had custody of it sees them."""
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
