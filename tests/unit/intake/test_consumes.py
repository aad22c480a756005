"""Who stops seeing a case, and after which facts: the list of a referral's statuses says it."""

import pytest

from services.intake.consumes import react
from services.intake.parties import AdmitParty, DismissParty
from shared.contracts.envelope import decode, encode
from tests.examples import PUBLISHED, examples

OF_REFERRAL = [name for service, name in PUBLISHED if service == "referral"]


@pytest.mark.parametrize("name", OF_REFERRAL)
def test_an_addressee_is_dismissed_by_every_fact_after_which_it_is_no_party(name: str) -> None:
    for example in examples("referral", name):
        status = example.contract.status
        reactions = list(react(decode(encode(example.contract, example.recorded))))
        dismissed = any(isinstance(each.command, DismissParty) for each in reactions)
        assert dismissed == (status is not None and not status.party)


def test_an_addressee_becomes_a_party_with_the_request() -> None:
    (example, *_) = examples("referral", "referral-requested")
    (reaction,) = react(decode(encode(example.contract, example.recorded)))
    assert isinstance(reaction.command, AdmitParty)
    assert reaction.command.institution == example.recorded.fact.addressee
