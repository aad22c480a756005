"""What intake shows of a case, and to whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.intake import case, changes, parties, previews
from services.intake.details import Description
from shared.eventstore.log import Current, Log
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.refusals import Refused
from shared.kernel.sight import Sight, sights, those_who_see
from shared.kernel.text import Text
from shared.kernel.value import fields_of


class DetailsOut(BaseModel):
    """Coded attributes. Null: not stated."""

    age_band: str | None
    sex: str | None
    nationality: str | None
    migratory_condition: str | None
    sector: str | None
    occupation: str | None
    violations: Sequence[str] | None


class PreviewOut(BaseModel):
    """What an institution sees of a case that it was asked to take on or to share."""

    case_id: UUID
    referral_id: UUID
    addressee: str
    programme: str
    subdivision: str
    age_band: str | None
    sex: str | None


class DescriptionOut(BaseModel):
    """A case as somebody describes it."""

    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    details: DetailsOut = Field(
        description=Text(
            "Atributos en códigos; null: no consta.",
            "Coded attributes; null: not stated.",
        ).both
    )


class ProposalOut(BaseModel):
    """What a party proposes to the custodian, and is not decided yet."""

    proposal_id: UUID
    institution: str = Field(description=Text("Quién lo propone.", "Who proposes it.").both)
    proposed: DescriptionOut | None = Field(
        description=Text(
            "Cómo debería describirse el caso; null: se pide anularlo.",
            "How the case should be described; null: to void it is requested.",
        ).both
    )
    changed: Sequence[str] = Field(description=Text("Lo que cambiaría.", "What would change.").both)
    void_reason: str | None = Field(
        description=Text(
            "Por qué se pide anular el caso.",
            "Why it is requested to void the case.",
        ).both
    )


class CaseOut(BaseModel):
    """A case as it was last described."""

    case_id: UUID
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    folio: str
    institution: str = Field(
        description=Text(
            "La que lo registró.",
            "The one that registered it.",
        ).both
    )
    programme: str
    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    details: DetailsOut = Field(
        description=Text(
            "Atributos en códigos; null: no consta.",
            "Coded attributes; null: not stated.",
        ).both
    )
    custodian: str = Field(
        description=Text(
            "Quién responde por el caso y lo corrige, hasta donde se sabe aquí.",
            "Who has custody of the case and corrects it, as far as is known here.",
        ).both
    )
    proposals: Sequence[ProposalOut] = Field(
        description=Text(
            "Lo propuesto que espera decisión.",
            "What is proposed and waits to be decided.",
        ).both
    )
    entered_in_error: str | None = Field(
        description=Text(
            "Por qué fue un error; null: no lo es.",
            "Why it was an error; null: it is not.",
        ).both
    )


def _read(log: Log, case_id: UUID) -> tuple[Current, Mapping[str, Sight]]:
    """Return a case, and what each institution sees of it, as far as intake has heard.

    As much is read of what does not exist as of what does: a stranger must not tell them apart by
    time.
    """
    current = log.read(case.DECIDER, case_id)
    state = case.described(current.state)
    known: parties.Parties = log.read(parties.DECIDER, parties.stream_of(case_id)).state
    custodian = state.custody.custodian if state else None
    return current, sights(custodian, known.by_referral.values())


def those_who_know(log: Log, case_id: UUID) -> Collection[str]:
    """Return the institutions that may hear of a refusal: those that see the case, or saw it."""
    return those_who_see(_read(log, case_id)[1], Sight.CASE, Sight.PAST)


def custodian_and_those_who_see(log: Log, case_id: UUID) -> tuple[str | None, Collection[str]]:
    """Return who has custody of a case, and who sees it; nobody, if there is no such case."""
    current, seen_by = _read(log, case_id)
    state = case.described(current.state)
    return state.custody.custodian if state else None, those_who_see(seen_by, Sight.CASE)


def show(log: Log, caller: Caller, case_id: UUID) -> tuple[CaseOut, str]:
    """Show a case, and say for which purpose.

    Raises Refused unless the caller may see it, as if there were none.
    """
    current, seen_by = _read(log, case_id)
    state = case.described(current.state)
    if state is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, those_who_see(seen_by, Sight.CASE))
    out = CaseOut(
        case_id=state.case_id,
        version=current.version,
        folio=state.folio,
        institution=state.institution,
        programme=state.programme,
        subdivision=state.subdivision,
        municipality=state.municipality,
        channel=state.channel,
        opened_at=state.opened_at,
        details=DetailsOut(**fields_of(state.details)),
        custodian=state.custody.custodian,
        proposals=[_proposal(each) for each in state.proposals.open],
        entered_in_error=(
            current.state.entry.reason if isinstance(current.state, case.InError) else None
        ),
    )
    return out, purpose


def _proposal(one: changes.Proposal) -> ProposalOut:
    correction = one if isinstance(one, changes.CorrectionProposal) else None
    return ProposalOut(
        proposal_id=one.proposal_id,
        institution=one.institution,
        proposed=_described(correction.proposed) if correction else None,
        changed=correction.changed if correction else (),
        void_reason=one.reason if isinstance(one, changes.VoidRequest) else None,
    )


def _described(one: Description) -> DescriptionOut:
    return DescriptionOut(
        subdivision=one.subdivision,
        municipality=one.municipality,
        channel=one.channel,
        opened_at=one.opened_at,
        details=DetailsOut(**fields_of(one.details)),
    )


def show_preview(
    log: Log, caller: Caller, case_id: UUID, referral_id: UUID
) -> tuple[PreviewOut, str]:
    """Show what the addressee of a referral sees until it answers, and say for which purpose.

    Raises Refused unless it is the caller and has yet to answer, or the caller sees the case.
    """
    known: parties.Parties = log.read(parties.DECIDER, parties.stream_of(case_id)).state
    sides = known.by_referral.get(referral_id)
    preview: previews.Preview = log.read(previews.DECIDER, previews.stream_of(referral_id)).state
    allowed = those_who_see(_read(log, case_id)[1], Sight.CASE)
    if sides is None or preview is None:
        raise Refused(scope.NoSuchCase())
    if sides.addressee_sees is Sight.PREVIEW:
        allowed |= {preview.addressee}
    purpose = scope.require(caller, allowed)
    out = PreviewOut(
        case_id=case_id,
        referral_id=referral_id,
        addressee=preview.addressee,
        programme=preview.programme,
        subdivision=preview.subdivision,
        age_band=preview.age_band,
        sex=preview.sex,
    )
    return out, purpose
