"""How to be refused when the directory's services are kept."""

from collections.abc import Mapping
from typing import Any

from services.referral import service_refusals as services
from shared.kernel import refusals
from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR, STEWARD
from tests.integration.http.api_client import OFFERED, OWN, PARTY, ApiClient
from tests.integration.http.sent import Provocation, Sent

LISTING = f"/referral/institutions/{PARTY}/services"
HOURS: dict[str, Any] = {
    "rrule": "FREQ=WEEKLY;BYDAY=MO",
    "opens": "09:00",
    "closes": "18:00",
    "zone": "America/Ciudad_Juarez",
}
_KEEPER = (PARTY, ADMINISTRATOR)


def _listed(**said: Any) -> Provocation:
    return lambda _: Sent(_KEEPER, LISTING, {**OFFERED, **said})


def _said(noun: str, **said: Any) -> Provocation:
    return lambda api: Sent(_KEEPER, f"/referral/services/{api.offered().service_id}/{noun}", said)


def _of_a_withdrawn_one(api: ApiClient) -> Sent:
    path = f"/referral/services/{api.offered().service_id}"
    answer = api.send(_KEEPER, "POST", f"{path}/withdrawal", {"reason": "ceased"})
    assert answer.status_code == 200, answer.text
    return Sent(_KEEPER, f"{path}/assurance", {})


Refused = tuple[int, Provocation] | str
SERVICES: Mapping[type[refusals.Refusal], Refused] = {
    services.ServiceNotListed: (404, lambda _: Sent(_KEEPER, f"/referral/services/{new_id()}")),
    services.ServiceAlreadyListed: "nobody chooses this id: it is derived from the key",
    services.ServiceNotKept: "the door's own check of the role comes first",
    services.ServiceOfAnother: (403, lambda _: Sent((OWN, ADMINISTRATOR), LISTING, OFFERED)),
    services.OffererNotListed: (
        409,
        lambda _: Sent((OWN, STEWARD), "/referral/institutions/nobody-here/services", OFFERED),
    ),
    services.ServiceIsWithdrawn: (409, _of_a_withdrawn_one),
    services.ServiceNameNotUsable: (422, _listed(name=" Albergue ")),
    services.ReferenceNotReadable: (422, _listed(entries=["Ley"])),
    services.RuleSaysNothing: (422, _listed(eligibility=[{"attribute": "sex"}])),
    services.CostNeedsItsCurrency: (422, _listed(cost={"amount": "35.50"})),
    services.HoursNotReadable: (422, _listed(hours=[{**HOURS, "rrule": "daily"}])),
    services.HoursNeedAFirstDay: (422, _listed(hours=[{**HOURS, "rrule": "FREQ=WEEKLY"}])),
    services.EndsBeforeItBegins: (
        422,
        _listed(
            funding=[
                {"source": "fees", "valid_from": "2026-05-04", "valid_until": "2026-05-03"},
            ]
        ),
    ),
    services.DurationNotPossible: (422, _listed(duration_days=0)),
    services.PlacesContradict: (
        422,
        _said("capacity", capacity="none", unit="beds", places_free=1),
    ),
    services.AssuredTooLate: (422, _said("assurance", assured_on="2999-01-01")),
}
