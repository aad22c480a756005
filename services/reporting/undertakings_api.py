"""Lists of proposals, commitments, joint activities and reminders over HTTP."""

from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from services.reporting.cursors import after_day_of, after_of, cursor_after, cursor_after_day
from services.reporting.parameters import Institution, Programme, coded
from services.reporting.selecting import one_of
from services.reporting.undertakings import (
    ActivityRow,
    CommitmentRow,
    ProposalRow,
    RemarkRow,
    ReminderRow,
    Undertakings,
)
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web.field_types import Addressed, Day
from shared.web.identity import Identified
from shared.web.openapi import described
from shared.web.paging import Cursor, CursorNotOurs, Limit, Page, cursor_of, keys_of, page_up_to

router = APIRouter()
Row = TypeVar("Row")
_TOO_LONG = 10
"""Digits that no number of a fact in its stream has."""
DueBy = Annotated[
    Day | None,
    Query(description=Text("Los que vencen a más tardar ese día.", "Those due by that day.").both),
]


@dataclass(frozen=True, slots=True)
class CommitmentFilter:
    """Which commitments. Left out: all."""

    owner: Institution = None
    programme: Programme = None
    status: Annotated[str | None, coded("commitment_statuses")] = None
    due_by: DueBy = None


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which proposals. Left out: all."""

    owner: Institution = None
    programme: Programme = None
    status: Annotated[str | None, coded("proposal_statuses")] = None


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which joint activities. Left out: all. institution: who organises it or takes part."""

    institution: Institution = None
    programme: Programme = None
    status: Annotated[str | None, coded("activity_statuses")] = None


def undertakings_of(request: Request) -> Undertakings:
    """Return the lists, over this process's connections."""
    return Undertakings(request.app.state.log)


Lists = Annotated[Undertakings, Depends(undertakings_of)]


@router.get(
    "/commitments",
    **described(
        Text("Compromisos", "Commitments"),
        Text(
            "Lista los compromisos de las instituciones, primero lo que vence antes.",
            "List the institutions' commitments, what is due first first.",
        ),
    ),
)
def list_commitments(
    lists: Lists,
    caller: Identified,
    wanted: Annotated[CommitmentFilter, Depends()],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CommitmentRow]:
    """List the institutions' commitments, what is due first first."""
    del caller
    rows = lists.commitments(
        limit + 1,
        after_day_of(cursor),
        due_by=wanted.due_by,
        owner=wanted.owner,
        programme=one_of("programmes", "programme", wanted.programme),
        status=one_of("commitment_statuses", "status", wanted.status),
    )
    return page_up_to(rows, limit, lambda row: cursor_after_day((row.due_on, row.commitment_id)))


@router.get(
    "/proposals",
    **described(
        Text("Propuestas", "Proposals"),
        Text(
            "Lista lo que proponen las instituciones, de lo último a lo primero.",
            "List what institutions propose, last first.",
        ),
    ),
)
def list_proposals(
    lists: Lists,
    caller: Identified,
    wanted: Annotated[ProposalFilter, Depends()],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ProposalRow]:
    """List what institutions propose, last first."""
    del caller
    rows = lists.proposals(
        limit + 1,
        after_of(cursor),
        owner=wanted.owner,
        programme=one_of("programmes", "programme", wanted.programme),
        status=one_of("proposal_statuses", "status", wanted.status),
    )
    return page_up_to(rows, limit, lambda row: cursor_after((row.made_at, row.proposal_id)))


@router.get(
    "/proposals/{proposal_id}/discussion",
    **described(
        Text("Lo que se dijo de una propuesta", "What was said about a proposal"),
        Text(
            "Lista, en orden, qué dijo cada institución de una propuesta, y en qué documento.",
            "List in order what each institution said about a proposal, and in which document.",
        ),
    ),
)
def list_discussion(
    lists: Lists,
    caller: Identified,
    proposal_id: Addressed,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RemarkRow]:
    """List in order what each institution said about a proposal."""
    del caller
    (after,) = keys_of(cursor, 1) or ("0",)
    if not (after.isascii() and after.isdecimal() and len(after) < _TOO_LONG):
        raise Refused(CursorNotOurs(field="cursor"))
    rows = lists.remarks(proposal_id, limit + 1, int(after))
    return page_up_to(rows, limit, lambda row: cursor_of(str(row.number)))


@router.get(
    "/activities",
    **described(
        Text("Actividades conjuntas", "Joint activities"),
        Text(
            "Lista las actividades de varias instituciones, del último día al primero.",
            "List the activities of several institutions, the last day first.",
        ),
    ),
)
def list_activities(
    lists: Lists,
    caller: Identified,
    wanted: Annotated[ActivityFilter, Depends()],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ActivityRow]:
    """List the activities of several institutions, the last day first."""
    del caller
    rows = lists.activities(
        limit + 1,
        after_day_of(cursor),
        institution=wanted.institution,
        programme=one_of("programmes", "programme", wanted.programme),
        status=one_of("activity_statuses", "status", wanted.status),
    )
    return page_up_to(rows, limit, lambda row: cursor_after_day((row.on, row.activity_id)))


@router.get(
    "/reminders",
    **described(
        Text("Recordatorios", "Reminders"),
        Text(
            "Lista lo que se recordó a cada institución porque nadie respondía por ello, y sigue"
            " así.",
            "List what each institution was reminded of because nobody vouched for it, and still"
            " does not.",
        ),
    ),
)
def list_reminders(
    lists: Lists,
    caller: Identified,
    institution: Institution = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ReminderRow]:
    """List what each institution was reminded of, and nobody has vouched for since."""
    del caller
    keys = keys_of(cursor, 3)
    after = None if keys is None else (keys[0], keys[1], keys[2])
    rows = lists.reminders(limit + 1, after, institution)
    return page_up_to(
        rows, limit, lambda row: cursor_of(row.institution, row.about_kind, row.about)
    )
