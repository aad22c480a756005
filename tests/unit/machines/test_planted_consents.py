"""Mistakes about consents and their overrides, planted in the rules: the machines find each."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.intake.consent import commands, decisions, facts, override_commands, overriding
from tests.consent_facts import SUPERVISOR
from tests.personas import OFFICE
from tests.unit.machines.consent_override_walk import ConsentOverrideWalk
from tests.unit.machines.consent_walk import ConsentWalk
from tests.unit.machines.planted_mistakes import by_whom, forgets, with_mistake
from tests.unit.machines.test_planted import Planted, found


def _as_the_office(command: Any, _: Any) -> Any:
    """Whoever gives the command passes for whoever had the case first."""
    del command
    return OFFICE


def _as_the_supervisor(command: Any, _: Any) -> Any:
    """Whoever answers passes for the second person."""
    del command
    return SUPERVISOR


PLANTED: Mapping[str, Planted] = {
    "a consent recorded by anybody": (
        ConsentWalk,
        with_mistake(decisions.DECIDER, by_whom(_as_the_office, commands.RecordConsent)),
        "obtained by another",
    ),
    "a withdrawal that is forgotten": (
        ConsentWalk,
        forgets(decisions.DECIDER, facts.ConsentWithdrawn),
        "stands otherwise|after its end",
    ),
    "a part that is forgotten": (
        ConsentWalk,
        forgets(decisions.DECIDER, facts.ConsentPartlyWithdrawn),
        "what was taken back was forgotten",
    ),
    "one person who asks and confirms": (
        ConsentOverrideWalk,
        with_mistake(
            overriding.DECIDER,
            by_whom(_as_the_supervisor, override_commands.ConfirmConsentOverride),
        ),
        "answered in another role|the same role twice|the same person twice|not the custodian",
    ),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(mistake: str) -> None:
    machine, planted, words = PLANTED[mistake]
    with pytest.raises(AssertionError, match=words):
        found(machine, planted)
