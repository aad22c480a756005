"""What the drawing says of facts and referrals, each in one line."""

from collections.abc import Iterator

from services.console.looks import LOOKS, Look
from services.reporting import moments
from services.reporting.history import Fact, History, Span
from services.reporting.labels import called, labelled
from shared.kernel.statuses import REFERRAL_STATUSES


def titled(history: History, fact: Fact, lang: str) -> str:
    """Say of a fact when, what and whose, in one line."""
    who = history.name_of(fact.institution)
    return f"{moments.moment(fact.happened_at, lang)} · {called(fact, lang)} · {who}"


def passed(history: History, span: Span, lang: str) -> str:
    """Say of a referral from whom to whom, of what kind, and its status."""
    ways = f"{history.name_of(span.sender)} → {history.name_of(span.addressee)}"
    kind = labelled("referral_kinds", span.kind, lang)
    return f"{ways} · {kind} · {status(span.status, lang)}"


def status(code: str, lang: str) -> str:
    """Return what a referral's status is called."""
    return labelled(REFERRAL_STATUSES, code, lang)


def key_of(history: History, lang: str) -> Iterator[tuple[Look, str]]:
    """Return each look in a history's drawing with the labels of its statuses there."""
    there = {span.status for span in history.referrals}
    labels_by_look: dict[Look, list[str]] = {}
    for code, look in LOOKS.items():
        if code in there:
            labels_by_look.setdefault(look, []).append(status(code, lang).lower())
    for look, labels in labels_by_look.items():
        yield look, ", ".join(labels)
