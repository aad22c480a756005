"""Overriding consent: who asks, who confirms, and what a disclosure may then lean on."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, assert_never

from services.intake import case
from services.intake.case import CaseIsInError, CaseNotRegistered
from services.intake.consent.override_commands import (
    NORM,
    ConfirmConsentOverride,
    OverrideAnswering,
    OverrideCommand,
    RecordOverrideNotice,
    RejectConsentOverride,
    RequestConsentOverride,
)
from services.intake.consent.override_facts import (
    Confirmed,
    ConsentOverrideConfirmed,
    ConsentOverrideNotified,
    ConsentOverrideRejected,
    ConsentOverrideRequested,
    NotRequested,
    Override,
    Rejected,
    Requested,
    evolve,
)
from services.intake.consent.override_refusals import (
    BasisNotUsable,
    CustodianOverrides,
    NobodyToNotify,
    NotARecipient,
    NotInThisRole,
    NotToBeNotified,
    OverrideAlreadyAnswered,
    OverrideAlreadyRequested,
    OverrideLapsed,
    OverrideNamesNoData,
    OverrideNotRequested,
    SecondPersonNeeded,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.consenting.allowing_refusals import OverrideNotConfirmed
from shared.kernel.consenting.covering import Disclosure
from shared.kernel.decider import Decider, Decision, Known, Leans
from shared.kernel.fields import codes_not_known
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, SUPERVISOR

CASE: Final = "case"
"""The name under which the rules get the case."""
CONFIRM_WITHIN: Final = timedelta(hours=24)
LASTS: Final = timedelta(hours=72)
"""For how long a disclosure may lean on an override, from when it is confirmed."""
NOTIFY_WITHIN: Final = timedelta(hours=72)
ASKING: Final = frozenset({CASEWORKER, SUPERVISOR})
ANSWERING: Final = frozenset({SUPERVISOR, ADMINISTRATOR})


def leans_on(command: OverrideCommand, _: Override) -> Leans:
    """Return the other stream that a request leans on: the case's."""
    if isinstance(command, RequestConsentOverride):
        return {CASE: (case.DECIDER, command.case_id)}
    return {}


def decide(command: OverrideCommand, state: Override, known: Mapping[str, Known]) -> Decision:
    match command:
        case RequestConsentOverride():
            return _requested(command, state, known[CASE])
        case ConfirmConsentOverride() | RejectConsentOverride():
            return _answered(command, state)
        case RecordOverrideNotice():
            return _told(command, state)
        case _:
            assert_never(command)


# --- asking ---------------------------------------------------------------------------------


def _requested(command: RequestConsentOverride, state: Override, told: Known) -> Decision:
    if not isinstance(state, NotRequested):
        return OverrideAlreadyRequested()
    refused = (
        _not_theirs(command, told.state)
        or codes_not_known(command)
        or _not_to_be_disclosed(command)
        or _not_founded(command)
    )
    if refused:
        return refused
    return (
        ConsentOverrideRequested(
            override_id=command.override_id,
            case_id=command.case_id,
            institution=command.by.institution,
            disclosure=Disclosure(
                recipient=command.recipient,
                kind=None,
                purpose=command.purpose,
                services=canonical(command.services),
                categories=canonical(command.categories),
            ),
            ground=command.ground,
            basis=command.basis,
            notify=canonical(command.notify),
            subject=command.by.subject,
            role=command.by.role,
            confirm_by=command.at + CONFIRM_WITHIN,
            case_version=told.version,
        ),
    )


def _not_theirs(command: RequestConsentOverride, told: case.Case) -> Refusal | None:
    if isinstance(told, case.NotRegistered):
        return CaseNotRegistered()
    if isinstance(told, case.InError):
        return CaseIsInError()
    if command.by.institution != told.custody.custodian:
        return CustodianOverrides()
    return None if command.by.role in ASKING else NotInThisRole()


def _not_to_be_disclosed(command: RequestConsentOverride) -> Invalid | None:
    own = command.recipient == command.by.institution
    if own or not re.fullmatch(INSTITUTION_CODE, command.recipient):
        return NotARecipient("recipient")
    return None if command.categories else OverrideNamesNoData("categories")


def _not_founded(command: RequestConsentOverride) -> Invalid | None:
    if not re.fullmatch(NORM, command.basis):
        return BasisNotUsable("basis")
    return None if command.notify else NobodyToNotify("notify")


# --- answering ------------------------------------------------------------------------------


def _answered(command: OverrideAnswering, state: Override) -> Decision:
    if isinstance(state, NotRequested):
        return OverrideNotRequested()
    if isinstance(state, Confirmed | Rejected):
        return OverrideAlreadyAnswered()
    refused = _not_a_second_person(command, state) or codes_not_known(command)
    if refused:
        return refused
    by, asked = command.by, state.request
    if isinstance(command, RejectConsentOverride):
        return (ConsentOverrideRejected(asked.override_id, by.subject, by.role, command.reason),)
    if command.at > asked.confirm_by:
        return OverrideLapsed(asked.confirm_by.isoformat())
    return (
        ConsentOverrideConfirmed(
            override_id=asked.override_id,
            institution=asked.institution,
            disclosure=asked.disclosure,
            ground=asked.ground,
            basis=asked.basis,
            notify=asked.notify,
            subject=by.subject,
            role=by.role,
            until=command.at + LASTS,
            notify_by=command.at + NOTIFY_WITHIN,
        ),
    )


def _not_a_second_person(command: OverrideAnswering, state: Requested) -> Refusal | None:
    by, first = command.by, state.request
    if by.institution != first.institution:
        return CustodianOverrides()
    if by.role not in ANSWERING:
        return NotInThisRole()
    same = by.subject == first.subject or by.role == first.role
    return SecondPersonNeeded() if same else None


def _told(command: RecordOverrideNotice, state: Override) -> Decision:
    """Return one fact; none if that was recorded before."""
    if isinstance(state, NotRequested):
        return OverrideNotRequested()
    if not isinstance(state, Confirmed):
        return OverrideNotConfirmed("override")
    if command.by.institution != state.request.institution:
        return CustodianOverrides()
    if command.notified not in state.request.notify:
        return NotToBeNotified("notified")
    if command.notified in state.told:
        return ()
    return (ConsentOverrideNotified(state.request.override_id, command.notified),)


DECIDER: Decider[Override] = Decider(
    nothing=NotRequested(), decide=decide, evolve=evolve, leans_on=leans_on
)
