"""An administrator makes, lists and revokes the institution's tokens, and gives no more."""

from collections.abc import Sequence
from typing import Any

import psycopg
import pytest

from services.reporting.access import accesses_seen
from shared.eventstore.batcher import Overloaded
from shared.identity.caller import Caller
from shared.identity.token_keeping import TokenKeeping, WantedToken
from shared.identity.tokens import Token
from shared.kernel.ids import new_id
from shared.kernel.roles import (
    ADMINISTRATOR,
    AUDITOR,
    CASEWORKER,
    MONITOR,
    STEWARD,
    SUPERVISOR,
)
from tests.integration.http.api_client import OWN, PARTY, ApiClient
from tests.integration.http.traces import heard, stored

pytestmark = pytest.mark.integration

KEEPER = (PARTY, ADMINISTRATOR)
TOKENS = f"/referral/institutions/{PARTY}/tokens"


def made(api: ApiClient, **wanted: Any) -> dict[str, Any]:
    answer = api.send(KEEPER, "POST", TOKENS, {"roles": [CASEWORKER], **wanted})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def with_secret(api: ApiClient, secret: str) -> int:
    headers = {"Authorization": f"Bearer {secret}"}
    status: int = api.running.client.get("/reporting/cases", headers=headers).status_code
    return status


def test_a_token_that_was_made_works_until_it_is_revoked(api: ApiClient) -> None:
    token = made(api)
    assert with_secret(api, token["secret"]) == 200
    answer = api.send(KEEPER, "POST", f"{TOKENS}/{token['token']}/revocation", {})
    assert (answer.status_code, answer.json()["status"]) == (200, "revoked")
    assert with_secret(api, token["secret"]) == 401


