"""The consent that a referral leans on: to whom a person lets what be asked for, and until when."""

from datetime import date

from shared.kernel.codes import code
from shared.kernel.value import Value

RECORDED_BY_SENDER = code("consent_bases", "recorded-by-sender").code
"""The basis of ``consent_bases`` on which it is the sender's word that the person consented."""


class ConsentGiven(Value, omit_defaults=True):
    """A person consented to be referred for these services to these institutions.

    basis: what that rests on, of the list ``consent_bases``. recipients: in the order in which they
    are to be asked. until: the last day on which a referral may lean on it; None: it has no end.
    """

    basis: str
    recipients: tuple[str, ...]
    services: tuple[str, ...]
    until: date | None = None
