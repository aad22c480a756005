"""One full and one bare example of every fact that a service stores, and its place on a log.

The golden files under tests/contracts/golden were written from these, once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.followup import followup
from services.followup import publishes as followup_publishes
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake import case, parties
from services.intake import publishes as intake_publishes
from services.intake.details import Details
from services.intake.wiring import SERVICE as INTAKE
from services.referral import custody, directory, referral
from services.referral import publishes as referral_publishes
from services.referral.wiring import SERVICE as REFERRAL_SERVICE
from shared.contracts import CONTRACTS
from shared.contracts.contract import Contract, Key, type_name
from shared.kernel.record import Meta, Recorded
from tests.personas import AT, CASE, CHIHUAHUA_TIME, COMMISSION, OFFICE, REFERRAL

OPENED = datetime(2026, 5, 3, 8, 15, 0, 250000, tzinfo=CHIHUAHUA_TIME)
HERE = {"programme": "mx-labour-protection", "subdivision": "MX-CHH"}
FULL = Details(
    age_band="30-44",
    sex="female",
    nationality="HN",
    migratory_condition="humanitarian-visitor",
    sector="construction",
    occupation="building-trades",
    violations=("no-contract", "unpaid-wages"),
)
TOLD: dict[str, Any] = {
    "subdivision": "MX-CHH",
    "municipality": "08037",
    "channel": "shelter",
    "opened_at": OPENED,
    "details": FULL,
}
BARELY: dict[str, Any] = {
    "subdivision": "MX-JAL",
    "municipality": None,
    "channel": "unknown",
    "opened_at": None,
    "details": Details(),
}
LISTING: dict[str, Any] = {
    "institution": "oficina-laboral-chih",
    "name": "Oficina Laboral de Chihuahua «Ñandú»",
    "kind": "labour-office",
    "subdivision": "MX-CHH",
    "programmes": ("mx-labour-network", "mx-labour-protection"),
}
BARE_LISTING: dict[str, Any] = {**LISTING, "subdivision": None, "programmes": ()}
BETWEEN = {"sender": OFFICE.institution, "addressee": COMMISSION.institution}


def _registered(told: dict[str, Any]) -> case.CaseRegistered:
    return case.CaseRegistered(
        case_id=CASE,
        institution=OFFICE.institution,
        folio="CHH-2345-6789-A",
        programme="mx-labour-protection",
        **told,
    )


def _requested(kind: str, *services: str) -> referral.ReferralRequested:
    return referral.ReferralRequested(
        REFERRAL,
        **BETWEEN,
        kind=kind,
        services=services,
        priority="urgent",
        addressee_version=2,
    )


def _accepted(kind: str, custodian: str) -> referral.ReferralAccepted:
    return referral.ReferralAccepted(
        REFERRAL,
        **BETWEEN,
        **HERE,
        kind=kind,
        custodian=custodian,
        previous_custodian=OFFICE.institution,
    )


STORED: dict[str, dict[str, type]] = {
    parts.name: dict(parts.facts) for parts in (INTAKE, REFERRAL_SERVICE, FOLLOWUP)
}
"""What each service stores, by service and stored name: as it is wired, so nothing is forgotten."""

PUBLISHES: dict[str, Any] = {
    "intake": intake_publishes,
    "referral": referral_publishes,
    "followup": followup_publishes,
}

FACTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "intake": {
        "case-registered": (_registered(TOLD), _registered(BARELY)),
        "case-corrected": (
            case.CaseCorrected(**TOLD, changed=("municipality", "sex")),
            case.CaseCorrected(**BARELY, changed=("subdivision",)),
        ),
        "case-entered-in-error": (case.CaseEnteredInError("duplicate"),),
        "party-admitted": (parties.PartyAdmitted(REFERRAL, COMMISSION.institution),),
        "party-dismissed": (parties.PartyDismissed(REFERRAL),),
    },
    "referral": {
        "institution-registered": (
            directory.InstitutionRegistered(**LISTING),
            directory.InstitutionRegistered(**BARE_LISTING),
        ),
        "institution-corrected": (
            directory.InstitutionCorrected(**LISTING, changed=("name",)),
            directory.InstitutionCorrected(**BARE_LISTING, changed=("programmes", "subdivision")),
        ),
        "custody-taken": (custody.CustodyTaken(CASE, OFFICE.institution, **HERE),),
        "custody-ended": (custody.CustodyEnded(OFFICE.institution),),
        "referral-requested": (
            _requested("transfer", "conciliation", "legal-advice"),
            _requested("share", "shelter"),
        ),
        "referral-acknowledged": (referral.ReferralAcknowledged(REFERRAL),),
        "information-requested": (
            referral.InformationRequested(REFERRAL, ("consent", "payslips")),
        ),
        "information-answered": (referral.InformationAnswered(REFERRAL, ("consent",)),),
        "referral-accepted": (
            _accepted("transfer", COMMISSION.institution),
            _accepted("share", OFFICE.institution),
        ),
        "referral-declined": (
            referral.ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution"),
        ),
        "referral-withdrawn": (referral.ReferralWithdrawn(REFERRAL, "need-resolved"),),
        "referral-entered-in-error": (referral.ReferralEnteredInError(REFERRAL),),
    },
    "followup": {
        "follow-up-opened": (
            followup.FollowUpOpened(
                REFERRAL,
                CASE,
                institution=COMMISSION.institution,
                sender=OFFICE.institution,
                kind="transfer",
                **HERE,
            ),
        ),
        "contact-recorded": (followup.ContactRecorded(REFERRAL, "telephone"),),
        "service-delivered": (followup.ServiceDelivered(REFERRAL, "legal-advice"),),
        "outcome-recorded": (
            followup.OutcomeRecorded(
                REFERRAL, "payment", "favourable", Decimal("560.00"), "MXN", date(2026, 5, 4)
            ),
            followup.OutcomeRecorded(REFERRAL, "dismissed", "unfavourable", None, None, None),
        ),
        "follow-up-closed": (followup.FollowUpClosed(REFERRAL, "payment", "favourable"),),
        "follow-up-reopened": (followup.FollowUpReopened(REFERRAL, "new-facts"),),
        "follow-up-entered-in-error": (followup.FollowUpEnteredInError(REFERRAL),),
    },
}


SUBJECTS = {Key.CASE: str(CASE), Key.INSTITUTION: LISTING["institution"]}
"""What the facts of each kind of key are about here."""


@dataclass(frozen=True)
class Example:
    """A recorded fact and what its service publishes of it."""

    recorded: Recorded
    contract: Contract


def recorded(service: str, name: str, fact: object) -> Recorded:
    """Put a fact on a made-up log: late at night in Chihuahua, when UTC has the next day."""
    contract = CONTRACTS.get(type_name(service, name, 1))
    return Recorded(
        service=service,
        position=4_294_967_296,  # past what 32 bits hold
        stream=UUID("00000000-0000-4000-8000-0000000000ff"),
        version=3,
        name=name,
        meta=Meta(
            institution=OFFICE.institution,
            role="caseworker",
            subject="token-1",
            happened_at=AT,
            recorded_at=(AT + timedelta(seconds=1, microseconds=5)).astimezone(UTC),
            correlation=SUBJECTS[Key.CASE if contract is None else contract.key],
            causation="command:00000000-0000-4000-8000-0000000000c0",
        ),
        fact=fact,
    )


def is_private(service: str, name: str) -> bool:
    """Tell whether a service keeps this fact to itself on purpose."""
    return STORED[service][name] in PUBLISHES[service].PRIVATE


NAMES = [(service, name) for service, facts in STORED.items() for name in facts]
"""Every stored fact: its service and its stored name."""

PUBLISHED = [each for each in NAMES if not is_private(*each)]
"""Those of them that are published."""


def examples(service: str, name: str) -> list[Example]:
    """List the examples of a published fact, as they stand on a log and as they are published."""
    return [
        Example(recorded(service, name, fact), PUBLISHES[service].publish(fact))
        for fact in FACTS[service][name]
    ]
