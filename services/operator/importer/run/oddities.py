"""What a file says that a live command could not: kept as it is, and counted apart.

Real files have closings before openings. Such a row is a case like any other, and is imported; how
many there are, and of which kind, is for whoever judges the file.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from services.followup.amounts import above_ceiling
from services.operator.importer.run.imported_case import ImportedCase
from services.operator.importer.run.imported_history import (
    ImportedDeed,
    ImportedOutcome,
    ImportedWork,
)
from services.operator.importer.run.noted import CUT_SHORT, LEFT_OUT
from services.operator.importer.run.rejections import Rejection
from shared.kernel.text import Text

CLOSED_BEFORE_OPENED = "closed-before-opened"
CLOSED_UNDATED = "closed-undated"
REFERRED_BEFORE_OPENED = "referred-before-opened"
ANSWERED_BEFORE_REFERRED = "answered-before-referred"
DONE_AFTER_CLOSED = "done-after-closed"
EFFECT_BEFORE_OPENED = "effect-before-opened"
EFFECT_AFTER_CLOSED = "effect-after-closed"
EFFECT_TO_COME = "effect-to-come"
ABOVE_CEILING = "amount-above-ceiling"
ENDED_AND_OPEN = "ended-and-open"
ODDITIES: Mapping[str, Text] = {
    CLOSED_BEFORE_OPENED: Text("cerradas antes de abrirse", "closed before they were opened"),
    CLOSED_UNDATED: Text("cerradas en fecha que nadie conoce", "closed on a day that nobody knows"),
    REFERRED_BEFORE_OPENED: Text(
        "canalizadas antes de abrirse", "referred before they were opened"
    ),
    ANSWERED_BEFORE_REFERRED: Text(
        "con una respuesta anterior a su canalización", "answered before they were referred"
    ),
    DONE_AFTER_CLOSED: Text(
        "con algo hecho después de su cierre", "with something done after they were closed"
    ),
    EFFECT_BEFORE_OPENED: Text(
        "con un resultado anterior a su apertura", "with an outcome before they were opened"
    ),
    EFFECT_AFTER_CLOSED: Text(
        "con un resultado posterior a su cierre", "with an outcome after they were closed"
    ),
    EFFECT_TO_COME: Text("con un resultado aún por venir", "with an outcome still to come"),
    ABOVE_CEILING: Text(
        "con un importe sobre el tope de su moneda", "with an amount above its currency's ceiling"
    ),
    ENDED_AND_OPEN: Text(
        "que su última institución dio por terminadas, y siguen abiertas",
        "that their last institution ended, and that are open",
    ),
    LEFT_OUT: Text(
        "con una celda que no se puede leer y vale por vacía",
        "with a cell that cannot be read, and counts as missing",
    ),
    CUT_SHORT: Text(
        "con menos celdas que encabezados: lo que falta vale por vacío",
        "with fewer cells than there are headings: what is not there counts as missing",
    ),
}
"""The kinds of oddities, with their labels."""


def oddities_of(case: ImportedCase, now: datetime) -> frozenset[str]:
    """Return the kinds of what is odd in a row's case. now: when it is imported."""
    outcomes = (outcome for work in case.works for outcome in work.outcomes)
    found = {kind for outcome in outcomes for kind in _of_outcome(outcome, case, now)}
    if case.opened and case.closed and case.closed < case.opened:
        found.add(CLOSED_BEFORE_OPENED)
    if case.undated:
        found.add(CLOSED_UNDATED)
    if case.handovers:
        found.update(_of_handovers(case))
    if any(_is_done_after(work.closed or case.closed, work) for work in case.works):
        found.add(DONE_AFTER_CLOSED)
    found.update(one.kind for one in case.noted)
    return frozenset(found)


def noted_of(case: ImportedCase, odd: Collection[str], row: int) -> Iterator[tuple[int, Rejection]]:
    """Yield what is odd, at its row and cell. odd: its kinds. row: the case's first row."""
    for one in case.noted:
        yield one.row, one.as_rejection(ODDITIES[one.kind])
    cells = {one.kind for one in case.noted}
    for kind in sorted(set(odd) - cells):
        yield row, Rejection("", "", ODDITIES[kind])


def _is_done_after(closed: datetime | None, work: ImportedWork) -> bool:
    done: list[ImportedOutcome | ImportedDeed] = [*work.outcomes, *work.contacts, *work.services]
    return closed is not None and any(one.happened and one.happened > closed for one in done)


def _of_handovers(case: ImportedCase) -> Iterator[str]:
    last = next((one for one in reversed(case.handovers) if one.is_accepted), None)
    if last and last.work.closing and case.closing is None:
        yield ENDED_AND_OPEN
    for one in case.handovers:
        if one.referred and case.opened and one.referred < case.opened:
            yield REFERRED_BEFORE_OPENED
        received = [moment for moment in (one.acknowledged, one.answered) if moment]
        if one.referred and any(moment < one.referred for moment in received):
            yield ANSWERED_BEFORE_REFERRED


def _of_outcome(outcome: ImportedOutcome, case: ImportedCase, now: datetime) -> Iterator[str]:
    if above_ceiling(outcome.amount, outcome.currency):
        yield ABOVE_CEILING
    if outcome.on is None:
        return
    if case.opened and outcome.on < case.opened.date():
        yield EFFECT_BEFORE_OPENED
    if case.closed and outcome.on > case.closed.date():
        yield EFFECT_AFTER_CLOSED
    if outcome.on > now.date():
        yield EFFECT_TO_COME
