"""What referral shows of agreements, and to whom: parties, stewards, auditors and monitors."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import agreement_policy, agreements, directory
from services.referral.agreement import Agreement
from services.referral.agreement_refusals import AgreementNotDrafted
from services.referral.institution import Listed
from services.referral.letter import letter
from shared.eventstore.log import Log
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.clock import now
from shared.kernel.codes import codes
from shared.kernel.documents import DocumentRef
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Refused
from shared.kernel.text import Text

_IF_MATCH = Text("Para If-Match.", "For If-Match.").both


class PaperOut(BaseModel):
    """Which document it is."""

    document_id: UUID
    digest: str


class SignatureOut(BaseModel):
    """A party's signature."""

    institution: str
    signed_on: date
    signatory_role: str
    document: PaperOut | None


class PauseOut(BaseModel):
    """Days on which it was, or is, not in force."""

    since: date
    until: date | None = Field(
        description=Text(
            "El primer día en que rigió de nuevo.", "The first day in force again."
        ).both
    )


class AgreementOut(BaseModel):
    """An agreement as it stands today."""

    agreement_id: UUID
    version: int = Field(description=_IF_MATCH)
    status: str = Field(
        description=Text(
            "Un código de agreement_statuses: su situación hoy.",
            "A code of agreement_statuses: its status today.",
        ).both
    )
    since: date | None = Field(
        description=Text(
            "Desde cuándo está así; null: no se dice.", "Since when; null: it is not said."
        ).both
    )
    kind: str
    title: str
    parties: list[str]
    programme: str
    services: list[str] = Field(description=Text("Lista vacía: todos.", "An empty list: all.").both)
    data_categories: list[str]
    valid_from: date
    valid_until: date | None = Field(
        description=Text("null: hasta que se termine.", "null: until it is terminated.").both
    )
    terms: int = Field(
        description=Text(
            "El número de sus términos: cada revisión da otro.",
            "The number of its terms: each revision gives another.",
        ).both
    )
    texts: PaperOut | None
    signatures: list[SignatureOut]
    unsigned: list[str] = Field(
        description=Text("Las partes que no han firmado.", "The parties that have not signed.").both
    )
    pauses: list[PauseOut]
    announced: list[int] = Field(
        description=Text(
            "A cuántos días de su fin se avisó ya a las partes.",
            "How many days before its end its parties were told already.",
        ).both
    )


class PolicyOut(BaseModel):
    """Whether referrals of a programme need an agreement."""

    programme: str
    version: int = Field(description=_IF_MATCH)
    required: bool = Field(
        description=Text(
            "true: siempre; false: solo entre instituciones que ya tuvieron uno.",
            "true: always; false: only between institutions that have had one.",
        ).both
    )


def show_agreement(log: Log, caller: Caller, agreement_id: UUID) -> AgreementOut:
    """Show an agreement. Raises Refused, as if there were none, to who may not see it."""
    agreement, version = seen(log, caller, agreement_id)
    today = day_in(None, now())
    return AgreementOut(
        agreement_id=agreement.agreement_id,
        version=version,
        status=agreement.validity.status_on(today),
        since=agreement.validity.since(today),
        kind=agreement.kind,
        title=agreement.title,
        parties=list(agreement.parties),
        programme=agreement.programme,
        services=list(agreement.services),
        data_categories=list(agreement.data_categories),
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        terms=agreement.terms,
        texts=_paper(agreement.texts),
        signatures=[
            SignatureOut(
                institution=each.institution,
                signed_on=each.signed_on,
                signatory_role=each.signatory_role,
                document=_paper(each.document),
            )
            for each in agreement.signatures
        ],
        unsigned=list(agreement.unsigned),
        pauses=[PauseOut(since=each.since, until=each.until) for each in agreement.validity.pauses],
        announced=list(agreement.announced),
    )


def show_letter(log: Log, caller: Caller, agreement_id: UUID, lang: str) -> tuple[str, int]:
    """Return an agreement as a letter, with its version. Raises Refused likewise."""
    agreement, version = seen(log, caller, agreement_id)
    return letter_of(log, agreement, version, lang), version


def letter_of(log: Log, agreement: Agreement, version: int, lang: str) -> str:
    """Return an agreement as a letter, with the parties' names of today."""
    names = {}
    for party in agreement.parties:
        entry = log.read(directory.DECIDER, directory.stream_of(party)).state
        if isinstance(entry, Listed):
            names[party] = entry.name
    return letter(agreement, version, names, lang)


def seen(log: Log, caller: Caller, agreement_id: UUID) -> tuple[Agreement, int]:
    """Return an agreement that the caller may see, with its version. Raises Refused."""
    found, version = drafted(log, agreement_id)
    if not scope.may_see_agreement(caller, found.parties):
        raise Refused(AgreementNotDrafted())
    return found, version


def drafted(log: Log, agreement_id: UUID) -> tuple[Agreement, int]:
    """Return an agreement with its version. Raises Refused if there is none."""
    current = log.read(agreements.DECIDER, agreements.stream_of(agreement_id))
    if not isinstance(current.state, Agreement):
        raise Refused(AgreementNotDrafted())
    return current.state, current.version


def show_policy(log: Log, programme: str) -> PolicyOut | None:
    """Show whether a programme requires agreements; None if there is no such programme."""
    if programme not in codes("programmes"):
        return None
    current = log.read(agreement_policy.DECIDER, agreement_policy.stream_of(programme))
    return PolicyOut(programme=programme, version=current.version, required=current.state)


def _paper(document: DocumentRef | None) -> PaperOut | None:
    if document is None:
        return None
    return PaperOut(document_id=document.document_id, digest=document.digest)
