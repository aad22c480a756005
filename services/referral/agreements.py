"""Agreements: who drafts, signs, renews, suspends and terminates them.

A steward, or the administrator of a party. The days of a validity are counted on the country's
calendar (``shared.kernel.days``).
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from services.referral import agreement_index, directory
from services.referral.agreement import (
    Agreement,
    AgreementDrafted,
    AgreementExpiryAnnounced,
    AgreementRenewed,
    AgreementResumed,
    AgreementRevised,
    AgreementSigned,
    AgreementState,
    AgreementSuspended,
    AgreementTerminated,
    NotDrafted,
    beside,
    evolve,
    place,
)
from services.referral.agreement_refusals import (
    AgreementAlreadyDrafted,
    AgreementIsOver,
    AgreementNotDrafted,
    AlreadySigned,
    NotAParty,
    NotLater,
    NotSignedYet,
    NotSuspended,
    NotTheirAgreement,
    NotTheSignatory,
    RenewedByTheSteward,
    SignedInTheFuture,
    SuspendedByAnother,
)
from services.referral.agreement_terms import (
    DATA_CATEGORIES,
    KIND,
    PARTIES,
    PROGRAMME,
    SERVICES,
    TEXTS,
    TITLE,
    VALID_FROM,
    VALID_UNTIL,
    AgreementTerms,
    entry_name,
    invalid_terms,
    terms_of,
)
from shared.kernel.days import local_day
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text

STEPS = (60, 30, 7)
"""How many days before its last one an agreement's end is announced."""
