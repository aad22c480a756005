"""Each fact about a referral or a follow-up leads to a status that its list has."""

import pytest

from shared.contracts import CONTRACTS
from shared.contracts.referral import ReferralDeclinedV1
from shared.contracts.statuses import STATUS_AFTER, UnlistedStatus, statuses_after
from shared.kernel.statuses import FOLLOW_UP_STATUSES, REFERRAL_STATUSES


def test_every_fact_of_a_referral_leads_to_a_status() -> None:
    about = {
        contract
        for name, contract in CONTRACTS.items()
        if name.split(".")[2] == "referral" and "referral_id" in contract.__struct_fields__
    }
    assert set(STATUS_AFTER[REFERRAL_STATUSES]) == about


@pytest.mark.parametrize("list_name", STATUS_AFTER)
def test_whatever_leads_to_a_status_is_a_published_fact_of_one_referral(list_name: str) -> None:
    assert set(STATUS_AFTER[list_name]) <= set(CONTRACTS.values())
    assert all("referral_id" in each.__struct_fields__ for each in STATUS_AFTER[list_name])


def test_a_follow_up_has_a_status_as_soon_as_it_is_open() -> None:
    opening = CONTRACTS["mx.canaliza.followup.follow-up-opened.v1"]
    assert STATUS_AFTER[FOLLOW_UP_STATUSES][opening].open


def test_a_status_that_the_list_does_not_have_is_an_error_that_names_it_and_the_fact() -> None:
    with pytest.raises(UnlistedStatus, match=r"ReferralDeclinedV1: 'refused' .* referral_statuses"):
        statuses_after(REFERRAL_STATUSES, {ReferralDeclinedV1: "refused"})
