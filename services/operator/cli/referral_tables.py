"""How ``canaliza referral`` prints a referral, what waits, and who can be asked next."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from services.operator.cli.language import language, say
from services.operator.cli.output import print_line, print_table
from services.operator.cli.search_tables import print_found
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.reporting.lives import ReferralLife
    from services.reporting.searching.candidates import CandidatesOut
    from services.reporting.waiting import WaitingRow

_COLUMNS = Text("cuándo|qué|quién|lo_demás", "when|what|who|more")
_WAITING = Text(
    "vence|espera_a|qué|recordado|sigue|caso|id", "due|waits_for|what|reminded|next|case|id"
)
_CHAIN = Text("Ofrecida una tras otra:", "Offered one after the other:")
_NOTHING = Text("Nada espera.", "Nothing waits.")
_OVERDUE = Text("vencido", "overdue")


def print_life(life: "ReferralLife") -> None:
    """Print a referral as it stands now, then what happened to it, first to last."""
    from services.reporting.labels import called, labelled, sentence_of
    from shared.kernel.statuses import REFERRAL_STATUSES

    lang, row = language(), life.referral
    print_line(f"{life.name_of(row.sender)} → {life.name_of(row.addressee)}")
    stands = (
        labelled(REFERRAL_STATUSES, row.status, lang),
        labelled("referral_kinds", row.kind, lang),
        labelled("priorities", row.priority, lang),
    )
    print_line(" · ".join(stands))
    if life.waiting is not None:
        print_line(" · ".join(_waits(life.waiting)))
    if len(life.chain) > 1:
        print_line(say(_CHAIN))
        for number, each in enumerate(life.chain, start=1):
            mark = "→" if each.referral_id == row.referral_id else " "
            status = labelled(REFERRAL_STATUSES, each.status, lang)
            whom = life.name_of(each.addressee)
            print_line(f"{mark} {number}. {whom} · {status} · {each.referral_id}")
    known = {fact.id: fact for fact in life.facts}
    cells = (
        (
            fact.happened_at,
            called(fact, lang),
            life.name_of(fact.institution),
            sentence_of(life, known, fact, lang),
        )
        for fact in life.facts
    )
    print_table(say(_COLUMNS).split("|"), cells)


def print_waiting(rows: "Sequence[WaitingRow]") -> None:
    """Print what waits for whom, what was due first first."""
    from services.reporting.labels import labelled

    lang = language()
    if not rows:
        print_line(say(_NOTHING))
        return
    cells = (
        (
            row.due_at,
            row.whom_name or labelled("relations", row.turn, lang),
            labelled("clocks", row.clock, lang),
            row.reminded_at,
            _next(row),
            row.folio or row.case_id,
            row.referral_id,
        )
        for row in rows
    )
    print_table(say(_WAITING).split("|"), cells)


def print_candidates(found: "CandidatesOut") -> None:
    """Print to whom the consent extends, then who can be asked and who cannot."""
    mark = Text("ya se le pidió", "asked already")
    those = (
        f"{each.name} ({each.institution})" + (f" — {say(mark)}" if each.asked else "")
        for each in found.recipients
    )
    print_line(say(Text("El consentimiento llega a:", "The consent extends to:")))
    for each in those:
        print_line(f"- {each}")
    if found.until is not None:
        print_line(say(Text(f"Hasta el {found.until}.", f"Until {found.until}.")))
    print_line()
    print_found(found.found)


def _waits(row: "WaitingRow") -> Iterator[str]:
    """Say for whom it waits, until when, and what comes next."""
    from services.reporting.labels import labelled
    from services.reporting.moments import moment, offset

    lang = language()
    whom = row.whom_name or labelled("relations", row.turn, lang)
    yield say(Text(f"Espera a {whom}", f"Waits for {whom}"))
    if row.clock is not None:
        yield labelled("clocks", row.clock, lang)
    if row.due_at is not None:
        until = f"{moment(row.due_at, lang)} {offset(row.due_at)}"
        yield say(Text(f"hasta el {until}", f"until {until}"))
    if row.overdue:
        yield say(_OVERDUE)
    if row.next_step is not None:
        yield _next(row)


def _next(row: "WaitingRow") -> str:
    from services.reporting.labels import labelled
    from services.reporting.moments import moment, offset

    if row.next_step is None or row.next_at is None:
        return "—"
    lang = language()
    step = labelled("clock_steps", row.next_step, lang)
    return f"{step} ({moment(row.next_at, lang)} {offset(row.next_at)})"
