"""A case is closed, and reopened, by its custodian alone.

What closing does not end: accepted shares go on until their own follow-up ends. A case in which a
referral waits for its answer is not closed.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral.decisions import CUSTODIAN
from services.referral.referral import Referral, what_follows
from services.referral.refusals import CaseIsClosed, CaseIsNotClosed, ReferralUndecided
from shared.kernel.coded_fields import attribute
from shared.kernel.decider import Command, Decision
from shared.kernel.fields import AttributeOf, ByImportOnly, Coded, Described, codes_not_known
from shared.kernel.life.refusals import not_yours
from shared.kernel.text import Text
from shared.kernel.value import Value

# --- commands -------------------------------------------------------------------------------


class CloseCase(Command, kw_only=True):
    """The custodian closes the case, with what came of it (``outcome_kinds``).

    undated: nobody knows when; it was no later than ``at``.
    """

    title: ClassVar[Text] = Text("Cerrar el caso", "Close the case")
    description: ClassVar[Text] = Text(
        "Cierra el caso con un código de outcome_kinds. Solo quien responde por él; no mientras una"
        " canalización espere respuesta.",
        "Close the case with a code of outcome_kinds. Its custodian alone, and not while a referral"
        " waits for its answer.",
    )

    outcome: Annotated[
        str,
        Coded("outcome_kinds"),
        Described(Text("El resultado del caso, como código.", "What came of it, as a code.")),
    ]
    undated: Annotated[bool, ByImportOnly()] = False


class ReopenCase(Command, kw_only=True):
    """The custodian goes on with a closed case, and says why (``reopening_reasons``)."""

    title: ClassVar[Text] = Text("Reabrir el caso", "Reopen the case")
    description: ClassVar[Text] = Text(
        "Reabre un caso cerrado, con un código de reopening_reasons. Solo quien responde por él.",
        "Reopen a closed case, with a code of reopening_reasons. Its custodian alone.",
    )

    reason: Annotated[
        str,
        Coded("reopening_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


# --- facts ----------------------------------------------------------------------------------


class CaseClosed(Value, omit_defaults=True):
    """Nothing more will be done in the case.

    outcome_class: favourable, unfavourable or neutral, at the time. undated: it is not known when
    the case was closed, only that it was by the time at which it happened.
    """

    custodian: str
    outcome: str
    outcome_class: Annotated[str, AttributeOf("outcome", "class")]
    undated: bool = False


class CaseReopened(Value):
    """There was more to do after all."""

    reason: str


# --- rules ----------------------------------------------------------------------------------


def closed_or_reopened(
    command: CloseCase | ReopenCase,
    custodian: str,
    referrals: Mapping[UUID, Referral],
    *,
    is_closed: bool,
) -> Decision:
    """Close or reopen the case, if it is its custodian that asks for it."""
    if command.by.institution != custodian:
        return not_yours((CUSTODIAN.code,))
    if isinstance(command, CloseCase):
        return _closed(command, custodian, referrals, already=is_closed)
    return _reopened(command, is_closed=is_closed)


def _closed(
    command: CloseCase, custodian: str, referrals: Mapping[UUID, Referral], *, already: bool
) -> Decision:
    """Close the case. ``already``: whether it is closed."""
    if already:
        return CaseIsClosed()
    if refused := codes_not_known(command):
        return refused
    for referral_id, referral in referrals.items():
        if what_follows(referral).open:
            return ReferralUndecided(str(referral_id))
    outcome_class = attribute("outcome_kinds", command.outcome, "class")
    return (CaseClosed(custodian, command.outcome, outcome_class, command.undated),)


def _reopened(command: ReopenCase, *, is_closed: bool) -> Decision:
    """Reopen the case. ``is_closed``: whether it is closed."""
    if not is_closed:
        return CaseIsNotClosed()
    return codes_not_known(command) or (CaseReopened(command.reason),)
