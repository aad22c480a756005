"""The services take the provider's access tokens as they take their own."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from services.referral.reach import tell_reach
from services.reporting.access import accesses_seen
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER, STEWARD
from shared.service.service import Service
from tests.integration.http.api_client import CASE, OWN, PARTY, REFERRAL, STRANGER, ApiClient
from tests.integration.http.traces import heard, stored
from tests.oidc.real_provider import BOUND, RealProvider
from tests.oidc.test_forged import FORGED, Maker
from tests.stories.running_services import running_services

pytestmark = pytest.mark.integration

STRAIGHT, AROUND = "application/json", "application/json; charset=utf-8"
CERTIFICATE = "QmFzZTY0dXJsIG9mIGEgU0hBLTI1NiwgaW4gdGVzdHM"


class Showing:
    """Puts the certificate that a client shows where our own TLS and the trusted proxy do."""

    def __init__(self, app: Any, certificate: str | None) -> None:
        self._app, self._certificate = app, certificate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._certificate is not None:
            scope.setdefault("state", {})["client_certificate"] = self._certificate
        await self._app(scope, receive, send)


@pytest.fixture(scope="module")
def api(postgres_server: PostgresAddress, provider_settings: dict[str, Any]) -> Iterator[ApiClient]:
    with running_services(postgres_server, "log", **provider_settings) as built:
        there = ApiClient(built)
        for code in (OWN, PARTY, STRANGER):
            body = {"institution": code, "name": f"Institución {code}", "kind": "labour-office"}
            answer = there.send(("administracion", STEWARD), "POST", "/referral/institutions", body)
            assert answer.status_code == 201, answer.text
        yield there


def call(
    api: ApiClient, token: str, *, certificate: str | None = None, kind: str | None = None
) -> Any:
    """Register a case if ``kind`` is given, else list the cases."""
    client = TestClient(Showing(api.running.client.app, certificate))
    headers = {"Authorization": f"Bearer {token}"}
    if kind is None:
        return client.get("/reporting/cases", headers=headers)
    headers |= {"Idempotency-Key": str(new_id()), "Content-Type": kind}
    return client.post("/intake/cases", json=CASE, headers=headers)


@pytest.mark.parametrize("kind", [STRAIGHT, AROUND])
def test_a_person_works_on_cases_with_a_token_of_the_provider(
    api: ApiClient, provider: RealProvider, kind: str
) -> None:
    token = Maker(provider).signed()
    for _ in range(2):  # verified, and then known
        answer = call(api, token, kind=kind)
        assert answer.status_code == 201, answer.text
        assert api.get(OWN, f"/intake/cases/{answer.json()['stream']}").status_code == 200
    assert call(api, token).status_code == 200


def test_a_system_asks_for_its_token_itself(api: ApiClient, provider: RealProvider) -> None:
    answer = call(api, provider.client_credentials(), kind=STRAIGHT)
    assert answer.status_code == 201
    case = answer.json()["stream"]
    assert api.get("comision-ddhh", f"/intake/cases/{case}").status_code == 200


def test_tokens_of_ours_stay_as_they_are(api: ApiClient) -> None:
    assert api.get(OWN, "/reporting/cases").status_code == 200


@pytest.mark.parametrize("kind", [None, STRAIGHT, AROUND])
def test_a_token_that_is_bound_is_good_for_who_shows_its_certificate(
    api: ApiClient, provider: RealProvider, kind: str | None
) -> None:
    token = Maker(provider).signed({"cnf": {"x5t#S256": CERTIFICATE}})
    good = 200 if kind is None else 201
    assert call(api, token, certificate=CERTIFICATE, kind=kind).status_code == good
    for other in (None, "b3RoZXI", "", CERTIFICATE.lower()):  # known by now, and still refused
        refused = call(api, token, certificate=other, kind=kind)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert call(api, token, certificate=CERTIFICATE, kind=kind).status_code == good


@pytest.mark.parametrize("kind", [None, STRAIGHT, AROUND])
@pytest.mark.parametrize(
    "claims",
    [
        {"roles": ["caso", "audita"]},
        {"roles": ["jefa"]},
        {"institution": "Otra"},
        {"institution": None},
    ],
    ids=str,
)
def test_somebody_who_is_nobody_here_hears_so_in_both_languages(
    api: ApiClient, provider: RealProvider, claims: dict[str, Any], kind: str | None
) -> None:
    answer = call(api, Maker(provider).signed(claims), kind=kind)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-assigned")
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize("kind", [None, STRAIGHT, AROUND])
def test_every_forged_token_is_answered_like_one_that_never_was(
    api: ApiClient, provider: RealProvider, kind: str | None
) -> None:
    def heard_with(token: str) -> tuple[int, str, str]:
        answer = call(api, token, kind=kind)
        return answer.status_code, answer.text, answer.headers["WWW-Authenticate"]

    never = heard_with("cnz_nobody")
    assert never[0] == 401
    assert heard_with("eyJ.eyJ.x") == never
    make = Maker(provider)
    assert {n for n, forge in FORGED.items() if heard_with(forge(make)) != never} == set()


def test_who_comes_from_the_provider_stands_in_the_access_log_like_anybody(
    api: ApiClient, provider: RealProvider
) -> None:
    make = Maker(provider)
    case = call(api, make.signed(), kind=STRAIGHT).json()["stream"]
    forged = make.signed(header={"typ": "JWT"})
    tokens = (make.signed(), make.signed({"roles": ["jefa"]}), forged)
    for token in tokens:
        headers = {"Authorization": f"Bearer {token}"}
        api.running.client.get(f"/intake/cases/{case}", headers=headers)
    for service in api.running.services.values():
        service.accesses.tell()
    rows = accesses_seen(api.running.services["reporting"].log, None, 100)
    shown, *refused = [row for row in reversed(rows) if row.route == "intake.see_case"][-3:]
    assert (shown.outcome, shown.institution, shown.purpose) == ("shown", OWN, "case-handling")
    assert (str(shown.case_id), str(shown.subject).partition("-")[0]) == (case, "subject")
    assert [(row.outcome, row.subject, row.institution, row.case_id) for row in refused] == [
        ("not-assigned", None, None, None),
        ("not-identified", None, None, None),
    ]


def subjects(api: ApiClient) -> set[str]:
    """Whoever came from the provider, as facts name them."""
    return set(re.findall(r"subject-[0-9a-f]{32}", stored(api)))


def test_two_persons_are_two_subjects_and_neither_is_named(
    api: ApiClient, provider: RealProvider
) -> None:
    make, before = Maker(provider), subjects(api)
    tokens = [make.signed({"sub": name}) for name in ("ana.ruiz@example.org", "eva")]
    with heard() as log:
        for token in (*tokens, tokens[0]):
            assert call(api, token, kind=STRAIGHT).status_code == 201
    assert len(subjects(api) - before) == 2
    for text in (stored(api), log.text()):
        assert "ana.ruiz" not in text
        assert not any(token in text for token in tokens)


def test_an_institution_whose_people_the_provider_vouches_for_can_be_referred_a_case(
    api: ApiClient,
) -> None:
    referral, tokens = api.running.services["referral"], api.running.tokens
    case = api.submit(OWN, "/intake/cases", CASE)["stream"]
    path, body = f"/referral/cases/{case}/referrals", {**REFERRAL, "to": STRANGER}
    api.sees(OWN, f"/referral/cases/{case}")
    refused = api.send((OWN, CASEWORKER), "POST", path, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "addressee-unreachable")
    assert tell_reach(referral, tokens.all(), {STRANGER}) == [STRANGER]
    assert tell_reach(referral, tokens.all(), {STRANGER}) == []
    known = api.get(OWN, f"/referral/institutions/{STRANGER}").json()
    assert (known["reachable"], known["reachable_until"]) == (True, None)
    assert api.send((OWN, CASEWORKER), "POST", path, body).status_code == 201
    # the file names it no longer
    nothing = {"oidc_issuer": None, "oidc_audience": None, "oidc_claims": None}
    without = Service(referral.definition, referral.settings.model_copy(update=nothing))
    try:
        assert STRANGER in tell_reach(without, tokens.all(), also=[STRANGER])
    finally:
        without.close()
    known = api.get(OWN, f"/referral/institutions/{STRANGER}").json()
    assert (known["reachable"], known["reachable_until"]) == (False, None)


def test_the_real_provider_binds_a_token_to_the_certificate_that_its_system_showed(
    api: ApiClient, provider: RealProvider, certificate: tuple[str, str]
) -> None:
    pem, thumbprint = certificate
    token = provider.client_credentials(BOUND, certificate=pem)
    assert call(api, token, certificate=thumbprint).status_code == 200
    assert call(api, token).status_code == 401
