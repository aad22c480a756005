"""Each aggregate walked at random: how many steps, ``tests.walks`` says."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.machines.agreement_walk import AgreementPolicyWalk, AgreementWalk
from tests.unit.machines.case_walk import CaseWalk
from tests.unit.machines.clock_walks import HolidaysWalk
from tests.unit.machines.consent_override_walk import ConsentOverrideWalk
from tests.unit.machines.consent_walk import ConsentWalk
from tests.unit.machines.custody_heard_walk import CustodyHeardWalk
from tests.unit.machines.directory_walk import DirectoryWalk
from tests.unit.machines.document_walk import DocumentWalk
from tests.unit.machines.follow_up_clock_walk import FollowUpClockWalk
from tests.unit.machines.followup_walk import FollowUpWalk
from tests.unit.machines.gathering_walks import CommissionWalk, NetworkWalk, RegionWalk
from tests.unit.machines.holidays_heard_walk import HolidaysHeardWalk
from tests.unit.machines.intake_walks import PartiesWalk, PreviewsWalk
from tests.unit.machines.message_walk import MessageWalk
from tests.unit.machines.programme_rules_walk import ProgrammeRulesWalk
from tests.unit.machines.referral_walk import ReferralWalk
from tests.unit.machines.register_walk import RegisterWalk
from tests.unit.machines.service_walk import ServiceWalk
from tests.unit.machines.undertaking_walks import WALKS as UNDERTAKINGS
from tests.unit.machines.walking import Walk
from tests.walks import LONG, STEPS, VERIFIED, tries

MACHINES = (
    CaseWalk,
    PartiesWalk,
    PreviewsWalk,
    ConsentWalk,
    ConsentOverrideWalk,
    DirectoryWalk,
    NetworkWalk,
    RegionWalk,
    CommissionWalk,
    RegisterWalk,
    DocumentWalk,
    AgreementWalk,
    AgreementPolicyWalk,
    ProgrammeRulesWalk,
    HolidaysWalk,
    ServiceWalk,
    ReferralWalk,
    FollowUpWalk,
    FollowUpClockWalk,
    CustodyHeardWalk,
    HolidaysHeardWalk,
    MessageWalk,
    *UNDERTAKINGS,
)
WALKS = VERIFIED * 2 // LONG
"""Twice as many as full walks would take: some end early, and some of their moves do nothing."""


@pytest.mark.scaled
@pytest.mark.timeout(0)  # a soak goes on for as long as it was told to
@pytest.mark.parametrize("machine", MACHINES)
def test_what_must_always_hold_holds_on_every_walk(machine: type[Walk]) -> None:
    run_state_machine_as_test(machine, settings=tries(WALKS * machine.times))
    assert machine.steps >= STEPS
    assert machine.never_met() == set()  # a walk that nothing happened on would prove nothing
