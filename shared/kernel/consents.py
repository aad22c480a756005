"""The consent that a referral leans on: to whom a person lets what be asked for, and until when."""

from datetime import date
from typing import Final
from uuid import UUID

from shared.kernel.codes import code
from shared.kernel.value import Value

RECORDED_BY_SENDER = code("consent_bases", "recorded-by-sender").code
"""The basis of ``consent_bases`` on which it is the sender's word that the person consented."""
RECORDED_CONSENT = code("consent_bases", "recorded-consent").code
"""The basis on which what the person consented to is on record."""
CONSENT_OVERRIDE = code("consent_bases", "consent-override").code
"""The basis on which two persons decided that it is disclosed without a consent."""
REFERRING: Final = "referral"
"""The purpose of ``consent_purposes`` that a referral has if nobody says another."""
CODED_CASE: Final = "coded-case"
"""The category of data that every referral discloses."""


class ConsentGiven(Value, omit_defaults=True):
    """A person consented to be referred for these services to these institutions.

    basis: what that rests on, of the list ``consent_bases``. recipients: in the order in which they
    are to be asked. until: the last day on which a referral may lean on it; None: it has no end.

    consent_id, consent_version: the recorded consent, at the version that was judged by;
    override_id: the override in place of one. Both None: it is the sender's word. categories: the
    data that are disclosed, of ``data_categories``; empty: the coded case alone. purpose: of
    ``consent_purposes``.
    """

    basis: str
    recipients: tuple[str, ...]
    services: tuple[str, ...]
    until: date | None = None
    consent_id: UUID | None = None
    consent_version: int | None = None
    override_id: UUID | None = None
    categories: tuple[str, ...] = ()
    purpose: str = REFERRING
