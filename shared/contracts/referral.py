"""What referral publishes: the directory, who has custody of a case, and each referral's life."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from shared.contracts import (
    afterwards,
    agreements,
    asking,
    clocks,
    cooperation,
    directory,
    documents,
    following,
    links,
    norms,
    programmes,
    recalls,
    services,
)
from shared.contracts.agreements import AgreementId, AgreementVersion, OverrideId
from shared.contracts.asking import Origin
from shared.contracts.contract import (
    AboutReferral,
    CaseId,
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Kind,
    Moment,
    Outcome,
    OutcomeClass,
    Programme,
    ReceivedAt,
    ReferralId,
    ServiceKind,
    Subdivision,
    Topic,
    Undated,
    coded,
    contracts_in,
)
from shared.kernel.consents import ConsentGiven
from shared.kernel.running_clock import RunningClock
from shared.kernel.statuses import REFERRAL_STATUSES, status_in

DeclineReason = Annotated[str, coded("decline_reasons", "Why it was declined")]
ReasonClass = Annotated[
    str, Meta(description="person, receiving-institution, referring-institution or system, then")
]
ErrorReason = Annotated[str, coded("error_reasons", "Why it was entered in error")]
SuspensionReason = Annotated[str, coded("suspension_reasons", "Why it does not take part")]
Clock = Annotated[
    RunningClock | None,
    Meta(description="The clock that runs from here on; left out: of before, and of imports"),
]
InstitutionKind = Annotated[str, coded("institution_kinds", "Kind of institution")]


class InstitutionRegisteredV1(Contract, frozen=True, kw_only=True):
    """An institution was entered in the directory."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    name: str
    kind: InstitutionKind
    subdivision: Subdivision | None
    programmes: tuple[Programme, ...]


class InstitutionCorrectedV1(Contract, frozen=True, kw_only=True):
    """An institution was described again: all values as they are now."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    name: str
    kind: InstitutionKind
    subdivision: Subdivision | None
    programmes: tuple[Programme, ...]
    changed: Changed


class InstitutionSuspendedV1(Contract, frozen=True, kw_only=True):
    """Nothing is referred to the institution for the time being."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    reason: SuspensionReason


class InstitutionClosedV1(Contract, frozen=True, kw_only=True):
    """The institution has ceased to take part."""

    key = Key.INSTITUTION
    institution: InstitutionCode
    reason: SuspensionReason


class InstitutionReactivatedV1(Contract, frozen=True, kw_only=True):
    """The institution takes part again."""

    key = Key.INSTITUTION
    institution: InstitutionCode


class InstitutionMadeReachableV1(Contract, frozen=True, kw_only=True):
    """The institution has a way to answer until then, unless a later fact says otherwise.

    until: left out if only a later fact ends it.
    """

    key = Key.INSTITUTION
    institution: InstitutionCode
    until: Moment | None = None


class InstitutionMadeUnreachableV1(Contract, frozen=True, kw_only=True):
    """The institution has no way to answer."""

    key = Key.INSTITUTION
    institution: InstitutionCode


class CustodyTakenV1(Contract, frozen=True, kw_only=True):
    """The case was taken up; ``custodian`` answers for it."""

    key = Key.CASE
    case_id: CaseId
    custodian: InstitutionCode
    programme: Programme
    subdivision: Subdivision


class CaseRelocatedV1(Contract, frozen=True, kw_only=True):
    """The case lies in another subdivision than was said before; later facts name this one."""

    key = Key.CASE
    subdivision: Subdivision


class CustodyAssignedV1(Contract, frozen=True, kw_only=True):
    """A steward handed the case on, because its custodian is inactive or cannot answer."""

    key = Key.CASE
    custodian: InstitutionCode
    previous_custodian: InstitutionCode
    reason: Annotated[str, coded("assignment_reasons", "Why custody was assigned")]
    custodian_version: Annotated[
        int, Meta(ge=1, description="Version of the new custodian's directory entry it leaned on")
    ]
    previous_version: Annotated[
        int, Meta(ge=0, description="Version of the previous custodian's entry; 0: it has none")
    ]
    received_at: ReceivedAt | None = None


