"""A demonstration.

Made-up cases of the Chihuahua labour-protection programme, travelling between institutions.

Nobody in it exists. The same seed gives the same cases, steps and dates; they go through the same
commands as everybody else's, under keys of their own, so loading it again adds nothing. Kinds of
institutions: seeds 000 to 003.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.followup import life
from services.followup.decisions import (
    CloseFollowUp,
    RecordContact,
    RecordOutcome,
    RecordServiceDelivered,
)
from services.intake import case
from services.intake.details import Details
from services.referral import custody, decisions, directory
from shared.eventstore.writer import Answer
from shared.identity.caller import ADMINISTRATOR, CASEWORKER
from shared.kernel.decider import Actor, Command
from shared.kernel.ids import derived_id, folio
from shared.service import command_client as desk
from shared.service.service import Service

PROGRAMME, STATE = "mx-labour-protection", "MX-CHH"
OFFICE = "stps-chihuahua"
_ZONE = timezone(timedelta(hours=-6))
_FIRST_DAY = datetime(2026, 1, 12, 9, 0, tzinfo=_ZONE)
_SUBJECT = "demo"
_SEED = 7
_AT_ONCE = 500

INSTITUTIONS: Mapping[str, tuple[str, str]] = {
    OFFICE: ("Secretaría del Trabajo, Chihuahua (demostración)", "labour-office"),
    "ccl-chihuahua": ("Centro de Conciliación Laboral (demostración)", "conciliation-centre"),
    "cedh-chihuahua": ("Comisión de Derechos Humanos (demostración)", "human-rights-commission"),
    "fge-chihuahua": ("Fiscalía General del Estado (demostración)", "prosecutor"),
    "ceave-chihuahua": ("Comisión de Atención a Víctimas (demostración)", "victims-commission"),
    "sne-chihuahua": ("Servicio Nacional de Empleo (demostración)", "employment-service"),
    "inspeccion-juarez": ("Inspección del Trabajo, Juárez (demostración)", "labour-inspectorate"),
    "albergue-juarez": ("Albergue para migrantes, Juárez (demostración)", "shelter"),
    "ong-derechos": ("Organización por los derechos laborales (demostración)", "ngo"),
    "consulado-juarez": ("Consulado, Ciudad Juárez (demostración)", "consulate"),
    "oim-juarez": ("OIM, oficina Ciudad Juárez (demostración)", "iom"),
    "maquila-norte": ("Empresa maquiladora del norte (demostración)", "company"),
}
_RECEIVES = {
    "ccl-chihuahua": ("conciliation", ("award", "payment")),
    "cedh-chihuahua": ("complaint-handling", ("recommendation-issued",)),
    "fge-chihuahua": ("protection-measures", ("protection-measure",)),
    "ceave-chihuahua": ("victim-support", ("protection-measure",)),
    "sne-chihuahua": ("job-placement", ("placement",)),
    "inspeccion-juarez": ("labour-inspection", ("award", "payment")),
    "albergue-juarez": ("shelter", ("shelter",)),
    "ong-derechos": ("legal-advice", ("agreement",)),
    "consulado-juarez": ("documents", ("document-obtained",)),
    "oim-juarez": ("information", ("information-provided",)),
}
_REGISTERS = (OFFICE, OFFICE, "albergue-juarez", "ong-derechos", "oim-juarez", "inspeccion-juarez")
_MUNICIPALITIES = ("08037", "08037", "08019", "08017", "08021", "08050")


@dataclass(frozen=True)
class _Step:
    """One command on its way: to which service's stream, about what, under which key."""

    decider: Any
    stream: UUID
    command: Command
    correlation: str
    key: str


@dataclass
class _Plan:
    """What will be asked of each service about one case, in order."""

    identity: UUID
    registration: case.RegisterCase
    after: list[_Step] = field(default_factory=list)
    referrals: list[_Step] = field(default_factory=list)
    followups: list[_Step] = field(default_factory=list)

    @property
    def first(self) -> _Step:
        """Its registration."""
        name = str(self.identity)
        return _Step(case.DECIDER, self.identity, self.registration, name, f"demo-{name}")


def load(
    services: Mapping[str, Service],
    cases: int,
    progress: Callable[[str], None],
    seed: int = _SEED,
) -> None:
    """Have ``cases`` made-up cases travel. The services' readers must be running.

    Interrupted, it is finished by loading it again; loaded again, it adds nothing.
    """
    waves = _waves(cases, seed)
    for number, (name, steps) in enumerate(waves, 1):
        progress(f"demostración / demonstration: {number} / {len(waves)}")
        for start in range(0, len(steps), _AT_ONCE):
            asked = [_ask(services[name], step) for step in steps[start : start + _AT_ONCE]]
            desk.accepted(asked)
        for reader in services.values():
            if reader.definition.reader and name in reader.definition.reader.sources:
                desk.wait_until_consumed(reader, services[name])


def begun(services: Mapping[str, Service]) -> bool:
    """Whether any of the demonstration is there: its institutions come first."""
    return _done(services["referral"], _institutions()[:1]) == 1


