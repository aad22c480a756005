"""When something is due about a consent, and what: it expires, or the person is to be asked again.

The moments are said in the fact of each version; the clock only says that one has come.
"""

from datetime import date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from services.intake.consent.manner import ConsentManner
from services.intake.consent.states import Consent, InForce, ToBeAskedAgain
from shared.kernel.consenting.terms import ConsentTerms
from shared.kernel.freshness import ZONE
from shared.kernel.places import zone_of


class Due(Enum):
    """What is to be done about a consent."""

    ASK_AGAIN = "ask-again"
    EXPIRE = "expire"


def expires_at(terms: ConsentTerms, subdivision: str) -> datetime:
    """Return the moment after the last day, at the place of the case."""
    return _begin_of(terms.valid_until + timedelta(days=1), subdivision)


def ask_again_at(manner: ConsentManner, terms: ConsentTerms, subdivision: str) -> datetime | None:
    """Return the moment from which the person is to be asked; None: never, or it expires first."""
    of_age_from = manner.guardianship.of_age_from if manner.guardianship else None
    if of_age_from is None or of_age_from > terms.valid_until:
        return None
    return _begin_of(of_age_from, subdivision)


def next_due(consent: Consent) -> tuple[datetime, Due] | None:
    """Return when the next clock of a consent runs out, and what is due then; None: none runs."""
    if isinstance(consent, InForce) and consent.ask_again_at is not None:
        return consent.ask_again_at, Due.ASK_AGAIN
    if isinstance(consent, InForce | ToBeAskedAgain):
        return consent.expires_at, Due.EXPIRE
    return None


def due(consent: Consent, at: datetime) -> Due | None:
    """Return what is due at a moment; None: nothing. Nobody is asked about what is over by then."""
    if not isinstance(consent, InForce | ToBeAskedAgain):
        return None
    if consent.expires_at <= at:
        return Due.EXPIRE
    first = consent.ask_again_at if isinstance(consent, InForce) else None
    return Due.ASK_AGAIN if first is not None and first <= at else None


def _begin_of(day: date, subdivision: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone_of(subdivision) or ZONE))
