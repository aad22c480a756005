"""How to be refused where a case is asked about: consent, offers made again, transfers wanted."""

from collections.abc import Callable, Mapping
from typing import Any

from services.referral import public_holidays as holidays
from services.referral import requesting_refusals as of_requests
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import CASEWORKER, MONITOR, STEWARD
from tests.integration.http.api_client import OWN, PARTY, REFERRAL, STRANGER, ApiClient, Who
from tests.integration.http.prepared import declined
from tests.integration.http.requesting_scenarios import WANTED, drafted
from tests.integration.http.scenario import Scenario
from tests.integration.http.sent import Provocation, Sent

_OWN, _PARTY, _STEWARD = (OWN, CASEWORKER), (PARTY, CASEWORKER), (OWN, STEWARD)
_OVERSEER = (STRANGER, CASEWORKER, MONITOR)  # sees every case, and takes part in none


def _refer(**otherwise: Any) -> Provocation:
    return lambda api: Sent(
        _OWN,
        f"/referral/cases/{api.registered().case_id}/referrals",
        {**REFERRAL, **otherwise},
    )


def _reoffer(scenario: Callable[[ApiClient], Scenario], **body: Any) -> Provocation:
    return lambda api: Sent(_OWN, f"{api.of(scenario(api))}/reoffer", body)


def _want(who: Who, scenario: Callable[[ApiClient], Scenario]) -> Provocation:
    return lambda api: Sent(
        who, f"/referral/cases/{scenario(api).case_id}/transfer-requests", WANTED
    )


def _want_twice(api: ApiClient) -> Sent:
    sent = _want(_PARTY, ApiClient.accepted)(api)
    assert api.send(sent.who, "POST", sent.path, sent.body).status_code == 200
    return sent


def _send_what_names_nobody(api: ApiClient) -> Sent:
    scenario = drafted(api, alternatives=["nobody-here"])
    return Sent(_OWN, f"{api.of(scenario)}/sending", {})


def _refuse_what_nobody_wants(api: ApiClient) -> Sent:
    path = f"/referral/cases/{api.registered().case_id}/transfer-requests/{new_id()}/refusal"
    return Sent(_OWN, path, {"reason": "other"})


def _holiday(place: str, day: str, which: str = "holidays") -> Provocation:
    body = {"day": day, "reason": "other"}
    return lambda _: Sent(_STEWARD, f"/referral/calendars/{place}/{which}", body)


OF_ASKING: Mapping[type[Refusal], tuple[int, Provocation] | str] = {
    of_requests.ConsentOver: (409, _refer(consent_until="2026-03-02")),
    of_requests.AlternativeNotPossible: (422, _refer(alternatives=["nobody-here"])),
    of_requests.OriginNotSaid: (422, _refer(origin="transfer-request")),
    of_requests.DraftNotAsWorded: (409, _send_what_names_nobody),
    of_requests.NotToBeReoffered: (422, _reoffer(ApiClient.referred)),
    of_requests.OutsideTheConsent: (403, _reoffer(declined, to=STRANGER)),
    of_requests.NobodyLeftToAsk: (409, _reoffer(declined)),
    of_requests.CaseNotSeen: (403, _want(_OVERSEER, ApiClient.registered)),
    of_requests.HasCustody: (409, _want(_OWN, ApiClient.registered)),
    of_requests.TransferAlreadyRequested: (409, _want_twice),
    of_requests.TransferNotRequested: (404, _refuse_what_nobody_wants),
    holidays.NoSuchPlace: (422, _holiday("ZZ", "2026-12-24")),
    holidays.DayOfNoCalendar: (422, _holiday("MX-CHH", "2101-01-04")),
    holidays.AHolidayAlready: (409, _holiday("MX", "2026-12-25")),
    holidays.NoHoliday: (409, _holiday("MX", "2026-12-24", "holidays/removal")),
}
"""Each refusal: its status and how to meet it."""