def complete(services: Mapping[str, Service], cases: int, seed: int = _SEED) -> bool:
    """Whether all of it is there."""
    return all(_done(services[name], steps) == len(steps) for name, steps in _waves(cases, seed))


def _done(service: Service, steps: Sequence[_Step]) -> int:
    """How many of these steps were carried out."""
    ids = [desk.command_id(service.name, step.command.by.institution, step.key) for step in steps]
    return len(service.log.recorder.select_commands(ids))


def _ask(service: Service, step: _Step) -> Future[Answer]:
    return desk.submit(service, step.decider, step.stream, step.command, step.correlation, step.key)


def _waves(cases: int, seed: int) -> list[tuple[str, list[_Step]]]:
    """Service by service: each wave needs what the one before has led to elsewhere."""
    plans = list(_plans(random.Random(seed), cases))  # noqa: S311 - made-up cases, not secrets
    return [
        ("referral", _institutions()),
        ("intake", [p.first for p in plans]),
        ("referral", [step for p in plans for step in p.referrals]),
        ("followup", [step for p in plans for step in p.followups]),
        ("intake", [step for p in plans for step in p.after]),
    ]


def _by(institution: str, role: str = CASEWORKER) -> Actor:
    return Actor(institution, role, _SUBJECT)


def _institutions() -> list[_Step]:
    return [
        _Step(
            directory.DECIDER,
            directory.stream_of(code),
            directory.RegisterInstitution(
                by=_by(OFFICE, ADMINISTRATOR),
                at=_FIRST_DAY,
                institution=code,
                name=name,
                kind=kind,
                subdivision=STATE,
                programmes=(PROGRAMME,),
            ),
            code,
            f"demo-{code}",
        )
        for code, (name, kind) in INSTITUTIONS.items()
    ]


def _plans(chance: random.Random, cases: int) -> Iterator[_Plan]:
    for number in range(cases):
        yield _Story(chance, number).told()


