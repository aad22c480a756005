"""Every bug still has a target in production code, and one that has none is reported."""

from typing import Any

import pytest

from services.referral import custody, custody_states
from services.referral.decisions import AcceptReferral, Custodianship
from services.referral.referral import Accepted, Acknowledged
from services.referral.referral_facts import ReferralAccepted
from shared.kernel.decider import Actor
from shared.kernel.refusals import Refusal
from tests.faults.bugs import BUGS, NoSuchTarget, found, plant
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL, SHELTER
from tests.referral_facts import REQUESTED


@pytest.mark.parametrize("bug", BUGS)
def test_a_bugs_targets_are_in_production_code(bug: str) -> None:
    for target in BUGS[bug]:
        owner, name = found(target)
        assert callable(getattr(owner, name)) or name.isupper()


@pytest.mark.parametrize(
    "target",
    ["shared.messaging.relay:Relay._no_such_step", "shared.messaging.relay:NoSuchRelay.run"],
)
def test_a_target_that_has_moved_is_reported(target: str) -> None:
    with pytest.raises(NoSuchTarget):
        found(target)


def test_a_bug_that_nobody_knows_is_not_planted() -> None:
    with pytest.raises(KeyError):
        plant("no-such-bug")


@pytest.fixture
def planted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plant the bug of this name, and take it out again."""
    for target, make in BUGS[request.param].items():
        owner, name = found(target)
        monkeypatch.setattr(owner, name, make(getattr(owner, name)))


def test_nothing_is_wrong_with_acceptance_as_long_as_nothing_is_planted() -> None:
    assert isinstance(_accepted(Accepted(REQUESTED), COMMISSION), Refusal)
    assert isinstance(_accepted(Acknowledged(REQUESTED), SHELTER), Refusal)
    assert _custodian(_accepted(Acknowledged(REQUESTED), COMMISSION)) == COMMISSION.institution


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("planted", ["accepted-twice"], indirect=True)
def test_a_table_by_which_what_was_accepted_is_accepted_again() -> None:
    assert _custodian(_accepted(Accepted(REQUESTED), COMMISSION)) == COMMISSION.institution


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("planted", ["custody-stays"], indirect=True)
def test_a_table_by_which_custody_stays() -> None:
    assert _custodian(_accepted(Acknowledged(REQUESTED), COMMISSION)) == OFFICE.institution


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("planted", ["anybody-decides"], indirect=True)
def test_a_life_in_which_anybody_decides() -> None:
    assert not isinstance(_accepted(Acknowledged(REQUESTED), SHELTER), Refusal)


def _accepted(one: Accepted | Acknowledged, by: Actor) -> Any:
    held = Custodianship(OFFICE.institution, "mecal", "MX-CHH")
    case = custody_states.InCustody(CASE, held, {REFERRAL: one})
    return custody.decide(AcceptReferral(by=by, at=AT, referral_id=REFERRAL), case, {})


def _custodian(decision: Any) -> str:
    (accepted,) = (fact for fact in decision if isinstance(fact, ReferralAccepted))
    return accepted.custodian
