"""How to be refused when the register of norms is kept."""

from collections.abc import Mapping
from typing import Any

from services.referral import register_refusals as register
from services.reporting.refusals import NoSuchNorm
from shared.kernel import refusals
from shared.kernel.roles import ADMINISTRATOR
from tests.integration.http.api_client import GUIDE, OWN, PARTY, STEWARDS, ApiClient
from tests.integration.http.sent import Provocation, Sent

_ELEMENT = {"element": "informacion", "name": "Información"}
_CITATION = {"citing_kind": "step", "citing": "paso-uno"}
_DOOR = "the door's own check of the role comes first"
_PATH = "/referral/register"


def _registering(**said: Any) -> Provocation:
    body = {**GUIDE, "entry_id": "ley-no-escrita", **said}
    return lambda _: Sent(STEWARDS, _PATH, body)


def _again(api: ApiClient) -> Sent:
    entry_id = api.entered().entry_id
    return Sent(STEWARDS, _PATH, {**GUIDE, "entry_id": entry_id, "level": "state"})


def _withdrawn(api: ApiClient) -> Sent:
    path = f"{_PATH}/{api.entered().entry_id}"
    answer = api.send(STEWARDS, "POST", f"{path}/withdrawal", {"reason": "repealed"})
    assert answer.status_code == 200, answer.text
    return Sent(STEWARDS, f"{path}/corrections", GUIDE)


def _cited(api: ApiClient, **said: Any) -> str:
    """PARTY's administrator says that something answers a new guide; return its address."""
    path = f"{_PATH}/{api.entered(elements=[_ELEMENT]).entry_id}"
    body = {**_CITATION, **said}
    answer = api.send((PARTY, ADMINISTRATOR), "POST", f"{path}/citations", body)
    assert answer.status_code == 200, answer.text
    return path


def _anothers(api: ApiClient) -> Sent:
    return Sent((OWN, ADMINISTRATOR), f"{_cited(api)}/citations/withdrawal", _CITATION)


def _element_gone(api: ApiClient) -> Sent:
    return Sent(STEWARDS, f"{_cited(api, element='informacion')}/corrections", GUIDE)


def _no_element(api: ApiClient) -> Sent:
    path = f"{_PATH}/{api.entered().entry_id}/citations"
    return Sent(STEWARDS, path, {**_CITATION, "element": "informacion"})


Refused = tuple[int, Provocation] | str
REGISTER: Mapping[type[refusals.Refusal], Refused] = {
    register.EntryNotRegistered: (404, lambda _: Sent(STEWARDS, f"{_PATH}/no-hay")),
    register.EntryAlreadyRegistered: (409, _again),
    register.EntryIsWithdrawn: (409, _withdrawn),
    register.NotTheRegistersSteward: _DOOR,
    register.NotYoursToCite: _DOOR,
    register.CitationNotYours: (409, _anothers),
    register.NoSuchElement: (422, _no_element),
    register.ElementTwice: (422, _registering(elements=[_ELEMENT, _ELEMENT])),
    register.ElementCited: (409, _element_gone),
    register.ValidityBackwards: (
        422,
        _registering(valid_from="2026-05-04", valid_until="2026-05-03"),
    ),
    register.NotWritable: (422, _registering(name=" Guía")),
    NoSuchNorm: (404, lambda _: Sent(STEWARDS, "/reporting/register/no-hay/matrix")),
}
