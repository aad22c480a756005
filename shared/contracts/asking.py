"""What referral publishes of asking: drafts, transfers that are asked for, who is told."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.contract import (
    AboutReferral,
    Contract,
    InstitutionCode,
    Key,
    Kind,
    ReferralId,
    ServiceKind,
    coded,
)
from shared.kernel.consents import REFERRING
from shared.kernel.running_clock import RunningClock
from shared.kernel.statuses import REFERRAL_STATUSES, status_in

PART_OF = "referral"
"""The service whose contracts these are."""

Origin = Annotated[str, coded("referral_origins", "Where the referral comes from")]
TransferRequestId = Annotated[UUID, Meta(description="The request for a transfer")]


class ReferralDraftedV1(AboutReferral, frozen=True, kw_only=True):
    """The custodian worded a referral, and has not sent it: its addressee is not told."""

    status = status_in(REFERRAL_STATUSES, "draft")
    sender: InstitutionCode
    addressee: InstitutionCode
    kind: Kind
    services: tuple[ServiceKind, ...]
    priority: Annotated[str, coded("priorities", "How soon an answer is due")]
    replaces: ReferralId | None = None
    alternatives: Annotated[
        tuple[str, ...], Meta(description="To whom else the consent extends, in order")
    ] = ()
    consent_until: Annotated[
        date | None, Meta(description="The consent's last day; left out: it has no end")
    ] = None
    origin: Origin = "custodian"
    by_link: Annotated[bool, Meta(description="The addressee answers by a link")] = False
    clock: RunningClock | None = None
    consent_id: Annotated[
        UUID | None, Meta(description="The consent it is to lean on; left out: the sender's word")
    ] = None
    override_id: Annotated[
        UUID | None, Meta(description="The override of consent, in place of one")
    ] = None
    categories: Annotated[
        tuple[str, ...], coded("data_categories", "What it is to disclose; left out: coded data")
    ] = ()
    purpose: Annotated[str, coded("consent_purposes", "What it is disclosed for")] = REFERRING


class DraftDiscardedV1(AboutReferral, frozen=True, kw_only=True):
    """The draft of a referral is not sent."""

    status = status_in(REFERRAL_STATUSES, "discarded")
    reason: Annotated[str, coded("draft_discard_reasons", "Why it was discarded")]


class TransferRequestedV1(Contract, frozen=True, kw_only=True):
    """An institution that sees the case asked its custodian to transfer it."""

    key = Key.CASE
    request_id: TransferRequestId
    institution: InstitutionCode
    services: tuple[ServiceKind, ...]
    reason: Annotated[str, coded("transfer_request_reasons", "Why it asks for custody")]


class TransferGrantedV1(Contract, frozen=True, kw_only=True):
    """The custodian offers the transfer that was asked for, by this referral."""

    key = Key.CASE
    request_id: TransferRequestId
    institution: InstitutionCode
    granted: Annotated[UUID, Meta(description="The referral by which it is offered")]


class TransferRefusedV1(Contract, frozen=True, kw_only=True):
    """The custodian does not transfer the case."""

    key = Key.CASE
    request_id: TransferRequestId
    institution: InstitutionCode
    reason: Annotated[str, coded("transfer_refusal_reasons", "Why it is not transferred")]


class CustodyAnnouncedV1(Contract, frozen=True, kw_only=True):
    """Custody moved, and these institutions are told who answers for the case from now on."""

    key = Key.CASE
    custodian: InstitutionCode
    institutions: tuple[InstitutionCode, ...]
