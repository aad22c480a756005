"""How to be refused where links are given and used."""

from collections.abc import Mapping
from typing import Any

from services.referral import link_api, link_refusals
from shared.kernel import links, refusals
from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import OWN, PARTY, REFERRAL, ApiClient
from tests.integration.http.linked import NOWHERE, SENDER, linked, soon_over
from tests.integration.http.sent import Provocation, Sent

_WITHDRAWN = {"reason": "need-resolved"}


def _link(**lasts: float) -> Provocation:
    return lambda api: Sent(SENDER, f"{linked(api).path}/link", soon_over(**lasts))


def _refer(**body: Any) -> Provocation:
    return lambda api: Sent(
        SENDER,
        f"/referral/cases/{api.registered().case_id}/referrals",
        {**REFERRAL, "by_link": True, **body},
    )


def _of_what_has_ended(api: ApiClient) -> Sent:
    path = linked(api).path
    api.submit(OWN, f"{path}/withdrawal", _WITHDRAWN)
    return Sent(SENDER, f"{path}/link", soon_over())


def _again(api: ApiClient) -> Sent:
    one, key = linked(api), "once-and-once-more"
    body, headers = soon_over(), {"Idempotency-Key": f"{key}-{one.addressee}"}
    path = f"{one.path}/link"
    assert api.send(SENDER, "POST", path, body, headers).status_code == 201
    return Sent((OWN, CASEWORKER), path, body, headers)


def _after_another(api: ApiClient) -> Sent:
    sent = _again(api)
    assert api.send(SENDER, "POST", sent.path, soon_over()).status_code == 201
    return sent


LINKS: Mapping[type[refusals.Refusal], tuple[int, Provocation] | str] = {
    link_refusals.AddresseeHasAccount: (409, _refer(to=PARTY)),
    link_refusals.TransferNeedsAccount: (409, _refer(to=PARTY, kind="transfer")),
    link_refusals.ReferralNotWaiting: (409, _of_what_has_ended),
    link_refusals.NoLinkIssued: (
        409,
        lambda api: Sent(SENDER, f"{linked(api).path}/link/withdrawal", {}),
    ),
    link_refusals.LinkTooLong: (422, _link(days=15)),
    link_api.LinkIssuedAlready: (409, _again),
    link_refusals.LinkReplaced: (409, _after_another),
    links.LinkNotInForce: (404, lambda _: Sent(None, f"{NOWHERE}/opening", {"code": "x" * 52})),
}
