"""A consent as a document to read, and exported in a published model."""

import hashlib
import json
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from services.intake.consent import states
from services.intake.consent.document import Asked, document
from services.intake.consent.export import exported
from services.intake.consent.facts import ConsentPartlyWithdrawn, ConsentWithdrawn, stream_of
from services.intake.consent.manner import Guardianship
from shared.kernel.consenting.terms import Cut
from shared.kernel.record import Meta, Recorded
from shared.kernel.value import replace
from tests.consent_facts import (
    BY_PARENT,
    CONSENT,
    CONSENTS,
    GUARDIAN,
    OF_A_MINOR,
    ORAL,
    PERSON,
    RECORDED,
    SIGNED,
    TERMS,
    WITNESS,
)
from tests.personas import AT, CASE, OFFICE

WITHDRAWN = ConsentWithdrawn(CONSENT, 1, OFFICE.institution, "misused", 1, 2)
IN_PART = ConsentPartlyWithdrawn(
    CONSENT, 1, OFFICE.institution, Cut(kinds=("consulate",)), "not-stated", 1, 2
)


def consent(*facts: Any) -> states.Recorded:
    held = CONSENTS.fold(facts)
    assert isinstance(held, states.Recorded)
    return held


def on_log(*facts: Any) -> list[Recorded]:
    return [
        Recorded(
            service="intake",
            position=n,
            stream=stream_of(CONSENT),
            version=n,
            name="made-up",
            meta=Meta(
                institution=OFFICE.institution,
                role="caseworker",
                subject="token-1",
                happened_at=AT + timedelta(days=n),
                recorded_at=(AT + timedelta(days=n)).astimezone(UTC),
                correlation=str(CASE),
                causation="command:1",
            ),
            fact=fact,
        )
        for n, fact in enumerate(facts, 1)
    ]


def written(*facts: Any, lang: str = "es", large: bool = False) -> str:
    return document(consent(*facts), Asked(lang, large))


def test_it_says_what_was_consented_to_and_how_to_take_it_back_in_both_languages() -> None:
    es, en = written(RECORDED), written(RECORDED, lang="en")
    assert "Datos de contacto" in es
    assert "todas las instituciones de la clase: " in es
    assert "del 2026-05-04 al 2027-05-03" in es
    assert "Puedo retirarlo cuando quiera" in es
    assert '<html lang="en">' in en
    assert "Contact details" in en
    assert "whatever that purpose takes" in en
    assert "How it stands" not in en


def test_in_large_print_only_the_letters_are_larger() -> None:
    assert written(RECORDED, large=True).replace("1.75rem", "1rem") == written(RECORDED)


def test_it_says_what_was_taken_back_and_that_it_is_over() -> None:
    partly = written(RECORDED, IN_PART, lang="en")
    assert "all data, from all institutions of: " in partly
    from_all = replace(IN_PART, part=Cut(categories=("contact",)))
    assert "Contact details, from all institutions" in written(RECORDED, from_all, lang="en")
    assert "<h2>How it stands</h2>\n<p>Withdrawn</p>" in written(RECORDED, WITHDRAWN, lang="en")


def test_it_says_who_spoke_for_the_person_and_until_when() -> None:
    assert "From 2026-09-01 on I decide" in written(OF_A_MINOR, lang="en")
    guardianship = Guardianship("court-appointed", GUARDIAN, SIGNED)
    of_an_adult = replace(
        OF_A_MINOR, manner=replace(BY_PARENT, guardianship=guardianship, best_interest=None)
    )
    assert "My guardian said so (Somebody whom a court" in written(of_an_adult, lang="en")


def test_no_id_of_the_vault_is_in_a_document() -> None:
    for each in (RECORDED, OF_A_MINOR, replace(RECORDED, manner=ORAL)):
        text = written(each)
        assert not any(str(one) in text for one in (PERSON, GUARDIAN, WITNESS))
    named = replace(RECORDED, terms=replace(TERMS, services=("legal-advice",)))
    assert "los que hagan falta" not in written(named)


def test_an_export_has_the_standards_fields_and_a_chain_of_revisions() -> None:
    facts = (OF_A_MINOR, IN_PART, WITHDRAWN)
    out = exported(consent(*facts), on_log(*facts), with_ids=True)
    record = out["record"]
    assert record["record_id"] == str(CONSENT)
    assert record["pii_principal_id"] == str(PERSON)
    (purpose,) = record["pii_processing"]["purposes"]
    assert purpose["pii_information"] == [{"pii_type": each} for each in TERMS.categories]
    assert purpose["recipient_third_parties"][-1] == {"institution_kind": "consulate"}
    assert [each["event_state"] for each in record["events"]] == [
        "consent given",
        "consent partly withdrawn",
        "consent withdrawn",
    ]
    assert out["consent_record"]["opt_in"] is False
    first, second, third = out["revisions"]
    assert first["successor"] == second["id"]
    assert third["predecessor_hash"] == second["serialized_hash"]
    snapshot = third["serialized_snapshot"].encode()
    hashed = hashlib.sha1(snapshot, usedforsecurity=False).hexdigest()
    assert third["serialized_hash"] == hashed == out["consent_record"]["agreement_revision_hash"]
    assert json.loads(first["serialized_snapshot"])["object_data"]["valid_from"] == "2026-05-04"


def test_to_others_than_the_custodian_an_export_tells_no_id_of_the_vault_and_no_reason() -> None:
    facts = (replace(RECORDED, manner=ORAL), WITHDRAWN)
    out = exported(consent(*facts), on_log(*facts), with_ids=False)
    assert out["consent_record"]["state"] == "unsigned"
    text = json.dumps(out)
    hidden: tuple[UUID | str, ...] = (PERSON, WITNESS, "misused", "token-1")
    assert not any(str(each) in text for each in hidden)
