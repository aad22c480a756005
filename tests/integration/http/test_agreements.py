"""An agreement from its draft to its end, and what that means for a referral, over HTTP."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, SUPERVISOR
from tests.integration.http.agreement_scenarios import SIGNED, TERMS
from tests.integration.http.api_client import CASE, OWN, PARTY, REFERRAL, ApiClient

pytestmark = pytest.mark.integration

PROGRAMME = "mecal"
_OF_OWN, _OF_PARTY = (OWN, ADMINISTRATOR), (PARTY, ADMINISTRATOR)


def sent(api: ApiClient, who: Any, path: str, body: Any = None) -> Any:
    answer = api.send(who, "GET" if body is None else "POST", f"/referral{path}", body)
    assert answer.status_code in {200, 201}, answer.text
    return answer


def refer(api: ApiClient) -> Any:
    """OWN registers a case and refers it to PARTY; the answer, and the case."""
    case_id = api.submit(OWN, "/intake/cases", {**CASE, "programme": PROGRAMME})["stream"]
    api.sees(OWN, f"/referral/cases/{case_id}")
    path = f"/referral/cases/{case_id}/referrals"
    return api.send((OWN, CASEWORKER), "POST", path, REFERRAL), case_id


def fact_of(api: ApiClient, case_id: str, name: str) -> Any:
    """The last fact of this name that referral has recorded of a case."""
    stream = UUID(case_id)
    facts = api.running.services["referral"].log.facts_of([stream])[stream]
    return [fact.fact for fact in facts if fact.name == name][-1]


@pytest.fixture(scope="module")
def agreement(api: ApiClient) -> Iterator[str]:
    """A letter of intent that both parties' administrators have signed."""
    terms = {**TERMS, "programme": PROGRAMME, "title": "Carta entre dos"}
    answer = sent(api, _OF_OWN, "/agreements", terms)
    path = answer.headers["Location"].removeprefix("/referral")
    for who in (_OF_OWN, _OF_PARTY):
        sent(api, who, f"{path}/signatures", {**SIGNED, "institution": who[0]})
    yield path
    sent(api, ("operadora", "steward"), f"{path}/termination", {"reason": "programme-ended"})


def test_a_referral_leans_on_the_agreement_and_names_its_version(
    api: ApiClient, agreement: str
) -> None:
    answer, case_id = refer(api)
    assert answer.status_code == 201, answer.text
    shown = sent(api, (PARTY, CASEWORKER), agreement).json()
    assert (shown["status"], shown["unsigned"]) == ("in-force", [])
    requested = fact_of(api, case_id, "referral-requested")
    named = (str(requested.agreement_id), requested.agreement_version)
    assert named == (shown["agreement_id"], shown["version"])


def test_the_letter_is_markdown_in_the_language_asked_for(api: ApiClient, agreement: str) -> None:
    spanish = sent(api, (PARTY, CASEWORKER), f"{agreement}/letter")
    assert spanish.headers["Content-Type"].startswith("text/markdown")
    assert spanish.text.startswith("# Carta de intención: Carta entre dos\n")
    english = sent(api, (PARTY, CASEWORKER), f"{agreement}/letter?lang=en")
    assert english.text.startswith("# Letter of intent: Carta entre dos\n")
    assert english.headers["Content-Language"] == "en"
    wrong = api.send((PARTY, CASEWORKER), "GET", f"/referral{agreement}/letter?lang=fr")
    assert wrong.status_code == 422


def test_without_it_a_second_person_overrides_once(api: ApiClient, agreement: str) -> None:
    sent(api, _OF_PARTY, f"{agreement}/suspension", {"reason": "under-review"})
    answer, case_id = refer(api)
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement-not-in-force")
    overridden = sent(
        api,
        (OWN, SUPERVISOR),
        f"/cases/{case_id}/agreement-overrides",
        {"addressee": PARTY, "reason": "danger-to-the-person"},
    )
    assert overridden.json()["names"] == ["agreement-overridden"]
    path = f"/referral/cases/{case_id}/referrals"
    again = api.send((OWN, CASEWORKER), "POST", path, REFERRAL)
    assert again.status_code == 201, again.text
    requested = fact_of(api, case_id, "referral-requested")
    assert requested.override_id == fact_of(api, case_id, "agreement-overridden").override_id
    withdrawn = again.headers["Location"] + "/withdrawal"
    api.submit(OWN, withdrawn, {"reason": "need-resolved"})
    used_up = api.send((OWN, CASEWORKER), "POST", path, REFERRAL)
    assert (used_up.status_code, used_up.json()["code"]) == (409, "agreement-not-in-force")
    sent(api, _OF_PARTY, f"{agreement}/resumption", {})
    assert api.send((OWN, CASEWORKER), "POST", path, REFERRAL).status_code == 201
