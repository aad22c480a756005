"""What the drawing says of facts and referrals, each in one line."""

from services.console.texts import text
from services.reporting import moments
from services.reporting.history import OPEN_STATUSES, Fact, History, Span
from services.reporting.labels import called, labelled

_ENDINGS = {
    "accepted": "accepted",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "entered-in-error": "in-error",
}


def ending(span: Span) -> str:
    """Say how a referral ended: accepted, declined, withdrawn, in-error; or waiting."""
    return "waiting" if span.status in OPEN_STATUSES else _ENDINGS.get(span.status, "in-error")


def titled(history: History, fact: Fact, lang: str) -> str:
    """Say of a fact when, what and whose, in one line."""
    who = history.name_of(fact.institution)
    return f"{moments.moment(fact.happened_at, lang)} · {called(fact, lang)} · {who}"


def passed(history: History, span: Span, lang: str) -> str:
    """Say of a referral from whom to whom, of what kind, and how it ended."""
    ways = f"{history.name_of(span.sender)} → {history.name_of(span.addressee)}"
    kind = labelled("referral_kinds", span.kind, lang)
    return f"{ways} · {kind} · {text(ending(span), lang)}"
