"""Who records a consent, changes it and takes it back, and what follows from that."""

from collections.abc import Mapping
from typing import assert_never
from uuid import UUID

from services.intake import case, parties
from services.intake.case import CaseIsInError, CaseNotRegistered
from services.intake.consent.commands import (
    AnyConsentCommand,
    ConsentCommand,
    EnterConsentInError,
    NarrowConsent,
    RecordConsent,
    RenewConsent,
    RunConsentClock,
    TakingBack,
    WithdrawConsent,
)
from services.intake.consent.facts import (
    ConsentEnteredInError,
    ConsentExpired,
    ConsentNarrowed,
    ConsentRecorded,
    ConsentRenewed,
    PersonToBeAskedAgain,
)
from services.intake.consent.manner_rules import invalid_manner
from services.intake.consent.moments import Due, ask_again_at, due, expires_at
from services.intake.consent.refusals import (
    ConsentAlreadyRecorded,
    ConsentIsOver,
    ConsentNotRecorded,
    CustodianObtainsConsent,
    NoPartToTakeItBack,
    NotDueYet,
    NotYoursToVoid,
)
from services.intake.consent.states import (
    Consent,
    InForce,
    Living,
    NotRecorded,
    Recorded,
    Withdrawn,
    evolve,
    place,
)
from services.intake.consent.terms_rules import begins_before, invalid_terms, not_within, written
from services.intake.consent.withdrawing import taken_back
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.fields import codes_not_known
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Refusal

CASE = "case"
"""The name under which the rules get the case."""
PARTIES = "parties"
"""The name under which the rules get the case's parties."""


def leans_on(command: AnyConsentCommand, state: Consent) -> Leans:
    """Return the other streams that a command leans on: the case, and who else takes part in it."""
    if isinstance(command, RunConsentClock):
        return {}
    if isinstance(command, RecordConsent):
        return {CASE: (case.DECIDER, command.case_id)}
    if not isinstance(state, Recorded):
        return {}
    leans: Leans = {CASE: (case.DECIDER, state.case_id)}
    if not isinstance(command, TakingBack):
        return leans
    return {**leans, PARTIES: (parties.DECIDER, parties.stream_of(state.case_id))}


def decide(command: AnyConsentCommand, state: Consent, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, RunConsentClock):
        return reaction_only(command) or _clock_ran(command, state)
    if isinstance(command, RecordConsent):
        return _recorded(command, state, known)
    if isinstance(state, NotRecorded):
        return ConsentNotRecorded()
    if isinstance(state, Living):
        return _go_on(command, state, known)
    return _after_the_end(command, state, known)


def _recorded(command: RecordConsent, state: Consent, known: Mapping[str, Known]) -> Decision:
    if isinstance(state, Recorded):
        return ConsentAlreadyRecorded(state.version)
    told = known[CASE].state
    if isinstance(told, case.NotRegistered):
        return CaseNotRegistered()
    if isinstance(told, case.InError):
        return CaseIsInError()
    refused = (
        _not_the_custodian(command, known)
        or codes_not_known(command)
        or _begins_before(command, told.subdivision)
        or _not_a_consent(command, command.person, told.subdivision)
    )
    if refused:
        return refused
    terms, where = written(command.terms), told.subdivision
    return (
        ConsentRecorded(
            consent_id=command.consent_id,
            case_id=command.case_id,
            person=command.person,
            institution=command.by.institution,
            subdivision=where,
            purpose=command.purpose,
            terms=terms,
            manner=command.manner,
            version=1,
            expires_at=expires_at(terms, where),
            ask_again_at=ask_again_at(command.manner, terms, where),
            case_version=known[CASE].version,
        ),
    )


def _go_on(
    command: NarrowConsent | RenewConsent | WithdrawConsent | EnterConsentInError,
    state: Living,
    known: Mapping[str, Known],
) -> Decision:
    match command:
        case RenewConsent():
            return _not_the_custodian(command, known) or _renewed(command, state, known)
        case NarrowConsent():
            return _no_part(command, state, known) or _narrowed(command, state, known)
        case WithdrawConsent():
            versions = known[CASE].version, known[PARTIES].version
            return _no_part(command, state, known) or taken_back(command, state, versions)
        case EnterConsentInError():
            return _voided(command, state, known)
        case _:
            assert_never(command)