class CustodyEndedV1(Contract, frozen=True, kw_only=True):
    """Nobody answers for the case any longer; ``custodian`` was the last."""

    key = Key.CASE
    custodian: InstitutionCode


class CaseClosedV1(Contract, frozen=True, kw_only=True):
    """The custodian closed the case; ``outcome`` sums it up."""

    key = Key.CASE
    custodian: InstitutionCode
    outcome: Outcome
    outcome_class: OutcomeClass
    undated: Undated = False


class CaseReopenedV1(Contract, frozen=True, kw_only=True):
    """There was more to do after all; the custodian is the same."""

    key = Key.CASE
    reason: Annotated[str, coded("reopening_reasons", "Why it was reopened")]


class ReferralRequestedV1(AboutReferral, frozen=True, kw_only=True):
    """The custodian asked ``addressee`` to take the case on, or to share it.

    replaces: the one that ended without an acceptance, and is made again. agreement_id,
    agreement_version: the agreement that it leans on; override_id: the override in place of one;
    left out if it needed neither. consent: what it leans on; left out by imports and before: this
    addressee, for these services. by_link: left out unless the addressee has no account.
    """

    status = status_in(REFERRAL_STATUSES, "requested")
    sender: InstitutionCode
    addressee: InstitutionCode
    kind: Kind
    services: tuple[ServiceKind, ...]
    priority: Annotated[str, coded("priorities", "How soon an answer is due")]
    addressee_version: Annotated[
        int, Meta(ge=1, description="Version of the addressee's directory entry it leaned on")
    ]
    replaces: ReferralId | None = None
    agreement_id: AgreementId | None = None
    agreement_version: AgreementVersion | None = None
    override_id: OverrideId | None = None
    consent: ConsentGiven | None = None
    origin: Origin = "custodian"
    by_link: Annotated[bool, Meta(description="The addressee answers by a link")] = False
    clock: Clock = None


class ReferralDeliveredV1(AboutReferral, frozen=True, kw_only=True):
    """Its preview is there for the addressee to read."""

    status = status_in(REFERRAL_STATUSES, "delivered")


class ReferralAcknowledgedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee has it."""

    status = status_in(REFERRAL_STATUSES, "acknowledged")


class InformationRequestedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee asked about these topics before it decides."""

    status = status_in(REFERRAL_STATUSES, "information-awaited")
    topics: tuple[Topic, ...]
    clock: Clock = None


class InformationAnsweredV1(AboutReferral, frozen=True, kw_only=True):
    """The sender answered about these topics."""

    status = status_in(REFERRAL_STATUSES, "acknowledged")
    topics: tuple[Topic, ...]
    clock: Clock = None


class InformationPartlyAnsweredV1(AboutReferral, frozen=True, kw_only=True):
    """The sender answered about these topics; those ``awaited`` are still to be answered."""

    status = status_in(REFERRAL_STATUSES, "information-awaited")
    topics: tuple[Topic, ...]
    awaited: tuple[Topic, ...]
    clock: Clock = None


class ReferralWaitlistedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee would take it on, once there is room.

    expected_on: the day by which it thinks there is; left out if it does not say.
    """

    status = status_in(REFERRAL_STATUSES, "waitlisted")
    reason: Annotated[str, coded("waitlist_reasons", "Why the person has to wait")]
    expected_on: date | None = None
    clock: Clock = None


class ReferralAcceptedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee took it on; ``custodian`` answers for the case from here on.

    services: what was asked for; left out of facts of before.
    """

    status = status_in(REFERRAL_STATUSES, "accepted")
    kind: Kind
    sender: InstitutionCode
    addressee: InstitutionCode
    custodian: InstitutionCode
    previous_custodian: InstitutionCode
    programme: Programme
    subdivision: Subdivision
    received_at: ReceivedAt | None = None
    services: tuple[ServiceKind, ...] = ()


class ReferralDeclinedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee did not take it on."""

    status = status_in(REFERRAL_STATUSES, "declined")
    reason: DeclineReason
    reason_class: ReasonClass


class DeclineProposedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee does not want to take it on; ``coordinator`` is to confirm that."""

    status = status_in(REFERRAL_STATUSES, "decline-proposed")
    reason: DeclineReason
    reason_class: ReasonClass
    coordinator: InstitutionCode
    rules_version: Annotated[
        int, Meta(ge=1, description="Version of the programme's rules it leaned on")
    ]
    clock: Clock = None


class DeclineSentBackV1(AboutReferral, frozen=True, kw_only=True):
    """The coordinator did not confirm that it is declined: the addressee is to decide again."""

    status = status_in(REFERRAL_STATUSES, "acknowledged")
    reason: Annotated[str, coded("send_back_reasons", "Why the decline was not confirmed")]
    clock: Clock = None


class ReferralReroutedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee did not take it on, and suggested another institution."""

    status = status_in(REFERRAL_STATUSES, "rerouted")
    suggested: InstitutionCode
    reason: Annotated[str, coded("reroute_reasons", "Why another institution was suggested")]
    suggested_version: Annotated[
        int, Meta(ge=1, description="Version of the suggested institution's directory entry")
    ]


class DeclineCorrectedV1(AboutReferral, frozen=True, kw_only=True):
    """It was declined, and this is why."""

    status = status_in(REFERRAL_STATUSES, "declined")
    reason: DeclineReason
    reason_class: ReasonClass


class DeclineEnteredInErrorV1(AboutReferral, frozen=True, kw_only=True):
    """Its addressee did not decline it after all: it waits for its decision again."""

    status = status_in(REFERRAL_STATUSES, "acknowledged")
    reason: ErrorReason
    clock: Clock = None


class AnswerEnteredInErrorV1(AboutReferral, frozen=True, kw_only=True):
    """These topics were not answered after all; ``awaited`` are all that are awaited now."""

    status = status_in(REFERRAL_STATUSES, "information-awaited")
    topics: tuple[Topic, ...]
    reason: ErrorReason
    awaited: tuple[Topic, ...]
    clock: Clock = None


class ReferralWithdrawnV1(AboutReferral, frozen=True, kw_only=True):
    """The sender took it back."""

    status = status_in(REFERRAL_STATUSES, "withdrawn")
    reason: Annotated[str, coded("withdrawal_reasons", "Why it was withdrawn")]


class ReferralCancelledByPersonV1(AboutReferral, frozen=True, kw_only=True):
    """The person does not want it any more."""

    status = status_in(REFERRAL_STATUSES, "cancelled-by-person")
    reason: Annotated[str, coded("cancellation_reasons", "Why the person left it")]


class ReferralSupersededV1(AboutReferral, frozen=True, kw_only=True):
    """Custody moved before it was answered.

    by: the transfer whose acceptance moved it; null: a steward assigned it.
    """

    status = status_in(REFERRAL_STATUSES, "superseded")
    by: ReferralId | None


class ReferralRevokedV1(AboutReferral, frozen=True, kw_only=True):
    """A share ended after its acceptance; or any referral with the consent that it leant on."""

    status = status_in(REFERRAL_STATUSES, "revoked")
    reason: Annotated[str, coded("revocation_reasons", "Why it was revoked")]


class ReferralClosedV1(AboutReferral, frozen=True, kw_only=True):
    """The referral ended with its follow-up, which was closed."""

    status = status_in(REFERRAL_STATUSES, "closed")


class ReferralReopenedV1(AboutReferral, frozen=True, kw_only=True):
    """The referral goes on with its follow-up, which its addressee reopened."""

    status = status_in(REFERRAL_STATUSES, "accepted")


class ReferralEnteredInErrorV1(AboutReferral, frozen=True, kw_only=True):
    """The referral fell with a case that should never have been registered."""

    status = status_in(REFERRAL_STATUSES, "entered-in-error")


CONTRACTS = contracts_in(
    *(__name__, asking, directory, norms, services, agreements, documents, cooperation),
    *(afterwards, clocks, following, links, programmes, recalls),
)
