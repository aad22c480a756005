"""To whom a referral can be offered next: within the consent, in the order of the search."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel

from services.reporting.answers import CaseRow
from services.reporting.lives import ReferralLife
from services.reporting.searching.answer import FoundOut
from services.reporting.searching.asked import Consented
from services.reporting.searching.finder import Finder
from services.reporting.searching.question import ServiceSearch, coded_as
from services.reporting.searching.search import Part
from shared.kernel.freshness import day_in
from shared.kernel.text import Text
from shared.web.paging import cursor_of

ASKED_IN = "referral-requested"
"""The fact that says what was asked for, and on which consent."""
_MAY_BE_ASKED_AGAIN = frozenset({"withdrawn", "superseded", "draft", "discarded"})
"""Statuses in which the addressee was not the one who did not take it on."""


class RecipientOut(BaseModel):
    """An institution to which the consent extends. asked: whether it was asked already."""

    institution: str
    name: str
    asked: bool


class CandidatesOut(BaseModel):
    """Who can be asked next, and who cannot and why; on which consent that rests.

    until: the last day of the consent; null: it has none. over: that day has passed. services:
    those that are asked for.
    """

    referral_id: UUID
    case_id: UUID
    kind: Annotated[str, coded_as("referral_kinds", Text("Clase.", "Kind."))]
    services: Annotated[Sequence[str], coded_as("service_kinds", Text("Servicios.", "Services."))]
    priority: Annotated[str, coded_as("priorities", Text("Prioridad.", "Priority."))]
    recipients: Sequence[RecipientOut]
    until: date | None
    over: bool
    found: FoundOut


def candidates(
    finder: Finder,
    life: ReferralLife,
    case: CaseRow,
    at: datetime,
    parts: tuple[Part, Part] = (Part(), Part()),
) -> CandidatesOut:
    """Return who can be asked next.

    case: that of the referral, as its custodian sees it. parts: of those that can, and of those
    that cannot.
    """
    services, recipients, until = _consent(life)
    asked = tuple(dict.fromkeys(_asked(life)))
    over = until is not None and until < day_in(case.subdivision, at)
    row = life.referral
    able, excluded = parts
    search = ServiceSearch(
        case_id=row.case_id,
        kinds=list(services),
        urgency=row.priority,
        limit=able.limit,
        cursor=cursor_of(str(able.after)),
        excluded_limit=excluded.limit,
        excluded_cursor=cursor_of(str(excluded.after)),
    )
    within = Consented(recipients, asked, over)
    index, _ = finder.index()
    providers = index.directory.providers
    return CandidatesOut(
        referral_id=row.referral_id,
        case_id=row.case_id,
        kind=row.kind,
        services=services,
        priority=row.priority,
        recipients=[
            RecipientOut(
                institution=code,
                name=providers[code].name if code in providers else code,
                asked=code in asked,
            )
            for code in recipients
        ],
        until=until,
        over=over,
        found=finder.find(search, at, case.custodian or row.sender, case, within),
    )


def _consent(life: ReferralLife) -> tuple[tuple[str, ...], tuple[str, ...], date | None]:
    """Return the services asked for, to whom the consent extends, and its last day."""
    stated: Mapping[str, Any] = next(
        (fact.data for fact in life.facts if fact.name == ASKED_IN), {}
    )
    consent: Mapping[str, Any] = stated.get("consent") or {}
    until = consent.get("until")
    return (
        tuple(stated.get("services", ())),
        tuple(consent.get("recipients") or (life.referral.addressee,)),
        None if until is None else date.fromisoformat(until),
    )


def _asked(life: ReferralLife) -> Iterator[str]:
    """Yield the addressees that have it, or did not take it on, in this chain."""
    for each in life.chain:
        if each.status not in _MAY_BE_ASKED_AGAIN:
            yield each.addressee
