"""Who sees how much of a case after which facts: the list of a referral's statuses says it."""

import pytest

from services.intake.consumes import react
from services.intake.parties import AdmitParty, ConfirmParty, DismissParty, ReadmitParty
from services.intake.previews import PreviewCase
from shared.contracts.envelope import decode, encode
from tests.examples import PUBLISHED, examples

OF_REFERRAL = [name for service, name in PUBLISHED if service == "referral"]
ENDS = {"past", "nothing", "kept", "ended"}
UNSENT = {"referral-drafted", "draft-discarded"}
"""Of a draft its addressee is not told: nobody is admitted by it, and nobody dismissed."""


@pytest.mark.parametrize("name", OF_REFERRAL)
def test_an_addressee_is_dismissed_by_every_fact_that_takes_sight_away(name: str) -> None:
    for example in examples("referral", name):
        status = example.contract.status
        reactions = list(react(decode(encode(example.contract, example.recorded))))
        dismissed = [each.command for each in reactions if isinstance(each.command, DismissParty)]
        sees = status.addressee_sees if status else None
        assert bool(dismissed) == (sees in ENDS and name not in UNSENT)
        assert all(command.with_case == (sees == "kept") for command in dismissed)


@pytest.mark.parametrize("name", OF_REFERRAL)
def test_an_addressee_is_confirmed_by_every_fact_that_gives_sight_of_the_case(name: str) -> None:
    for example in examples("referral", name):
        status = example.contract.status
        reactions = list(react(decode(encode(example.contract, example.recorded))))
        gives = [
            each for each in reactions if isinstance(each.command, ConfirmParty | ReadmitParty)
        ]
        sees_again = name == "decline-entered-in-error"  # the preview
        gives_the_case = name in {"referral-accepted", "referral-reopened"}
        assert bool(gives) == (gives_the_case or sees_again)
        sees_the_case = status is not None and status.addressee_sees == "case"
        assert sees_the_case or not gives_the_case


def test_an_addressee_becomes_a_party_with_the_request_and_is_shown_a_preview() -> None:
    (example, *_) = examples("referral", "referral-requested")
    preview, admission = react(decode(encode(example.contract, example.recorded)))
    assert isinstance(preview.command, PreviewCase)
    assert isinstance(admission.command, AdmitParty)
    to = example.recorded.fact.addressee
    assert preview.command.addressee == admission.command.institution == to
