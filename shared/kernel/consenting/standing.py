"""How a consent stands, as far as whoever judges by it knows: what ``covers`` reads of it."""

from datetime import date
from typing import Final

from shared.kernel.consenting.terms import ConsentTerms, Cut
from shared.kernel.value import Value

STATUSES: Final = "consent_statuses"
"""The list of a consent's statuses."""
IN_FORCE: Final = "in-force"


class Standing(Value):
    """A consent in its last version.

    status: of the list ``consent_statuses``. of_age_from: the day from which a guardian's word
    serves no longer; None: the person consented, or the guardianship does not end so. cuts: what
    was taken back since it was given or renewed.
    """

    status: str
    purpose: str
    terms: ConsentTerms
    of_age_from: date | None = None
    cuts: tuple[Cut, ...] = ()
