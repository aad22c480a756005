"""Intake lets an addressee see what the list of statuses says, and nobody else."""

import pytest

from services.intake import parties
from services.intake.consumes import READER
from services.intake.parties import AdmitParty, ConfirmParty, DismissParty, ReadmitParty
from services.referral.custody_facts import FACTS
from services.referral.life import LIFE
from shared.contracts.envelope import decode, encode
from shared.kernel.sight import Sight, after
from shared.kernel.statuses import statuses
from tests.examples import examples

NAMES = {kind: name for name, kind in FACTS.items()}
STATUSES = statuses(LIFE.status_list)
NOTHING, PREVIEW, CASE = Sight.NOTHING, Sight.PREVIEW, Sight.CASE


def _sees(code: str | None) -> Sight:
    """What an addressee sees in a status, before which it saw nothing; none before the first."""
    return NOTHING if code is None else after(NOTHING, STATUSES[code])


STEPS = {
    (
        NAMES[fact],
        before := _sees(LIFE.codes.get(row.effective_status)),
        after(before, STATUSES[LIFE.codes[to]]),
    )
    for row in LIFE.rows
    for fact, to in row.facts.items()
}
"""Each fact of a referral, and what its addressee saw before it, and sees after it."""


@pytest.mark.parametrize(("name", "before", "then"), sorted(STEPS))
def test_an_addressee_sees_at_intake_what_its_status_says(
    name: str, before: Sight, then: Sight
) -> None:
    wanted: type | None = None
    if then is not before:
        again = ReadmitParty if name == "decline-entered-in-error" else AdmitParty
        gains = {(NOTHING, PREVIEW): again, (Sight.PAST, CASE): ReadmitParty}
        wanted = gains.get((before, then), ConfirmParty if then is CASE else DismissParty)
    for example in examples("referral", name):
        event = decode(encode(example.contract, example.recorded))
        reactions = [type(r.command) for r in READER.react(event) if r.decider is parties.DECIDER]
        # Whether an error takes anything away depends on what was seen: the rules decide it.
        asks = [DismissParty] if name == "referral-entered-in-error" else []
        asks = [DismissParty] if name in {"referral-revoked", "decline-corrected"} else asks
        assert reactions in ([wanted] if wanted else [], asks)
