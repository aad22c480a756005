"""What intake shows of a consent and of an override, and to whom: those who see the case."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.intake.consent import decisions, facts, override_facts, overriding
from services.intake.consent.document import Asked, document
from services.intake.consent.export import exported
from services.intake.consent.states import Recorded
from services.intake.views import custodian_and_those_who_see
from shared.eventstore.log import Log
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.consenting.terms import ConsentTerms, Cut
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.kernel.value import fields_of

_ONLY_CUSTODIAN = Text(
    "Solo a quien responde por el caso; a las demás: null.",
    "For the custodian alone; null for the others.",
).both


class TermsOut(BaseModel):
    """What is consented to."""

    recipients: Sequence[str]
    kinds: Sequence[str]
    categories: Sequence[str]
    services: Sequence[str] = Field(
        description=Text("Lista vacía: los que hagan falta.", "An empty list: all it takes.").both
    )
    valid_from: date
    valid_until: date


class CutOut(BaseModel):
    """What was taken back: from whom (nobody named: from all), and which data (none: all)."""

    recipients: Sequence[str]
    kinds: Sequence[str]
    categories: Sequence[str]


class ConsentOut(BaseModel):
    """A consent in its last version."""

    consent_id: UUID
    case_id: UUID
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    consent_version: int = Field(
        description=Text("Qué versión del consentimiento es.", "Which version it is.").both
    )
    status: str
    purpose: str
    institution: str = Field(description=Text("Quién lo recabó.", "Who obtained it.").both)
    terms: TermsOut
    taken_back: Sequence[CutOut]
    language: str
    mode: str
    evidence: str | None = Field(
        description=Text(
            "El SHA-256 de lo firmado o grabado.", "SHA-256 of what was signed or recorded."
        ).both
    )
    of_age_from: date | None = Field(
        description=Text(
            "Desde cuándo decide la persona y no quien la representa.",
            "From when the person decides, and not a guardian.",
        ).both
    )
    expires_at: datetime
    ask_again_at: datetime | None
    person: UUID | None = Field(description=_ONLY_CUSTODIAN)
    guardian: UUID | None = Field(description=_ONLY_CUSTODIAN)
    witness: UUID | None = Field(description=_ONLY_CUSTODIAN)


class OverrideOut(BaseModel):
    """An override of consent as it stands."""

    override_id: UUID
    case_id: UUID
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    status: str = Field(
        description=Text(
            "Un código de consent_override_statuses.", "A code of consent_override_statuses."
        ).both
    )
    institution: str
    recipient: str
    purpose: str
    services: Sequence[str]
    categories: Sequence[str]
    ground: str
    basis: str
    confirm_by: datetime
    until: datetime | None
    notify_by: datetime | None
    notify: Sequence[str]
    to_tell: Sequence[str] = Field(
        description=Text("A quién falta avisar.", "Who has not been told yet.").both
    )


def show_consent(
    log: Log, caller: Caller, case_id: UUID, consent_id: UUID
) -> tuple[ConsentOut, str]:
    """Show a consent, and say for which purpose. Raises Refused, as if there were none."""
    held, version, own, purpose = _seen(log, caller, case_id, consent_id)
    manner = held.manner
    guardianship = manner.guardianship
    out = ConsentOut(
        consent_id=held.consent_id,
        case_id=held.case_id,
        version=version,
        consent_version=held.version,
        status=held.status,
        purpose=held.purpose,
        institution=held.institution,
        terms=_terms(held.terms),
        taken_back=[_cut(each) for each in held.cuts],
        language=manner.language,
        mode=manner.mode,
        evidence=manner.evidence.digest if manner.evidence else None,
        of_age_from=guardianship.of_age_from if guardianship else None,
        expires_at=held.expires_at,
        ask_again_at=held.ask_again_at,
        person=held.person if own else None,
        guardian=guardianship.guardian if guardianship and own else None,
        witness=manner.witness if own else None,
    )
    return out, purpose


def show_document(
    log: Log, caller: Caller, case_id: UUID, consent_id: UUID, asked: Asked
) -> tuple[str, str]:
    """Write a consent as a document, and say for which purpose. Raises Refused likewise."""
    held, _, _, purpose = _seen(log, caller, case_id, consent_id)
    return document(held, asked), purpose


def show_export(
    log: Log, caller: Caller, case_id: UUID, consent_id: UUID
) -> tuple[dict[str, Any], str]:
    """Export a consent as a published model has it. Raises Refused likewise."""
    held, _, own, purpose = _seen(log, caller, case_id, consent_id)
    stream = facts.stream_of(consent_id)
    recorded = log.facts_of([stream])[stream]
    return exported(held, recorded, with_ids=own), purpose


def show_override(
    log: Log, caller: Caller, case_id: UUID, override_id: UUID
) -> tuple[OverrideOut, str]:
    """Show an override, and say for which purpose. Raises Refused, as if there were none."""
    current = log.read(overriding.DECIDER, override_facts.stream_of(override_id))
    _, seen_by = custodian_and_those_who_see(log, case_id)
    state = current.state
    if isinstance(state, override_facts.NotRequested) or state.request.case_id != case_id:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, seen_by)
    request, disclosure = state.request, state.request.disclosure
    confirmed = state if isinstance(state, override_facts.Confirmed) else None
    out = OverrideOut(
        override_id=override_id,
        case_id=case_id,
        version=current.version,
        status=state.status,
        institution=request.institution,
        recipient=disclosure.recipient,
        purpose=disclosure.purpose,
        services=disclosure.services,
        categories=disclosure.categories,
        ground=request.ground,
        basis=request.basis,
        confirm_by=request.confirm_by,
        until=confirmed.until if confirmed else None,
        notify_by=confirmed.notify_by if confirmed else None,
        notify=request.notify,
        to_tell=confirmed.to_tell if confirmed else request.notify,
    )
    return out, purpose


def _seen(
    log: Log, caller: Caller, case_id: UUID, consent_id: UUID
) -> tuple[Recorded, int, bool, str]:
    """Return a consent, its stream's version, whether the custodian asks, and for what.

    As much is read of what does not exist as of what does.
    """
    current = log.read(decisions.DECIDER, facts.stream_of(consent_id))
    custodian, seen_by = custodian_and_those_who_see(log, case_id)
    held = current.state
    if not isinstance(held, Recorded) or held.case_id != case_id:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, seen_by)
    return held, current.version, caller.institution == custodian, purpose


def _terms(terms: ConsentTerms) -> TermsOut:
    return TermsOut(**fields_of(terms))


def _cut(cut: Cut) -> CutOut:
    return CutOut(**fields_of(cut))