def test_revoking_again_has_the_same_answer_and_leaves_no_other_trace(api: ApiClient) -> None:
    path = f"{TOKENS}/{made(api)['token']}/revocation"
    first, again = (api.send(KEEPER, "POST", path, None) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    lines = api.send((PARTY, CASEWORKER), "GET", "/reporting/accesses?limit=50").json()["items"]
    assert [line["outcome"] for line in lines if line["token"] == first.json()["token"]] == [
        "revoked",
        "made",
    ]


def test_once_a_token_is_made_or_revoked_nothing_replaces_the_answer(api: ApiClient) -> None:
    referral = api.running.services["referral"]

    def away(_institution: str, _in_force: Sequence[Token]) -> None:
        raise Overloaded

    keeping = TokenKeeping(referral.log.database, referral.secret, away)
    by = Caller("subject-00", PARTY, (ADMINISTRATOR,))
    wanted = WantedToken((CASEWORKER,), 7, None, str(new_id()))
    with heard() as log:
        token, secret = keeping.make(by, PARTY, wanted, "referral.make_token")
        assert with_secret(api, secret) == 200
        keeping.revoke(by, PARTY, token.id, "referral.revoke_token")
    assert with_secret(api, secret) == 401
    assert log.text().count("tokens_not_told") == 2


def test_its_secret_is_shown_once_and_kept_nowhere(api: ApiClient) -> None:
    token = made(api)
    assert token["secret"].removeprefix("cnz_") not in stored(api)
    listed = api.send(KEEPER, "GET", f"{TOKENS}?limit=500")
    assert token["token"] in listed.text
    assert token["secret"] not in listed.text


def test_the_list_says_who_made_and_revoked_each_and_comes_in_pages(api: ApiClient) -> None:
    tokens = [made(api)["token"] for _ in range(3)]
    api.send(KEEPER, "POST", f"{TOKENS}/{tokens[1]}/revocation", {})
    found: list[dict[str, Any]] = []
    more = ""
    while True:
        page = api.send(KEEPER, "GET", f"{TOKENS}?limit=2{more}").json()
        found += page["items"]
        if page["next"] is None:
            break
        more = f"&cursor={page['next']}"
    names = [each["token"] for each in found]
    assert len(names) == len(set(names))
    assert [name for name in names if name in tokens] == tokens[::-1]
    assert {each["institution"] for each in found} == {PARTY}
    by_name = {each["token"]: each for each in found}
    keepers = by_name[tokens[0]]["made_by"]
    assert keepers.startswith("subject-")
    assert (by_name[tokens[1]]["status"], by_name[tokens[1]]["revoked_by"]) == ("revoked", keepers)


def test_who_made_and_revoked_a_token_stands_in_the_access_log(api: ApiClient) -> None:
    token = made(api)["token"]
    api.send(KEEPER, "POST", f"{TOKENS}/{token}/revocation", {})
    answer = api.send((PARTY, CASEWORKER), "GET", "/reporting/accesses?limit=50")
    lines = [line for line in answer.json()["items"] if line["token"] == token]
    assert [(line["route"], line["outcome"], line["institution"]) for line in lines] == [
        ("referral.revoke_token", "revoked", PARTY),
        ("referral.make_token", "made", PARTY),
    ]
    assert len({line["subject"] for line in lines}) == 1


def test_what_the_operator_does_with_its_tokens_an_institution_sees_too(api: ApiClient) -> None:
    secret = api.secret(OWN, SUPERVISOR)
    token = next(t for t in api.running.tokens.all() if t.institution == OWN)
    rows = accesses_seen(api.running.services["reporting"].log, OWN, 10_000)
    assert ("operator.token-create", "operator", token.id) in {
        (row.route, row.institution, row.token) for row in rows
    }
    assert secret not in str(rows)


def test_a_caseworkers_token_is_a_way_to_answer(api: ApiClient) -> None:
    code = api.listed().institution
    until = _keeper_of(api, code)
    path = f"/referral/institutions/{code}"
    assert api.get(OWN, path).json()["reachable"] is False
    answer = api.send(until, "POST", f"{path}/tokens", {"roles": [CASEWORKER], "days": 7})
    assert answer.status_code == 201
    assert api.get(OWN, path).json()["reachable_until"] == answer.json()["expires_at"]
    token = answer.json()["token"]
    assert api.send(until, "POST", f"{path}/tokens/{token}/revocation", {}).status_code == 200
    assert api.get(OWN, path).json()["reachable"] is False


def _keeper_of(api: ApiClient, code: str) -> tuple[str, ...]:
    api.secret(code, ADMINISTRATOR)
    return (code, ADMINISTRATOR)


@pytest.mark.parametrize("role", [STEWARD, AUDITOR, MONITOR])
def test_no_role_that_sees_or_governs_others_is_given(api: ApiClient, role: str) -> None:
    for roles in ([role], [CASEWORKER, role]):
        answer = api.send(KEEPER, "POST", TOKENS, {"roles": roles})
        assert (answer.status_code, answer.json()["code"]) == (422, "role-not-given")


def test_another_token_for_the_same_person_has_their_subject(api: ApiClient) -> None:
    first = made(api)
    assert made(api, subject=first["subject"], roles=[SUPERVISOR])["subject"] == first["subject"]
    theirs = next(t for t in api.running.tokens.all() if t.institution == OWN).subject
    answer = api.send(KEEPER, "POST", TOKENS, {"roles": [CASEWORKER], "subject": theirs})
    assert (answer.status_code, answer.json()["code"]) == (422, "subject-not-yours")


def test_another_institutions_token_is_not_revoked(api: ApiClient) -> None:
    api.secret(OWN)
    theirs = next(
        t for t in api.running.tokens.all() if t.institution == OWN and t.revoked_at is None
    )
    answer = api.send(KEEPER, "POST", f"{TOKENS}/{theirs.id}/revocation", {})
    assert answer.status_code == 404
    assert next(t for t in api.running.tokens.all() if t.id == theirs.id).revoked_at is None


_INSERT = (
    "INSERT INTO identity.tokens (token, subject, hash, institution, roles, expires_at, made_by)"
    " VALUES ('token-f0', 'subject-f0', '\\x00', 'x-x', ARRAY['{role}'], now(), {by})"
)


@pytest.mark.parametrize(
    ("service", "statement"),
    [
        ("referral", _INSERT.format(role=STEWARD, by="'subject-1'")),
        ("referral", _INSERT.format(role=AUDITOR, by="'subject-1'")),
        ("referral", _INSERT.format(role=CASEWORKER, by="NULL")),
        ("referral", "UPDATE identity.tokens SET expires_at = now()"),
        ("referral", "UPDATE identity.tokens SET roles = ARRAY['steward']"),
        ("referral", "UPDATE identity.tokens SET revoked_at = now(), revoked_by = NULL"),
        ("referral", "DELETE FROM identity.tokens"),
        ("intake", _INSERT.format(role=CASEWORKER, by="'subject-1'")),
        ("reporting", "UPDATE identity.tokens SET revoked_at = now()"),
    ],
)
def test_the_database_gives_a_service_no_more(api: ApiClient, service: str, statement: str) -> None:
    address = api.running.services[service].log.address
    with (
        psycopg.connect(address.conninfo()) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        conn.execute(statement.encode())


def test_the_database_brings_no_revoked_token_back(api: ApiClient) -> None:
    token = made(api)["token"]
    assert api.send(KEEPER, "POST", f"{TOKENS}/{token}/revocation", {}).status_code == 200
    with psycopg.connect(api.running.services["referral"].log.address.conninfo()) as conn:
        done = conn.execute(
            "UPDATE identity.tokens SET revoked_at = NULL, revoked_by = NULL WHERE token = %s",
            (token,),
        )
        assert done.rowcount == 0
