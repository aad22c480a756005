"""How to be refused about answers to referrals, about ruling for a programme, and afterwards."""

from collections.abc import Callable, Mapping
from typing import Any

from services.referral import answering_refusals as of_answers
from services.referral import programme_refusals as of_programmes
from shared.kernel.refusals import Refusal
from shared.kernel.roles import CASEWORKER, STEWARD
from tests.integration.http.answering_scenarios import (
    PROGRAMME,
    coordinated,
    done_with,
    rated,
)
from tests.integration.http.api_client import OWN, PARTY, ApiClient, Who
from tests.integration.http.prepared import elsewhere
from tests.integration.http.scenario import Scenario
from tests.integration.http.sent import Provocation, Sent

_OWN, _PARTY, _STEWARD = (OWN, CASEWORKER), (PARTY, CASEWORKER), (OWN, STEWARD)
_UNCOORDINATED = "/referral/programmes/mx-labour-network"


def _of(scenario: Callable[[ApiClient], Scenario], who: Who, noun: str, **body: Any) -> Provocation:
    return lambda api: Sent(who, f"{api.of(scenario(api))}/{noun}", body)


def _rule(noun: str, programme: str = PROGRAMME, **body: Any) -> Provocation:
    return lambda _: Sent(_STEWARD, f"{programme}/{noun}", body)


def _appoint_one_of_another_programme(api: ApiClient) -> Sent:
    return _rule("coordinators", institution=elsewhere(api).institution)(api)


def _relieve_who_is_needed(api: ApiClient) -> Sent:
    coordinated(api, confirms=True)
    return _rule("coordinators/relief")(api)


OF_ANSWERS: Mapping[type[Refusal], tuple[int, Provocation] | str] = {
    of_answers.ExpectedBefore: (
        422,
        _of(
            *(ApiClient.referred, _PARTY, "waitlisting"),
            reason="no-capacity",
            expected_on="2020-01-01",
        ),
    ),
    of_answers.ReroutedBack: (
        422,
        _of(ApiClient.referred, _PARTY, "rerouting", to=OWN, reason="closer"),
    ),
    of_answers.AlreadyRated: (
        409,
        _of(rated, _OWN, "ratings", timeliness="good", effort="good"),
    ),
    of_answers.LoopAlreadyClosed: (
        409,
        _of(done_with, _OWN, "loop-closure", reason="served", person_told="told"),
    ),
    of_programmes.CoordinatorNotRegistered: (
        422,
        _rule("coordinators", institution="nobody-here"),
    ),
    of_programmes.CoordinatorNotAble: (409, _appoint_one_of_another_programme),
    of_programmes.NoCoordinator: (409, _rule("decline-confirmation", _UNCOORDINATED)),
    of_programmes.CoordinatorNeeded: (409, _relieve_who_is_needed),
    of_programmes.NotCoordinated: (409, _rule("coordinators/relief", _UNCOORDINATED)),
}
"""Each refusal: its status and how to meet it."""