class _Story:
    """One case's way, told step by step while the clock of the story goes on."""

    def __init__(self, chance: random.Random, number: int) -> None:
        self._chance = chance
        self._number = number
        self._now = _FIRST_DAY + timedelta(days=chance.uniform(0, 150), hours=chance.uniform(0, 8))
        self._now = self._now.replace(microsecond=0)
        self._holder = chance.choice(_REGISTERS)
        self._visited = {self._holder}
        identity = derived_id("demo", str(number))
        self._plan = _Plan(identity, self._registration(identity))

    def told(self) -> _Plan:
        """The whole plan: one to three hand-overs, and for some a correction or an error."""
        hand_overs = self._chance.choices((0, 1, 2, 3), (8, 55, 28, 9))[0]
        for n in range(hand_overs):
            if not self._hand_over(n):
                break
        what = self._chance.random()
        if what < 0.06:  # noqa: PLR2004 - six in a hundred are corrected
            self._correct()
        elif what < 0.075:  # noqa: PLR2004 - one or two in a hundred were an error
            self._void()
        return self._plan

    def _later(self, low: float, high: float) -> datetime:
        """The story's clock, some days on."""
        self._now += timedelta(seconds=int(self._chance.uniform(low, high) * 86_400))
        return self._now

    def _key(self, word: str) -> str:
        plan = self._plan
        count = len(plan.referrals) + len(plan.followups) + len(plan.after)
        return f"demo-{self._number}-{word}-{count}"

    def _registration(self, identity: UUID) -> case.RegisterCase:
        pick = self._chance.choice
        violations = self._chance.sample(
            (
                "unpaid-wages",
                "unjustified-dismissal",
                "no-contract",
                "excessive-hours",
                "work-accident",
            ),
            k=self._chance.randint(1, 2),
        )
        return case.RegisterCase(
            by=_by(self._holder),
            at=self._now,
            case_id=identity,
            folio=folio(identity, "CHH"),
            programme=PROGRAMME,
            subdivision=STATE,
            municipality=pick(_MUNICIPALITIES),
            channel=pick(("self-presented", "shelter", "labour-inspection", "outreach", "hotline")),
            opened_at=self._now,
            details=Details(
                age_band=pick(("18-29", "18-29", "30-44", "30-44", "45-59", None)),
                sex=pick(("female", "male", "male", "not-stated")),
                nationality=pick(("GT", "HN", "SV", "VE", "CU", "MX", "HT")),
                migratory_condition=pick(
                    (
                        "irregular",
                        "asylum-seeker",
                        "humanitarian-visitor",
                        "returned-national",
                        None,
                    )
                ),
                sector=pick(("manufacturing", "agriculture", "construction", "commerce-informal")),
                occupation=pick(("assemblers", "agricultural-labourers", "building-trades", None)),
                violations=tuple(sorted(violations)),
            ),
        )

    def _hand_over(self, number: int) -> bool:
        """Refer to somebody new; returns whether the story can go on from there."""
        chance = self._chance
        addressee = chance.choice([i for i in _RECEIVES if i not in self._visited])
        self._visited.add(addressee)
        kind = chance.choices(("transfer", "share"), (7, 3))[0]
        identity = derived_id("demo-referral", str(self._number), str(number))
        service, outcomes = _RECEIVES[addressee]
        self._refer(
            decisions.ReferCase(
                by=_by(self._holder),
                at=self._later(0.1, 6),
                referral_id=identity,
                to=addressee,
                kind=kind,
                services=(service,),
                priority=chance.choices(("normal", "urgent", "emergency"), (7, 2, 1))[0],
            )
        )
        accepted = self._answered(identity, addressee)
        if accepted:
            self._follow_up(identity, addressee, service, outcomes)
            if kind == "transfer":
                self._holder = addressee
        return accepted

    def _refer(self, command: Command) -> None:
        self._plan.referrals.append(
            self._step(custody.DECIDER, self._plan.identity, command, "referral")
        )

    def _step(self, decider: Any, stream: UUID, command: Command, word: str) -> _Step:
        correlation = str(self._plan.identity)
        return _Step(decider, stream, command, correlation, self._key(word))

    def _answered(self, identity: UUID, addressee: str) -> bool:
        """What the addressee says: most accept, some ask first, some decline.

        Some are never answered or withdrawn.
        """
        chance, by, sender = self._chance, _by(addressee), _by(self._holder)
        fate = chance.random()
        if fate < 0.07:  # noqa: PLR2004 - nothing yet
            return False
        self._refer(
            decisions.AcknowledgeReferral(by=by, at=self._later(0.05, 2), referral_id=identity)
        )
        if fate < 0.12:  # noqa: PLR2004
            self._refer(
                decisions.WithdrawReferral(
                    by=sender, at=self._later(1, 5), referral_id=identity, reason="need-resolved"
                )
            )
            return False
        if fate < 0.27:  # noqa: PLR2004
            topics = tuple(
                sorted(chance.sample(("work-contract", "payslips", "identity-documents"), k=2))
            )
            ask = decisions.RequestInformation(
                by=by, at=self._later(0.2, 2), referral_id=identity, topics=topics
            )
            self._refer(ask)
            answer = decisions.AnswerInformation(
                by=sender, at=self._later(0.5, 6), referral_id=identity, topics=topics
            )
            self._refer(answer)
        if fate > 0.88:  # noqa: PLR2004
            reason = chance.choice(("no-capacity", "outside-mandate", "missing-documents"))
            self._refer(
                decisions.DeclineReferral(
                    by=by, at=self._later(0.5, 8), referral_id=identity, reason=reason
                )
            )
            return False
        self._refer(decisions.AcceptReferral(by=by, at=self._later(0.2, 7), referral_id=identity))
        return True

    def _follow_up(
        self, identity: UUID, institution: str, service: str, outcomes: tuple[str, ...]
    ) -> None:
        chance, by = self._chance, _by(institution)

        def add(command: Command) -> None:
            self._plan.followups.append(self._step(life.DECIDER, identity, command, "follow-up"))

        for _ in range(chance.randint(1, 3)):
            channel = chance.choice(("in-person", "telephone", "hearing"))
            add(RecordContact(by=by, at=self._later(0.5, 8), channel=channel))
        if chance.random() < 0.3:  # noqa: PLR2004 - still being worked on
            return
        add(RecordServiceDelivered(by=by, at=self._later(0.5, 10), service=service))
        if chance.random() < 0.25:  # noqa: PLR2004
            closing = chance.choice(("no-recovery", "lost-contact", "person-left"))
            add(CloseFollowUp(by=by, at=self._later(1, 20), outcome=closing))
            return
        owed = Decimal(chance.randint(18_000, 950_000)) / 10
        for outcome in outcomes:
            takes_amount = outcome in {"award", "payment"}
            share = (
                Decimal(chance.choice(("1", "1", "0.5", "0")))
                if outcome == "payment"
                else Decimal(1)
            )
            add(
                RecordOutcome(
                    by=by,
                    at=self._later(1, 15),
                    outcome=outcome,
                    amount=(owed * share).quantize(Decimal("0.01")) if takes_amount else None,
                    currency="MXN" if takes_amount else None,
                    on=self._now.date(),
                )
            )
        add(CloseFollowUp(by=by, at=self._later(0.1, 10), outcome=outcomes[0]))

    def _correct(self) -> None:
        first = self._plan.registration
        command = case.CorrectCase(
            by=first.by,
            at=first.at + timedelta(hours=3),
            subdivision=first.subdivision,
            municipality="08019",
            channel=first.channel,
            opened_at=first.opened_at,
            details=first.details,
        )
        self._after(command, "correction")

    def _void(self) -> None:
        first = self._plan.registration
        self._after(
            case.EnterCaseInError(by=first.by, at=self._later(1, 3), reason="duplicate"), "error"
        )

    def _after(self, command: Command, word: str) -> None:
        self._plan.after.append(self._step(case.DECIDER, self._plan.identity, command, word))
