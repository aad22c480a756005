"""Ways to break the rules of consents and their overrides, one at a time."""

from typing import Any

from tests.faults.breaks_on_the_log import Break
from tests.faults.checker.rows import Fact
from tests.faults.small_consents import ASKED, TERMS
from tests.faults.small_world import COMMISSION, World


def fact_of(world: World, name: str) -> Fact:
    """The first fact of intake's that is called so."""
    return next(fact for fact in world.facts["intake"] if fact.name == name)


def _says(name: str, /, **payload: Any) -> Break:
    def broken(world: World) -> None:
        world.change_payload(fact_of(world, name).id, **payload)

    return broken


def _is(name: str, /, **members: Any) -> Break:
    def broken(world: World) -> None:
        world.change(fact_of(world, name).id, **members)

    return broken


def _narrowed_too_far(world: World) -> None:
    wider = {**TERMS, "categories": [*TERMS["categories"], "health"]}
    world.change_payload(fact_of(world, "consent-narrowed").id, terms=wider)


def _narrowed_for_longer(world: World) -> None:
    longer = {**TERMS, "valid_until": "2028-01-01"}
    world.change_payload(fact_of(world, "consent-narrowed").id, terms=longer)


def _more_taken_back(world: World) -> None:
    part = {"recipients": [], "kinds": [], "categories": ["health"]}
    world.change_payload(fact_of(world, "consent-partly-withdrawn").id, part=part)


def _ran_out_early(world: World) -> None:
    """A clock says that it is over a year before it is."""
    gone = fact_of(world, "consent-partly-withdrawn")
    payload = {"consent_id": gone.payload["consent_id"], "version": 2}
    world.change(gone.id, name="consent-expired", role="system", payload=payload)


def _goes_on_after_the_end(world: World) -> None:
    last = fact_of(world, "consent-withdrawn")
    part = fact_of(world, "consent-partly-withdrawn")
    world.change(part.id, name="consent-withdrawn", payload=last.payload)


def _answered_unasked(world: World) -> None:
    world.change(fact_of(world, "consent-override-requested").id, name="consent-override-rejected")


OF_CONSENTS: dict[str, tuple[Break, ...]] = {
    "consents-stay-within-what-was-said": (
        _says("consent-recorded", version=2),
        _says("consent-narrowed", version=1),
        _says("consent-withdrawn", version=1),
        _narrowed_too_far,
        _narrowed_for_longer,
        _more_taken_back,
        _ran_out_early,
        _goes_on_after_the_end,
    ),
    "overrides-of-consent-are-two-persons": (
        _answered_unasked,
        _is("consent-override-confirmed", subject="token-1"),
        _is("consent-override-confirmed", role="caseworker"),
        _is("consent-override-confirmed", institution=COMMISSION),
        _is("consent-override-confirmed", happened_at="2026-06-01T15:00:00+00:00"),
        _is("consent-override-confirmed", name="consent-override-rejected"),
        _says("consent-override-confirmed", disclosure={**ASKED["disclosure"], "services": ["x"]}),
        _says("consent-override-notified", notified="guardian"),
        _is("consent-override-notified", name="consent-override-rejected"),
    ),
}
"""By rule."""