def _after_the_end(
    command: NarrowConsent | RenewConsent | WithdrawConsent | EnterConsentInError,
    state: Recorded,
    known: Mapping[str, Known],
) -> Decision:
    """Let what was withdrawn be voided: it was never given, which is more than taken back.

    Taken back again it stays as it is: whoever says so twice is not told no.
    """
    if not isinstance(state, Withdrawn):
        return ConsentIsOver(state.status)
    if isinstance(command, EnterConsentInError):
        return _voided(command, state, known)
    if isinstance(command, WithdrawConsent):
        return _no_part(command, state, known) or ()
    return ConsentIsOver(state.status)


# --- who ------------------------------------------------------------------------------------


def _custodian(known: Mapping[str, Known]) -> str | None:
    told = case.described(known[CASE].state)
    return None if told is None else told.custody.custodian


def _not_the_custodian(command: Command, known: Mapping[str, Known]) -> Refusal | None:
    return None if command.by.institution == _custodian(known) else CustodianObtainsConsent()


def _no_part(command: TakingBack, state: Recorded, known: Mapping[str, Known]) -> Refusal | None:
    taking_part: parties.Parties = known[PARTIES].state
    involved = {_custodian(known), state.institution, *taking_part.institutions}
    return None if command.by.institution in involved else NoPartToTakeItBack()


# --- what follows ---------------------------------------------------------------------------


def _not_a_consent(command: ConsentCommand, person: UUID, where: str) -> Refusal | None:
    today = day_in(where, command.at)
    return invalid_terms(command.terms, today) or invalid_manner(command.manner, person, today)


def _begins_before(command: RecordConsent | RenewConsent, where: str) -> Refusal | None:
    return begins_before(command.terms, day_in(where, command.at))


def _renewed(command: RenewConsent, state: Living, known: Mapping[str, Known]) -> Decision:
    """Return a new version, also of the same terms: that the person was asked again is new."""
    where = state.subdivision
    refused = (
        codes_not_known(command)
        or _begins_before(command, where)
        or _not_a_consent(command, state.person, where)
    )
    if refused:
        return refused
    terms = written(command.terms)
    return (
        ConsentRenewed(
            consent_id=state.consent_id,
            version=state.version + 1,
            institution=command.by.institution,
            terms=terms,
            manner=command.manner,
            expires_at=expires_at(terms, where),
            ask_again_at=ask_again_at(command.manner, terms, where),
            case_version=known[CASE].version,
        ),
    )


def _narrowed(command: NarrowConsent, state: Living, known: Mapping[str, Known]) -> Decision:
    """Return one fact, none if the terms are what they were."""
    where, terms = state.subdivision, written(command.terms)
    refused = (
        codes_not_known(command)
        or not_within(terms, state.terms)
        or _not_a_consent(command, state.person, where)
    )
    if refused:
        return refused
    if terms == state.terms:
        return ()
    return (
        ConsentNarrowed(
            consent_id=state.consent_id,
            version=state.version + 1,
            institution=command.by.institution,
            terms=terms,
            manner=command.manner,
            expires_at=expires_at(terms, where),
            ask_again_at=ask_again_at(command.manner, terms, where),
            case_version=known[CASE].version,
            parties_version=known[PARTIES].version,
        ),
    )


def _voided(command: EnterConsentInError, state: Recorded, known: Mapping[str, Known]) -> Decision:
    if command.by.institution not in {state.institution, _custodian(known)}:
        return NotYoursToVoid()
    return codes_not_known(command) or (
        ConsentEnteredInError(
            consent_id=state.consent_id,
            version=state.version,
            entry_id=command.entry_id,
            reason=command.reason,
            case_version=known[CASE].version,
        ),
    )


def _clock_ran(command: RunConsentClock, state: Consent) -> Decision:
    """Say what is due. A clock of a version that was replaced, or that ran, adds nothing."""
    if isinstance(state, NotRecorded):
        return ConsentNotRecorded()
    if not isinstance(state, Living) or command.version != state.version:
        return ()
    what = due(state, command.at)
    match what:
        case Due.EXPIRE:
            return (ConsentExpired(state.consent_id, state.version),)
        case Due.ASK_AGAIN:
            return (PersonToBeAskedAgain(state.consent_id, state.version),)
        case None:
            return NotDueYet() if isinstance(state, InForce) else ()
        case _:
            assert_never(what)


DECIDER: Decider[Consent] = Decider(
    nothing=NotRecorded(), decide=decide, evolve=evolve, leans_on=leans_on, place=place
)
