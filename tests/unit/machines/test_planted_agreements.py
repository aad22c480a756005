"""Mistakes about agreements, planted in the rules: the machines find each of them."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.referral import (
    agreement,
    agreements,
    custody,
    custody_evolving,
    leaning,
    override,
    referral_facts,
)
from shared.kernel.decider import Known
from shared.kernel.value import replace
from tests.personas import STEWARD
from tests.unit.machines.agreement_walk import AgreementWalk
from tests.unit.machines.custody_walk import CustodyWalk
from tests.unit.machines.planted_mistakes import answered, by_whom, forgets, only, with_mistake
from tests.unit.machines.test_planted import Planted, found


def _as_a_steward(command: Any, _: Any) -> Any:
    """Whoever gives the command passes for a steward, but for a clock."""
    return command.by if command.by.role == "system" else STEWARD


def _unused(state: Any, fact: Any) -> Any:
    """An override that was used may be used again."""
    after = custody_evolving.evolve(state, fact)
    used = isinstance(fact, referral_facts.ReferralRequested) and fact.override_id is not None
    return replace(after, overrides=state.overrides) if used else after


def _never_required(command: Any, state: Any, known: Mapping[str, Known]) -> Any:
    policy = known.get(leaning.POLICY)
    waived = {} if policy is None else {leaning.POLICY: replace(policy, state=False)}
    return custody.decide(command, state, {**known, **waived})


PLANTED: Mapping[str, Planted] = {
    "an agreement kept by anybody": (
        AgreementWalk,
        with_mistake(agreements.DECIDER, by_whom(_as_a_steward)),
        "not theirs to keep|for another",
    ),
    "in force when the first has signed": (
        AgreementWalk,
        answered(
            agreements.DECIDER,
            only(agreement.AgreementSigned, lambda f: replace(f, begins=f.signed_on)),
        ),
        "in force from another day on",
    ),
    "a revision that keeps its number": (
        AgreementWalk,
        answered(
            agreements.DECIDER,
            only(agreement.AgreementRevised, lambda f: replace(f, terms=f.terms - 1)),
        ),
        "miscounted",
    ),
    "an announcement that is forgotten": (
        AgreementWalk,
        forgets(agreements.DECIDER, agreement.AgreementExpiryAnnounced),
        "told twice|miscounted",
    ),
    "a termination that is forgotten": (
        AgreementWalk,
        forgets(agreements.DECIDER, agreement.AgreementTerminated),
        "it was over|its status|miscounted",
    ),
    "a referral that names a version of yesterday": (
        CustodyWalk,
        answered(
            custody.DECIDER,
            only(
                referral_facts.ReferralRequested,
                lambda f: replace(f, agreement_version=f.agreement_version and 2),
            ),
        ),
        "leans on another agreement",
    ),
    "a referral without the agreement that its programme requires": (
        CustodyWalk,
        {"decider": replace(custody.DECIDER, decide=_never_required)},
        "referred without an agreement",
    ),
    "an override that serves twice": (
        CustodyWalk,
        {"decider": replace(custody.DECIDER, evolve=_unused)},
        "referred without an agreement",
    ),
    "an override for another": (
        CustodyWalk,
        answered(
            custody.DECIDER,
            only(override.AgreementOverridden, lambda f: replace(f, addressee=f.institution)),
        ),
        "overridden for itself",
    ),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(mistake: str) -> None:
    machine, planted, words = PLANTED[mistake]
    with pytest.raises(AssertionError, match=words):
        found(machine, planted)
