"""Examples of every fact that a service stores, and its position on a log.

Each is made up from its type; what an example must say for a reason is in ``EXPLICIT``. The golden
files under tests/contracts/golden were written from these, once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.followup import publishes as followup_publishes
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake import case, changes, parties, previews
from services.intake import publishes as intake_publishes
from services.intake.details import Description, Details
from services.intake.wiring import SERVICE as INTAKE
from services.referral import (
    commission,
    institution,
    names,
    network,
    profile,
    quorum,
    referral_facts,
    region,
    service,
)
from services.referral import publishes as referral_publishes
from services.referral.wiring import SERVICE as REFERRAL_SERVICE
from shared.contracts import CONTRACTS
from shared.contracts.contract import Contract, Key, type_name
from shared.kernel.opening_hours import Hours
from shared.kernel.record import Meta, Recorded
from shared.kernel.service_values import Cost, Coverage, EligibilityRule, Funding
from tests import register_examples
from tests.examples_of_agreements import AGREEMENTS, TEXTS
from tests.examples_of_consents import CONSENTS
from tests.examples_of_recalls import RECALLS
from tests.examples_of_referrals import FOLLOW_UPS, OFFERED_AGAIN, REFERRALS, TRANSFER
from tests.made_up import both, full
from tests.personas import AT, CASE, CHIHUAHUA_TIME, COMMISSION, OFFICE

OPENED = datetime(2026, 5, 3, 8, 15, 0, 250000, tzinfo=CHIHUAHUA_TIME)
FULL = Details(
    age_band="30-44",
    sex="female",
    nationality="HN",
    migratory_condition="humanitarian-visitor",
    sector="construction",
    occupation="building-trades",
    violations=("no-contract", "unpaid-wages"),
)
COMPLETE: dict[str, Any] = {
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
    "name": "Oficina Laboral de Chihuahua «Ñandú»",
    "kind": "labour-office",
    "programmes": ("mx-labour-network", "mx-labour-protection"),
}
BARE_LISTING: dict[str, Any] = {**LISTING, "subdivision": None, "programmes": ()}
NORTH: dict[str, Any] = {
    "region": "frontera-norte",
    "name": "Frontera Norte",
    "municipalities": ("08037", "08053"),
}
CIE: dict[str, Any] = {
    "commission": "cie-chihuahua",
    "name": "Comisión Interinstitucional de Chihuahua",
    "secretariat": COMMISSION.institution,
    "quorum": quorum.Quorum("majority"),
}
ANYWHERE = Coverage((), (), ())
OFFERED: dict[str, Any] = {
    "name": "Albergue «Ñandú» para familias",
    "kind": "shelter",
    "taxonomy": 1,
    "programmes": ("mx-labour-protection",),
    "eligibility": (
        EligibilityRule("sex", ("female",)),
        EligibilityRule("age-band", is_none_of=("0-11", "12-17")),
    ),
    "cost": Cost(Decimal("35.50"), "MXN"),
    "duration_days": 90,
    "hours": (
        Hours("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "09:00", "18:00", "America/Ciudad_Juarez"),
        Hours("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "20:00", "06:00", "America/Chihuahua", AT.date()),
    ),
    "coverage": Coverage(("MX-CHH",), ("08037",), ("frontera-norte",)),
    "funding": (Funding("federal-budget", AT.date(), date(2026, 12, 31)),),
    "entries": ("ley-migracion",),
    "texts": TEXTS,
}
BARELY_OFFERED: dict[str, Any] = {
    "name": "Asesoría",
    "kind": "legal-advice",
    "taxonomy": 1,
    **dict.fromkeys(("programmes", "populations", "eligibility", "required_documents"), ()),
    **dict.fromkeys(("hours", "languages", "accessibility", "funding", "entries"), ()),
    **dict.fromkeys(("cost", "duration_days", "texts")),
    "coverage": ANYWHERE,
}
NO_ACT: dict[str, Any] = {"proposal_id": None, "custody_version": 0, "received_at": None}
"""What facts of before proposals do not say."""
FOLIO = "CHH-2345-6789-A"
EXPLICIT: Mapping[type, tuple[Mapping[str, Any], ...]] = {
    case.CaseRegistered: (
        {**COMPLETE, "folio": FOLIO, "source_key": None},
        {**BARELY, "folio": FOLIO, "source_key": None},
        {**BARELY, "folio": FOLIO, "source_key": "evyW0KsRd7IMQzkyWhB7MJFhf814kag="},
    ),
    changes.CaseCorrected: (
        {**COMPLETE, "changed": ("municipality", "sex"), **NO_ACT, "correction_id": None},
        {**BARELY, "changed": ("subdivision",), **NO_ACT, "correction_id": None},
        {**BARELY, "changed": ("subdivision",), "custody_version": 4},
    ),
    changes.CaseEnteredInError: (
        {"reason": "duplicate", **NO_ACT, "entry_id": None},
        {"reason": "duplicate", "custody_version": 4},
    ),
    changes.CorrectionProposed: ({**COMPLETE, "changed": ("municipality", "sex")},),
    changes.CorrectionTurnedIntoProposal: (
        {**BARELY, "proposed": Description("MX-CHH", **COMPLETE), "changed": ("municipality",)},
    ),
    parties.PartyAdmitted: ({"institution": COMMISSION.institution},),
    previews.CasePreviewed: (
        {"age_band": "30-44", "sex": "female"},
        {"subdivision": "MX-JAL", "age_band": None, "sex": None},
    ),
    parties.PartyConfirmed: ({**TRANSFER, "institution": COMMISSION.institution},),
    case.FolioAssigned: ({"folio": FOLIO},),
    institution.InstitutionRegistered: (LISTING, BARE_LISTING),
    institution.InstitutionCorrected: (
        {**LISTING, "changed": ("name",)},
        {**BARE_LISTING, "changed": ("programmes", "subdivision")},
    ),
    **register_examples.EXPLICIT,
    profile.InstitutionDescribed: (
        {"mandate": ("ley-migracion",), "municipality": "08019", "texts": TEXTS}
        | {"changed": ("level", "sector")},
        {"jurisdiction": (), "municipality": None, "mandate": (), "texts": None}
        | {"changed": ("texts",)},
    ),
    network.NetworkFormed: ({"network": "red-frontera-norte", "name": "Red Frontera Norte"},),
    network.NetworkJoined: (
        {"network": "red-frontera-norte"},
        {"network": "red-frontera-norte", "agreement_id": None, "agreement_version": None},
    ),
    network.NetworkLeft: ({"network": "red-frontera-norte"},),
    region.RegionDefined: (NORTH,),
    region.RegionRedefined: ({**NORTH, "changed": ("municipalities",)},),
    commission.CommissionFormed: (
        CIE,
        {**CIE, "quorum": quorum.Quorum("at-least", 5)},
    ),
    commission.CommissionReformed: ({**CIE, "changed": ("quorum",)},),
    commission.MemberSeated: ({"commission": "cie-chihuahua"},),
    commission.MemberUnseated: ({"commission": "cie-chihuahua"},),
    service.ServiceListed: (
        {**OFFERED, "institution_version": 3},
        {**BARELY_OFFERED, "institution_version": 3},
    ),
    service.ServiceDescribed: (
        {**OFFERED, "changed": ("cost", "hours")},
        {**BARELY_OFFERED, "changed": ("coverage",)},
    ),
    names.InstitutionNameTaken: ({"name": LISTING["name"]},),
    **CONSENTS,
    **AGREEMENTS,
    **REFERRALS,
    **RECALLS,
    **FOLLOW_UPS,
}
"""What the examples of a fact say, for a reason; the rest of each is made up."""
GROWN: Mapping[type, Mapping[str, Any]] = {
    referral_facts.ReferralRequested: OFFERED_AGAIN,
}
"""The same of facts with a field that the first ones on the log did not have."""


STORED: dict[str, dict[str, type]] = {
    parts.name: dict(parts.facts) for parts in (INTAKE, REFERRAL_SERVICE, FOLLOWUP)
}
"""What each service stores, by service and stored name: as it is wired, so nothing is forgotten."""

PUBLISHES: dict[str, Any] = {
    "intake": intake_publishes,
    "referral": referral_publishes,
    "followup": followup_publishes,
}


def examples_of(kind: type) -> tuple[Any, ...]:
    """Make up the examples of a fact."""
    return (
        tuple(full(kind, **explicit) for explicit in EXPLICIT[kind])
        if kind in EXPLICIT
        else both(kind)
    )


FACTS: dict[str, dict[str, tuple[Any, ...]]] = {
    service: {name: examples_of(kind) for name, kind in facts.items()}
    for service, facts in STORED.items()
}
"""The examples of every stored fact, by service and stored name."""


SUBJECTS = {key: str(CASE) for key in Key} | {
    Key.INSTITUTION: OFFICE.institution,
    Key.NETWORK: "red-frontera-norte",
    Key.REGION: "frontera-norte",
    Key.COMMISSION: "cie-chihuahua",
    Key.PROGRAMME: "mx-labour-protection",
    Key.ENTRY: "ley-migracion",
    Key.CALENDAR: "holidays-mx-chh",
}
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


GROWN_NAMES = [
    (service, name)
    for service, facts in STORED.items()
    for name, kind in facts.items()
    if kind in GROWN
]
"""The facts that have grown: their services and stored names."""

NAMES = [(service, name) for service, facts in STORED.items() for name in facts]
"""Every stored fact: its service and its stored name."""

PUBLISHED = [each for each in NAMES if not is_private(*each)]
"""Those of them that are published."""


def grown(service: str, name: str) -> Example:
    """Return the example of a fact with the field that it did not have at first."""
    kind = STORED[service][name]
    fact: Any = full(kind, **GROWN[kind])
    return Example(recorded(service, name, fact), PUBLISHES[service].publish(fact))


def examples(service: str, name: str) -> list[Example]:
    """List the examples of a published fact, as they stand on a log and as they are published."""
    return [
        Example(recorded(service, name, fact), PUBLISHES[service].publish(fact))
        for fact in FACTS[service][name]
    ]
