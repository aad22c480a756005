"""What referral publishes of recalls: who holds what a person has taken back, and who answers."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.contract import (
    CaseId,
    Contract,
    InstitutionCode,
    Key,
    Moment,
    ReferralId,
    coded,
)

PART_OF = "referral"
"""The service whose contracts these are."""

RecallId = Annotated[UUID, Meta(description="The recall: one for each consent")]
ConsentId = Annotated[UUID, Meta(description="The consent that was taken back, or a part of it")]
DueAt = Annotated[Moment, Meta(description="By when the institution is to attest")]
_Categories = Annotated[
    tuple[str, ...], coded("data_categories", "What it is to give up of what it received")
]
_Since = Annotated[
    Moment | None, Meta(description="Since when it has them, as far as is known; null: not known")
]
_Via = Annotated[str, coded("holding_ways", "How they came to it")]
_By = Annotated[
    ReferralId | None, Meta(description="The referral by which they did; left out: none did")
]


class RecallOpenedV1(Contract, frozen=True, kw_only=True):
    """A person took back a consent, or a part of it: whoever received data is to give them up.

    Once for each fact by which something was taken back: ``version`` is that of the consent's own
    stream.
    """

    key = Key.CASE
    recall_id: RecallId
    consent_id: ConsentId
    case_id: CaseId
    version: Annotated[int, Meta(ge=1, description="Version of the consent's stream at that fact")]
    because: Annotated[str, coded("recall_causes", "What happened to the consent")]


class HolderObligedV1(Contract, frozen=True, kw_only=True):
    """The institution received data that were taken back: it is to stop, erase and attest."""

    key = Key.CASE
    recall_id: RecallId
    institution: InstitutionCode
    since: _Since
    categories: _Categories
    via: _Via
    due_at: DueAt
    remind_at: Annotated[Moment, Meta(description="When it is reminded")]
    silent_at: Annotated[Moment, Meta(description="When it is said that it does not answer")]
    referral_id: _By = None


class HolderAddedV1(Contract, frozen=True, kw_only=True):
    """The institution received data after all that was taken back: it is obliged like the others.

    What was on its way when the withdrawal came is added so.
    """

    key = Key.CASE
    recall_id: RecallId
    institution: InstitutionCode
    since: _Since
    categories: _Categories
    via: _Via
    due_at: DueAt
    remind_at: Annotated[Moment, Meta(description="When it is reminded")]
    silent_at: Annotated[Moment, Meta(description="When it is said that it does not answer")]
    referral_id: _By = None


class HolderRemindedV1(Contract, frozen=True, kw_only=True):
    """The institution was reminded that it is to attest."""

    key = Key.CASE
    recall_id: RecallId
    institution: InstitutionCode
    due_at: DueAt


class HolderEscalatedV1(Contract, frozen=True, kw_only=True):
    """The institution has not attested in time, and the custodian was told."""

    key = Key.CASE
    recall_id: RecallId
    institution: InstitutionCode
    custodian: Annotated[
        InstitutionCode | None, Meta(description="Who was told; null: the case has no custodian")
    ]
    due_at: DueAt


class HolderSilentV1(Contract, frozen=True, kw_only=True):
    """The institution does not answer; it may still attest."""

    key = Key.CASE
    recall_id: RecallId
    institution: InstitutionCode
    due_at: DueAt


class ErasureAttestedV1(Contract, frozen=True, kw_only=True):
    """The institution has stopped using the data, and erased them but for what a law has it keep.

    kept_by_law: the entry of the register of norms; null: nothing is kept.
    """

    key = Key.CASE
    recall_id: RecallId
    institution: InstitutionCode
    stopped: Annotated[bool, Meta(description="Whether it uses them no longer")]
    erased: Annotated[bool, Meta(description="Whether it has erased them")]
    kept_by_law: Annotated[
        str | None, Meta(description="Entry of the register of norms by which it keeps some")
    ]
