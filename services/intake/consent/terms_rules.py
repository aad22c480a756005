"""Whether what is said of a consent can be one: its terms, its days, and one within another."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from services.intake.consent.refusals import (
    ConsentBeginsBeforeItIsGiven,
    ConsentEndsBeforeItBegins,
    ConsentTooLong,
    NoCategory,
    NoRecipient,
    NotAnInstitutionsCode,
    NotNarrower,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.consenting.terms import MOST_RECIPIENTS, ConsentTerms
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.refusals import Invalid
from shared.kernel.value import replace

LONGEST: Final = timedelta(days=731)
"""How long a consent may be for, from the day on which it is recorded."""
_CODE = re.compile(INSTITUTION_CODE)


def invalid_terms(terms: ConsentTerms, today: date) -> Invalid | None:
    """Refuse terms by which nobody could tell who may have what, and until when."""
    return _invalid_recipients(terms) or _invalid_days(terms, today)


def begins_before(terms: ConsentTerms, today: date) -> ConsentBeginsBeforeItIsGiven | None:
    """Refuse to begin before the day on which it is given; a narrowed consent has begun."""
    early = terms.valid_from < today
    return ConsentBeginsBeforeItIsGiven("terms.valid_from") if early else None


def not_institutions(field: str, recipients: tuple[str, ...]) -> NotAnInstitutionsCode | None:
    """Refuse what is no institution's code: somebody may have typed a name."""
    if all(_CODE.fullmatch(each) for each in recipients):
        return None
    return NotAnInstitutionsCode(field)


def written(terms: ConsentTerms) -> ConsentTerms:
    """Return the terms with every set sorted, each once: the only way to write them."""
    return replace(
        terms,
        recipients=canonical(terms.recipients),
        kinds=canonical(terms.kinds),
        categories=canonical(terms.categories),
        services=canonical(terms.services),
    )


def not_within(new: ConsentTerms, old: ConsentTerms) -> NotNarrower | None:
    """Refuse terms that go further than others; the first field that does is named."""
    wider = next(_wider(new, old), None)
    return None if wider is None else NotNarrower(f"terms.{wider}")


def _wider(new: ConsentTerms, old: ConsentTerms) -> Iterator[str]:
    """Name the fields that go further. No services at all are all of them.

    An institution whose kind was consented to, but not its code, is none that was named.
    """
    for name in ("recipients", "kinds", "categories"):
        if not {*getattr(new, name)} <= {*getattr(old, name)}:
            yield name
    if old.services and not (new.services and {*new.services} <= {*old.services}):
        yield "services"
    if new.valid_from < old.valid_from:
        yield "valid_from"
    if new.valid_until > old.valid_until:
        yield "valid_until"


def _invalid_recipients(terms: ConsentTerms) -> Invalid | None:
    named = len(terms.recipients) + len(terms.kinds)
    if not 0 < named <= MOST_RECIPIENTS:
        return NoRecipient("terms.recipients")
    if not terms.categories:
        return NoCategory("terms.categories")
    return not_institutions("terms.recipients", terms.recipients)


def _invalid_days(terms: ConsentTerms, today: date) -> Invalid | None:
    if terms.valid_until < max(today, terms.valid_from):
        return ConsentEndsBeforeItBegins("terms.valid_until")
    if terms.valid_until > today + LONGEST:
        return ConsentTooLong("terms.valid_until", LONGEST.days)
    return None
