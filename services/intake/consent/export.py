"""A consent exported in a published model, so that another system can read what was consented to.

The record has the fields of ISO/IEC TS 27560:2023 (consent record information structure): of its
header ``schema_version``, ``record_id`` and ``pii_principal_id``; of the processing
``privacy_notice``, ``language``, ``purposes`` with ``purpose``, ``lawful_basis``,
``pii_information`` (``pii_type``), ``pii_controllers``, ``recipient_third_parties``, ``services``,
``jurisdiction``, ``retention_period`` and ``withdrawal_method``; and of each event ``event_time``,
``event_type``, ``event_state``, ``entity_id`` and ``validity_duration``.

It is wrapped as GovStack's consent building block (bb-consent) has its models, in the names of its
API's schema: an ``agreement`` of one purpose with its ``agreement_data``, a ``consent_record``
(``opt_in``, ``state``) of an ``individual``, and a chain of ``revisions``, each with its
``serialized_snapshot``, its ``serialized_hash`` (SHA-1, as it is defined there) and its
predecessor's. What this platform does not keep is null: a signature is what its digest shows.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from services.intake.consent.facts import (
    ConsentEnteredInError,
    ConsentExpired,
    ConsentNarrowed,
    ConsentPartlyWithdrawn,
    ConsentRecorded,
    ConsentRenewed,
    ConsentWithdrawn,
    PersonToBeAskedAgain,
)
from services.intake.consent.states import Recorded
from shared.kernel.codes import label
from shared.kernel.consenting.standing import IN_FORCE
from shared.kernel.record import Recorded as OnLog
from shared.kernel.value import fields_of

SCHEMA_VERSION: Final = "ISO/IEC TS 27560:2023"
_EVENTS: Mapping[type, tuple[str, str]] = {
    ConsentRecorded: ("explicit", "consent given"),
    ConsentNarrowed: ("explicit", "consent given"),
    ConsentRenewed: ("explicit", "consent renewed"),
    ConsentWithdrawn: ("explicit", "consent withdrawn"),
    ConsentPartlyWithdrawn: ("explicit", "consent partly withdrawn"),
    ConsentExpired: ("implicit", "consent expired"),
    PersonToBeAskedAgain: ("implicit", "consent to be asked again"),
    ConsentEnteredInError: ("implicit", "consent invalidated"),
}
"""By fact: the type of the event, and the state of the consent after it."""


def exported(consent: Recorded, recorded: Sequence[OnLog], *, with_ids: bool) -> dict[str, Any]:
    """Return the export. recorded: the consent's facts, from the first.

    with_ids: whether the person's id in the vault may be told.
    """
    person = str(consent.person) if with_ids else None
    revisions = _revisions(consent, recorded)
    return {
        "schema_version": SCHEMA_VERSION,
        "record": {
            "schema_version": SCHEMA_VERSION,
            "record_id": str(consent.consent_id),
            "pii_principal_id": person,
            "pii_processing": _processing(consent),
            "events": [_event(consent, each) for each in recorded],
        },
        "agreement": {
            "id": _agreement_id(consent),
            "version": str(consent.version),
            "controller": {"id": consent.institution, "name": None, "url": None},
            "purpose": {
                "id": consent.purpose,
                "name": label("consent_purposes", consent.purpose, "en"),
                "description": label("consent_purposes", consent.purpose, "es"),
            },
            "lawful_basis": "consent",
            "data_use": "data_source",
            "dpia": None,
            "active": consent.status == IN_FORCE,
            "forgettable": False,
        },
        "agreement_data": [
            {
                "id": each,
                "agreement": _agreement_id(consent),
                "name": label("data_categories", each, "en"),
                "sensitivity": "personal data",
                "category": each,
            }
            for each in consent.terms.categories
        ],
        "consent_record": {
            "id": str(consent.consent_id),
            "agreement": _agreement_id(consent),
            "agreement_revision": revisions[-1]["id"],
            "agreement_revision_hash": revisions[-1]["serialized_hash"],
            "individual": person,
            "opt_in": consent.status == IN_FORCE,
            "state": "unsigned" if consent.manner.evidence is None else "signed",
            "signature": None,
        },
        "revisions": revisions,
    }


def _agreement_id(consent: Recorded) -> str:
    return f"{consent.consent_id}/{consent.purpose}"


def _processing(consent: Recorded) -> dict[str, Any]:
    terms, manner = consent.terms, consent.manner
    return {
        "privacy_notice": manner.evidence.digest if manner.evidence else None,
        "language": manner.language,
        "purposes": [
            {
                "purpose": consent.purpose,
                "lawful_basis": "consent",
                "services": list(terms.services),
                "pii_information": [{"pii_type": each} for each in terms.categories],
                "pii_controllers": [consent.institution],
                "recipient_third_parties": [
                    *({"institution": each} for each in terms.recipients),
                    *({"institution_kind": each} for each in terms.kinds),
                ],
                "taken_back": [
                    {name: list(codes) for name, codes in fields_of(each).items()}
                    for each in consent.cuts
                ],
                "jurisdiction": consent.subdivision,
                "retention_period": None,
                "withdrawal_method": "told to any institution that is a party to the case",
            }
        ],
    }


def _event(consent: Recorded, recorded: OnLog) -> dict[str, Any]:
    kind, state = _EVENTS[type(recorded.fact)]
    until = getattr(recorded.fact, "expires_at", None)
    return {
        "event_time": recorded.meta.happened_at.isoformat(),
        "event_type": kind,
        "event_state": state,
        "entity_id": recorded.meta.institution,
        "validity_duration": None if until is None else until.isoformat(),
        "version": recorded.fact.version,
        "mode": consent.manner.mode,
    }


def _revisions(consent: Recorded, recorded: Sequence[OnLog]) -> list[dict[str, Any]]:
    """Return a revision for each fact, chained by their hashes; no id of the vault is in any."""
    made: list[dict[str, Any]] = []
    for each in recorded:
        snapshot = json.dumps(
            {
                "object_data": {**_event(consent, each), **_terms(each.fact)},
                "schema_name": "ConsentRecord",
                "object_id": str(consent.consent_id),
                "signed_without_object_id": False,
                "timestamp": each.meta.recorded_at.isoformat(),
                "authorized_by_individual": None,
                "authorized_by_other": each.meta.institution,
            },
            sort_keys=True,
        )
        before = made[-1] if made else None
        revision_id = _revision_id(consent.consent_id, each.version)
        if before is not None:
            before["successor"] = revision_id
        made.append(
            {
                "id": revision_id,
                "schema_name": "ConsentRecord",
                "object_id": str(consent.consent_id),
                "signed_without_object_id": False,
                "serialized_snapshot": snapshot,
                "serialized_hash": hashlib.sha1(
                    snapshot.encode(), usedforsecurity=False
                ).hexdigest(),
                "timestamp": each.meta.recorded_at.isoformat(),
                "authorized_by_individual": None,
                "authorized_by_other": each.meta.institution,
                "successor": None,
                "predecessor_hash": None if before is None else before["serialized_hash"],
                "predecessor_signature": None,
            }
        )
    return made


def _revision_id(consent_id: UUID, version: int) -> str:
    return f"{consent_id}:{version}"


def _terms(fact: Any) -> dict[str, Any]:
    """Return what a fact says of the terms; a withdrawal says what was taken back."""
    said = getattr(fact, "terms", None) or getattr(fact, "part", None)
    return {} if said is None else {name: _plain(held) for name, held in fields_of(said).items()}


def _plain(held: Any) -> Any:
    return list(held) if isinstance(held, tuple) else held.isoformat()
