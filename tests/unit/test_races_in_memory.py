"""A hundred races of custody in memory: both services come to one verdict, and the right one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from random import Random
from uuid import UUID

import pytest

from services.intake import case, changes, decisions
from services.intake.details import Details
from services.intake.wiring import SERVICE as INTAKE
from services.referral import custody, custody_states, directory
from services.referral.decisions import AcceptReferral, ReferCase
from services.referral.wiring import SERVICE as REFERRAL
from shared.kernel.decider import Actor, Command
from shared.kernel.value import replace
from tests.personas import AT, STEWARD
from tests.races import (
    BEFORE,
    CHANNELS,
    FIRST,
    SECOND,
    THIRD,
    Script,
    Verdict,
    scripts,
    verdict_on,
)
from tests.services_in_memory import Services, in_memory
from tests.unit.test_in_memory import REACH_COMMISSION

RACES = 100
SEED = 17


@dataclass
class Race:
    """One case in one race. ticks: the moments at which commands are received."""

    services: Services
    case_id: UUID
    ticks: Iterator[int]
    channels: Iterator[str] = field(default_factory=lambda: iter(CHANNELS))

    def begin(self) -> None:
        """Register the case, and have it on its way to the second institution."""
        register = case.RegisterCase(
            by=_by(FIRST),
            at=AT,
            case_id=self.case_id,
            folio_prefix="CHH",
            programme="mx-labour-protection",
            subdivision="MX-CHH",
            channel=BEFORE,
        )
        self._say("intake", register)
        self.services.deliver()
        self._refer(FIRST, SECOND, 1)

    def step(self, what: str) -> None:
        """Take one step of a script."""
        match what:
            case "accept":
                self._accept(SECOND, 1)
            case "onward":
                self._refer(SECOND, THIRD, 2)
                self._accept(THIRD, 2)
            case "correct":
                self._say(
                    "intake",
                    decisions.CorrectCase(
                        by=_by(FIRST),
                        at=AT,
                        correction_id=UUID(int=next(self.ticks)),
                        subdivision="MX-CHH",
                        channel=next(self.channels),
                        details=Details(),
                    ),
                )
            case _:
                entry = UUID(int=next(self.ticks))
                self._say(
                    "intake",
                    decisions.EnterCaseInError(
                        by=_by(FIRST), at=AT, entry_id=entry, reason="duplicate"
                    ),
                )

    def verdicts(self) -> tuple[Verdict, Verdict]:
        """What intake and what referral made of it; referral knows of no description."""
        held = self.services["intake"].state(case.DECIDER, self.case_id)
        stands = held.was if isinstance(held, case.InError) else held
        in_error = isinstance(held, case.InError)
        waiting = [type(one) for one in stands.proposals.open]
        of_intake = Verdict(
            None if in_error else stands.custody.custodian,
            stands.channel,
            {
                "correction": waiting.count(changes.CorrectionProposal),
                "void": waiting.count(changes.VoidRequest),
            },
        )
        there = self.services["referral"].state(custody.DECIDER, self.case_id)
        holder = there.held.custodian if isinstance(there, custody_states.InCustody) else None
        return of_intake, replace_custodian(of_intake, holder)

    def _refer(self, by: str, to: str, number: int) -> None:
        refer = ReferCase(
            by=_by(by),
            at=AT,
            referral_id=self._referral(number),
            to=to,
            kind="transfer",
            services=("legal-advice",),
        )
        self._say("referral", refer)

    def _accept(self, by: str, number: int) -> None:
        self._say("referral", AcceptReferral(by=_by(by), at=AT, referral_id=self._referral(number)))

    def _referral(self, number: int) -> UUID:
        return UUID(int=self.case_id.int * 10 + number)

    def _say(self, service: str, command: Command) -> None:
        received = AT + timedelta(milliseconds=next(self.ticks))
        decider = case.DECIDER if service == "intake" else custody.DECIDER
        self.services[service].when(decider, self.case_id, replace(command, received_at=received))


def replace_custodian(verdict: Verdict, custodian: str | None) -> Verdict:
    return Verdict(custodian, verdict.channel, verdict.waiting)


def _by(institution: str) -> Actor:
    return Actor(institution, "caseworker", "token-1")


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    with in_memory(INTAKE, REFERRAL) as running:
        for code in (FIRST, SECOND, THIRD):
            listing = directory.RegisterInstitution(
                by=STEWARD, at=AT, institution=code, name=code, kind="shelter"
            )
            for command in (listing, REACH_COMMISSION):
                running["referral"].when(directory.DECIDER, directory.stream_of(code), command)
        yield running


def test_a_script_says_what_comes_of_it() -> None:
    assert verdict_on(("correct", "accept", "void", "onward")) == Verdict(
        THIRD, CHANNELS[0], {"correction": 0, "void": 1}
    )
    assert verdict_on(("accept", "correct", "correct")).waiting == {"correction": 2, "void": 0}
    assert verdict_on(("void", "accept", "correct")) == Verdict(
        None, BEFORE, {"correction": 0, "void": 0}
    )


def test_whoever_is_heard_first_every_race_has_one_verdict(services: Services) -> None:
    chance, ticks = Random(SEED), count(1)  # noqa: S311 - an order, not a secret
    races: list[tuple[Script, Race]] = []
    for n, script in enumerate(scripts(RACES, SEED), 1):
        race = Race(services, UUID(int=n), ticks)
        race.begin()
        for step in script:
            race.step(step)
        for _ in range(chance.randint(0, 3)):
            services.deliver_to(chance.randint(0, 1))
        races.append((script, race))
    services.deliver()
    for script, race in races:
        assert race.verdicts() == (verdict_on(script), verdict_on(script)), script
    assert {step for script, _ in races for step in script} == {
        *("accept", "onward", "correct", "void")
    }
