"""How long an answer takes follows from how much is read: of a case as much as of none.

Whoever has no part in a case, or in the referral that is asked about, must not tell it from none.
"""

from typing import Any

import pytest

from services.referral.custody import DECIDER, CustodyCommand
from services.referral.custody_leaning import ADDRESSED
from services.referral.referral_facts import DraftDiscarded, ReferralDrafted
from shared.kernel.consents import ConsentGiven
from shared.kernel.decider import Actor, Command
from shared.kernel.fields import members
from shared.kernel.roles import CASEWORKER
from shared.kernel.value import replace
from tests.examples import examples_of
from tests.made_up import bare, full
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL, SHELTER
from tests.referral_facts import ACCEPTED, REQUESTED, TAKEN

NOBODY = Actor("otra-institucion", CASEWORKER, "token-9")
DRAFTED = replace(
    examples_of(ReferralDrafted)[0],
    referral_id=REFERRAL,
    sender=OFFICE.institution,
    addressee=COMMISSION.institution,
)
WIDELY = replace(
    REQUESTED,
    consent=ConsentGiven(
        "recorded-by-sender", (COMMISSION.institution, SHELTER.institution), REQUESTED.services
    ),
)
HISTORIES = {
    "custody alone": (TAKEN,),
    "a draft": (TAKEN, DRAFTED),
    "a discarded draft": (TAKEN, DRAFTED, DraftDiscarded(REFERRAL, "need-resolved")),
    "a referral that waits": (TAKEN, REQUESTED),
    "one that may be offered on": (TAKEN, WIDELY),
    "one that was accepted": (TAKEN, REQUESTED, ACCEPTED),
}
ABOUT_THE_REFERRAL = {"referral_id": REFERRAL, "replaces": REFERRAL, "case_id": CASE}


def asked(kind: type[Command], by: Actor) -> list[Any]:
    """The command with all it may say, and with as little as it can, about this referral."""
    named = {name: at for name, at in ABOUT_THE_REFERRAL.items() if name in kind.__struct_fields__}
    return [make(kind, **named, by=by, at=AT, imported=None) for make in (full, bare)]


def leans(command: Any, *history: object) -> Any:
    assert DECIDER.leans_on is not None
    named: Any = DECIDER.leans_on(command, DECIDER.fold(history))
    return {name: stream for name, (_, stream) in named.items()}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
@pytest.mark.parametrize("kind", members(CustodyCommand), ids=lambda kind: kind.__name__)
def test_what_a_stranger_asks_leans_on_as_much_of_a_case_as_of_none(
    kind: type[Command], history: tuple[Any, ...]
) -> None:
    for command in asked(kind, NOBODY):
        assert leans(command, *history) == leans(command)


@pytest.mark.parametrize("kind", members(CustodyCommand), ids=lambda kind: kind.__name__)
def test_the_addressee_of_a_draft_is_a_stranger(kind: type[Command]) -> None:
    for command in asked(kind, COMMISSION):
        assert leans(command, TAKEN, DRAFTED) == leans(command)


def test_whoever_has_a_part_in_it_leans_on_what_the_rules_need() -> None:
    named: Any = {kind.__name__: kind for kind in members(CustodyCommand)}
    (refer, _) = asked(named["ReferCase"], OFFICE)
    assert ADDRESSED in leans(refer, TAKEN)
    (decline, _) = asked(named["DeclineReferral"], COMMISSION)
    assert "rules" in leans(decline, TAKEN, REQUESTED)
