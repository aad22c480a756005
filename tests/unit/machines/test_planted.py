"""A machine that cannot fail proves nothing: each of these mistakes is planted, and found."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.followup import followup, life
from services.followup.decisions import CloseFollowUp
from services.intake import case, changes, parties, previews
from services.intake import decisions as intake_decisions
from services.referral import (
    closing,
    custody,
    custody_facts,
    decisions,
    directory,
    ending,
    referral_facts,
    service_decisions,
)
from services.referral.directory_refusals import NameNotUsable
from services.referral.service import CapacityStated, ServiceWithdrawn
from shared.kernel.life import Relation
from shared.kernel.value import replace
from shared.messaging import parked_message
from tests.changed_lives import with_row
from tests.personas import OFFICE, STEWARD
from tests.unit.machines.case_walk import CaseWalk
from tests.unit.machines.custody_walk import CustodyWalk
from tests.unit.machines.directory_walk import DirectoryWalk
from tests.unit.machines.followup_walk import FollowUpWalk
from tests.unit.machines.intake_walks import PartiesWalk, PreviewsWalk
from tests.unit.machines.message_walk import MessageWalk
from tests.unit.machines.planted_mistakes import (
    Blind,
    Blunt,
    InAnotherState,
    InWholeSeconds,
    answered,
    begins_again,
    by_whom,
    counts_twice,
    custodian,
    forgets,
    judges,
    knowing,
    never_closed,
    never_received,
    never_revoked,
    no_referrals,
    not_in_error,
    only,
    other_life,
    party,
    registrant,
    repeats_the_kind,
    with_mistake,
    without,
    without_its_case,
)
from tests.unit.machines.referral_draws import ENTRIES
from tests.unit.machines.service_walk import ServiceWalk
from tests.unit.machines.walking import Walk
from tests.walks import LONG, STEPS, VERIFIED, tries

Planted = tuple[type[Walk], dict[str, Any], str]

MOST_WALKS = 6 * VERIFIED * VERIFIED // (LONG * STEPS)
"""Whatever ``tries`` makes of it: a walk ends with the first find, so many are for the hardest."""

_ticks = count()
_THE_OFFICE = Relation("sender", of=lambda *_: OFFICE.institution)
_ENDED_TOO = followup.Open | followup.Closed
_TURNS = NameNotUsable(field="name"), NameNotUsable(field="kind")

PLANTED: Mapping[str, Planted] = {
    "acceptance by anyone": (
        CustodyWalk,
        with_mistake(custody.DECIDER, by_whom(party("addressee"), decisions.AcceptReferral)),
        "decided by somebody else",
    ),
    "withdrawal by anyone": (
        CustodyWalk,
        with_mistake(custody.DECIDER, by_whom(party("sender"), decisions.WithdrawReferral)),
        "withdrawn by somebody else",
    ),
    "a transfer that moves nothing": (
        CustodyWalk,
        answered(
            custody.DECIDER,
            only(
                referral_facts.ReferralAccepted,
                lambda f: replace(f, custodian=f.previous_custodian),
            ),
        ),
        "went to somebody else",
    ),
    "a referral that leans on an entry of yesterday": (
        CustodyWalk,
        answered(
            custody.DECIDER,
            only(
                referral_facts.ReferralRequested,
                lambda f: replace(f, addressee_version=f.addressee_version - 1),
            ),
        ),
        "leans on what the directory has not",
    ),
    "a referral to whoever is named": (
        CustodyWalk,
        knowing(custody.DECIDER, addressee=ENTRIES["active"]),
        "referred to who cannot take it|assigned to who cannot take it|not listed",
    ),
    "a case taken from who can act": (
        CustodyWalk,
        knowing(custody.DECIDER, previous=ENTRIES["closed"]),
        "taken from who can act",
    ),
    "a name that another has": (
        DirectoryWalk,
        knowing(directory.DECIDER, name=None),
        "the name of another",
    ),
    "a capacity that is not remembered": (
        ServiceWalk,
        forgets(service_decisions.DECIDER, CapacityStated),
        "another capacity",
    ),
    "a withdrawal of a service that is not remembered": (
        ServiceWalk,
        forgets(service_decisions.DECIDER, ServiceWithdrawn),
        "another status|said of what is not there|described where it is not",
    ),
    "custody that is not remembered": (
        CustodyWalk,
        forgets(custody.DECIDER, referral_facts.ReferralAccepted),
        "somebody else answers|a referral was forgotten",
    ),
    "a withdrawal that is not remembered": (
        CustodyWalk,
        forgets(custody.DECIDER, referral_facts.ReferralWithdrawn),
        "a referral was forgotten",
    ),
    "a receipt that is not remembered": (
        CustodyWalk,
        forgets(custody.DECIDER, referral_facts.ReferralAcknowledged),
        "received twice|ended after custody had moved",
    ),
    "a custody rule dropped": (
        CustodyWalk,
        with_mistake(custody.DECIDER, no_referrals),
        "two open transfers|referred there twice|requested twice",
    ),
    "a case in error that goes on": (
        CustodyWalk,
        with_mistake(custody.DECIDER, not_in_error),
        "a case in error was touched",
    ),
    "an acceptance that forgets what else was offered": (
        CustodyWalk,
        without(custody.DECIDER, referral_facts.ReferralSuperseded),
        "an offer outlived its custodian",
    ),
    "a case closed by a former custodian": (
        CustodyWalk,
        with_mistake(custody.DECIDER, by_whom(custodian, closing.CloseCase)),
        "closed by somebody else",
    ),
    "a share revoked by anyone": (
        CustodyWalk,
        with_mistake(custody.DECIDER, by_whom(custodian, ending.RevokeReferral)),
        "revoked by somebody else",
    ),
    "a closing that is not remembered": (
        CustodyWalk,
        forgets(custody.DECIDER, closing.CaseClosed),
        "a closing was forgotten",
    ),
    "a revoked follow-up that is worked on": (
        FollowUpWalk,
        with_mistake(life.DECIDER, never_revoked),
        "worked on out of turn|void without being alive|work was forgotten",
    ),
    "a correction by anyone": (
        CaseWalk,
        with_mistake(case.DECIDER, by_whom(registrant)),
        "not theirs to change|proposed by its custodian",
    ),
    "a correction that came too late and stands": (
        CaseWalk,
        with_mistake(case.DECIDER, never_received),
        "what came too late stands",
    ),
    "custody that intake does not hear of": (
        CaseWalk,
        forgets(case.DECIDER, changes.CustodianChanged),
        "custody was forgotten",
    ),
    "a proposal by anyone": (
        CaseWalk,
        with_mistake(case.DECIDER, by_whom(registrant, intake_decisions.RequestVoid)),
        "proposed by",
    ),
    "a decision that is not remembered": (
        CaseWalk,
        forgets(case.DECIDER, changes.ProposalRejected),
        "a proposal was forgotten",
    ),
    "a void that ends another's custody": (
        CustodyWalk,
        with_mistake(custody.DECIDER, never_received),
        "ended after custody had moved",
    ),
    "an acceptance that says where the case was": (
        CustodyWalk,
        forgets(custody.DECIDER, custody_facts.CaseRelocated),
        "lies elsewhere|moved to where it was",
    ),
    "an error that takes sight away": (
        PartiesWalk,
        with_mistake(parties.DECIDER, without_its_case),
        "an error took sight away",
    ),
    "a correction of nothing": (
        CaseWalk,
        answered(case.DECIDER, only(changes.CaseCorrected, lambda f: replace(f, changed=()))),
        "something else changed",
    ),
    "a correction that is not remembered": (
        CaseWalk,
        forgets(case.DECIDER, changes.CaseCorrected),
        "a correction was forgotten",
    ),
    "an error that is not remembered": (
        CaseWalk,
        forgets(case.DECIDER, changes.CaseEnteredInError),
        "an error was forgotten",
    ),
    "a sentence that repeats what was typed": (
        DirectoryWalk,
        {"decider": replace(directory.DECIDER, decide=repeats_the_kind)},
        "repeats what somebody typed",
    ),
    "a moment that loses its fraction on disk": (
        CaseWalk,
        {"vocabulary": InWholeSeconds(case.FACTS)},
        "stored as something else",
    ),
    "a value that changes on disk": (
        FollowUpWalk,
        {"vocabulary": InAnotherState(followup.FACTS)},
        "stored as something else",
    ),
    "a fact that nobody publishes": (
        CaseWalk,
        {"publish": lambda _self, _fact: None},
        "neither published nor private",
    ),
    "a dismissal that is not remembered": (
        PartiesWalk,
        forgets(parties.DECIDER, parties.PartyDismissed),
        "other parties than were admitted",
    ),
    "an acceptance that lets nobody see more": (
        PartiesWalk,
        forgets(parties.DECIDER, parties.PartyConfirmed),
        "other parties than were admitted|accepted twice",
    ),
    "a preview of another place": (
        PreviewsWalk,
        answered(
            previews.DECIDER,
            only(previews.CasePreviewed, lambda f: replace(f, subdivision="MX-ROO")),
        ),
        "shows something else than the case",
    ),
    "a directory kept by anyone": (
        DirectoryWalk,
        with_mistake(directory.DECIDER, by_whom(lambda *_: STEWARD)),
        "not theirs to keep",
    ),
    "rules that decide by the time of day": (
        DirectoryWalk,
        answered(directory.DECIDER, only(NameNotUsable, lambda _: _TURNS[next(_ticks) % 2])),
        "decided twice, in two ways",
    ),
    "a no in one language": (
        DirectoryWalk,
        answered(directory.DECIDER, only(NameNotUsable, lambda _: Blunt(field="name"))),
        "a sentence in one language only",
    ),
    "a no that names another field": (
        DirectoryWalk,
        answered(directory.DECIDER, only(NameNotUsable, lambda _: Blind(field="nom"))),
        "names no field of the command",
    ),
    "a closed follow-up that is worked on": (
        FollowUpWalk,
        with_mistake(life.DECIDER, never_closed),
        "worked on out of turn",
    ),
    "a row of the table for another institution": (
        FollowUpWalk,
        other_life(with_row(life.LIFE, CloseFollowUp, by=_THE_OFFICE)),
        "somebody else's work",
    ),
    "a row of the table from another status": (
        FollowUpWalk,
        other_life(with_row(life.LIFE, CloseFollowUp, from_=_ENDED_TOO)),
        "worked on out of turn",
    ),
    "an amount that is rounded": (
        FollowUpWalk,
        answered(
            life.DECIDER,
            only(
                followup.OutcomeRecorded,
                lambda f: replace(f, amount=None if f.amount is None else round(f.amount, 1)),
            ),
        ),
        "rounded",
    ),
    "a reopening that begins again": (
        FollowUpWalk,
        {"decider": replace(life.DECIDER, evolve=begins_again)},
        "work was forgotten",
    ),
    "a correction beside which the mistake still counts": (
        FollowUpWalk,
        {"decider": replace(life.DECIDER, evolve=counts_twice)},
        "work was forgotten, or counts twice",
    ),
    "a decline in error that is not remembered": (
        CustodyWalk,
        forgets(custody.DECIDER, referral_facts.DeclineEnteredInError),
        "a referral was forgotten",
    ),
    "memory beside the facts": (
        FollowUpWalk,
        {
            "decider": replace(
                life.DECIDER,
                evolve=lambda s, f: (
                    replace(after, version=next(_ticks))
                    if isinstance(after := life.evolve(s, f), followup.Open)
                    else after
                ),
            )
        },
        "replayed to another state",
    ),
    "a resolution that is not remembered": (
        MessageWalk,
        forgets(parked_message.DECIDER, parked_message.MessageReplayed),
        "stands elsewhere",
    ),
    "a message given up for any reason": (
        MessageWalk,
        answered(
            parked_message.DECIDER,
            only(parked_message.MessageDiscarded, lambda f: replace(f, reason="because")),
        ),
        "given up for no known reason",
    ),
}


def found(machine: type[Walk], planted: dict[str, Any]) -> None:
    """Walk the machine with the mistake in it, until it objects."""
    looking = settings(
        tries(MOST_WALKS),
        phases=[Phase.generate],
        report_multiple_bugs=False,
        print_blob=False,
    )
    run_state_machine_as_test(type("Broken", (machine,), planted), settings=looking)


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(mistake: str) -> None:
    machine, planted, words = PLANTED[mistake]
    with pytest.raises(AssertionError, match=words):
        found(machine, planted)


def test_a_memory_that_judges_is_found() -> None:
    judging = {"decider": replace(custody.DECIDER, evolve=judges)}
    with pytest.raises(ValueError, match="no priority"):
        found(CustodyWalk, judging)
