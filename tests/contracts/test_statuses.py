"""The status that a contract names is the one to which its fact leads in the life that decides."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.followup import publishes as followup
from services.followup.life import LIFE as FOLLOW_UP
from services.referral import publishes as referral
from services.referral.life import LIFE as REFERRAL
from shared import contracts
from shared.contracts.contract import Contract, parts_of
from shared.kernel.life import Life
from shared.kernel.statuses import REFERRAL_STATUSES, StatusError, status_in

LIVES: dict[str, tuple[Life[Any], dict[str, type]]] = {
    "referral": (REFERRAL, referral.FACTS),
    "followup": (FOLLOW_UP, followup.FACTS),
}


def statuses_after(service: str) -> Iterator[tuple[str, str, bool]]:
    """Each fact of a service's life by name, the status after it, and whether it stays that."""
    life, stored = LIVES[service]
    names = {fact: name for name, fact in stored.items()}
    for row in life.rows:
        for fact, after in row.facts.items():
            yield names[fact], life.codes[after], after is row.effective_status


@pytest.mark.parametrize("service", LIVES)
def test_a_contract_names_the_status_to_which_its_fact_leads(service: str) -> None:
    named = {
        parts_of(name).name: contract.status and contract.status.code
        for name, contract in contracts.CONTRACTS.items()
        if parts_of(name).service == service
    }
    decided = list(statuses_after(service))
    assert decided
    for name, status, stays in decided:
        assert named[name] == status or (stays and named[name] is None), name


@pytest.mark.parametrize("contract", contracts.CONTRACTS.values(), ids=lambda each: each.__name__)
def test_a_contract_with_a_status_says_of_which_referral(contract: type[Contract]) -> None:
    assert contract.status is None or "referral_id" in contract.__struct_fields__


def test_a_status_that_the_list_does_not_have_is_an_error_that_names_both() -> None:
    with pytest.raises(StatusError, match="referral_statuses: there is no status 'refused'"):
        status_in(REFERRAL_STATUSES, "refused")
