"""How to be refused where a referral is followed up."""

from collections.abc import Callable, Mapping
from typing import Any

from services.followup import amounts, refusals
from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import OUTCOME, PARTY, ApiClient, Scenario, Who
from tests.integration.http.sent import Provocation, Sent

_DOOR = "the door's own check of the field comes first"
FOLLOWER: Who = (PARTY, CASEWORKER)


def follow(
    which: str,
    body: Any,
    scenario: Callable[[ApiClient], Scenario] = ApiClient.accepted,
    who: Who = FOLLOWER,
) -> Provocation:
    return lambda api: Sent(who, f"/followup/follow-ups/{scenario(api).referral_id}/{which}", body)


def _result(**otherwise: Any) -> Provocation:
    return follow("outcomes", {**OUTCOME, **otherwise})


def _confirmed(api: ApiClient) -> Scenario:
    """PARTY gave the service, and has said so."""
    scenario = api.delivered()
    path = f"/followup/follow-ups/{scenario.referral_id}/confirmations"
    api.submit(PARTY, path, {"confirmer": "provider"})
    return scenario


def _to_assess(api: ApiClient) -> Scenario:
    return api.accepted(kind="assessment")


FOLLOW_UPS: Mapping[type, tuple[int, Provocation] | str] = {
    refusals.FollowUpNotOpened: "the door says that there is no such case before it is asked",
    amounts.AmountAndCurrencyTogether: (422, _result(currency=None)),
    amounts.OutcomeTakesNoAmount: (422, _result(outcome="placement")),
    amounts.OutcomeNeedsAmount: (422, _result(amount=None, currency=None)),
    amounts.AmountAboveCeiling: (422, _result(amount="20000000.01")),
    refusals.NothingToMend: (
        404,
        follow("contacts/7/entry-in-error", {"reason": "other"}),
    ),
    refusals.NotYetInEffect: (422, _result(on="2999-01-01")),
    amounts.AmountNotANumber: _DOOR,
    amounts.AmountBelowZero: _DOOR,
    amounts.AmountTooFine: _DOOR,
    refusals.AppointmentGone: (
        422,
        follow("appointment", {"scheduled_for": "2020-01-01T10:00:00-06:00"}),
    ),
    refusals.NothingDelivered: _DOOR,
    refusals.AlreadyConfirmed: (
        409,
        follow("confirmations", {"confirmer": "provider"}, _confirmed),
    ),
    refusals.EnrolmentNeeded: (409, follow("closure", {"outcome": "other"}, _to_assess)),
}

_WORK = (
    "Registrar un contacto, Registrar un servicio, Registrar un resultado, Dar cita,"
    " Empezar el servicio, Dar por prestado, Decir si se inscribió, Cerrar, Dar por no lograda,"
    " Cancelar a petición de la persona, Poner en pausa"
)
_DONE = {"outcome": "payment"}
FOLLOWED_NOT_NOW: Mapping[tuple[str, str], Provocation] = {
    ("Revocado", ""): follow("closure", _DONE, ApiClient.revoked),
    ("Abierto", _WORK): follow("reopening", {"reason": "new-facts"}),
    (
        "En pausa",
        "Dar por no lograda, Cancelar a petición de la persona, Reanudar",
    ): follow("closure", _DONE, ApiClient.held),
    ("Cerrado", "Reabrir"): follow("closure", _DONE, ApiClient.closed),
    ("Anulado con su caso, registrado por error", ""): follow("closure", _DONE, ApiClient.in_error),
}
"""The same as ``provocations.NOT_NOW``, of follow-ups."""
