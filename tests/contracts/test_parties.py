"""Intake admits and dismisses those whom the list of statuses makes a party, and nobody else."""

import pytest

from services.intake.consumes import READER
from services.intake.parties import AdmitParty, DismissParty
from services.referral.custody import FACTS
from services.referral.life import LIFE
from shared.contracts.envelope import decode, encode
from shared.kernel.statuses import statuses
from tests.examples import examples

NAMES = {kind: name for name, kind in FACTS.items()}
PARTY = {code for code, status in statuses(LIFE.status_list).items() if status.party}
STEPS = {
    (NAMES[fact], LIFE.codes.get(row.effective_status) in PARTY, LIFE.codes[to] in PARTY)
    for row in LIFE.rows
    for fact, to in row.facts.items()
}
"""Each fact of a referral, and whether its addressee was a party before it, and is one after it."""


@pytest.mark.parametrize(("name", "before", "after"), sorted(STEPS))
def test_an_addressee_is_a_party_for_intake_when_its_status_says_so(
    name: str, *, before: bool, after: bool
) -> None:
    # What has ended may fall with its case as well: dismissed once more, nobody is.
    wanted = {(True, True): []}.get((before, after), [AdmitParty if after else DismissParty])
    for example in examples("referral", name):
        event = decode(encode(example.contract, example.recorded))
        assert [type(reaction.command) for reaction in READER.react(event)] == wanted
