"""An institution has so many tokens in force and no more: whoever makes them without end stops."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.referral.reach import token_keeping
from shared.identity.caller import Caller
from shared.identity.token_keeping import TooManyTokens, WantedToken
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refused
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER
from tests.integration.http.api_client import ApiClient
from tests.integration.http.many_tokens import with_many_tokens

pytestmark = pytest.mark.integration


def test_beyond_the_bound_none_is_made_until_one_is_revoked(api: ApiClient) -> None:
    code = with_many_tokens(api, left=1)
    keeper, tokens = (code, ADMINISTRATOR), f"/referral/institutions/{code}/tokens"
    key = {"Idempotency-Key": str(new_id())}
    last = api.send(keeper, "POST", tokens, {"roles": [CASEWORKER]}, key)
    assert last.status_code == 201
    refused = api.send(keeper, "POST", tokens, {"roles": [CASEWORKER]})
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-tokens")
    again = api.send(keeper, "POST", tokens, {"roles": [CASEWORKER]}, key)
    assert (again.status_code, again.json()["code"]) == (409, "token-made-already")
    path = f"{tokens}/{last.json()['token']}/revocation"
    assert api.send(keeper, "POST", path, None).status_code == 200
    assert api.send(keeper, "POST", tokens, {"roles": [CASEWORKER]}).status_code == 201


def test_those_that_are_made_at_once_do_not_pass_it_together(api: ApiClient) -> None:
    code = with_many_tokens(api, left=3)
    keeping = token_keeping(api.running.services["referral"])
    by = Caller("subject-00", code, (ADMINISTRATOR,))

    def made(_: int) -> bool:
        wanted = WantedToken((CASEWORKER,), 7, None, str(new_id()))
        try:
            keeping.make(by, code, wanted, "referral.make_token")
        except Refused as error:
            if isinstance(error.refusal, TooManyTokens):
                return False
            raise
        return True

    with ThreadPoolExecutor(8) as at_once:
        assert sum(at_once.map(made, range(12))) == 3


def test_a_subject_of_another_form_is_refused_before_the_database(api: ApiClient) -> None:
    keeping = token_keeping(api.running.services["referral"])
    code = api.listed().institution
    by = Caller("subject-00", code, (ADMINISTRATOR,))
    wanted = WantedToken((CASEWORKER,), 7, "\x00", str(new_id()))
    with pytest.raises(Refused, match="subject"):
        keeping.make(by, code, wanted, "referral.make_token")
