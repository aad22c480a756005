"""An override: a second person of the sender lets a case be referred once without an agreement."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.kernel.times import CLOCKS_MAY_DIFFER
from shared.kernel.value import Value

LASTS = timedelta(hours=72)
"""For how long an override may be used."""


class AgreementOverridden(Value):
    """A second person of the sender lets the case go to ``addressee`` once, without an agreement.

    until: the last moment at which it may be used. subject: who said so; another one refers.
    """

    override_id: UUID
    institution: str
    addressee: str
    reason: str
    until: datetime
    subject: str

    def serves(self, institution: str, addressee: str, at: datetime) -> bool:
        """Whether this institution may use it for this addressee at a moment."""
        began = self.until - LASTS - CLOCKS_MAY_DIFFER
        theirs = (self.institution, self.addressee) == (institution, addressee)
        return theirs and began <= at <= self.until
