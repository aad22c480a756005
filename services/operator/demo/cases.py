"""Made-up cases of the Chihuahua labour-protection programme, travelling between institutions.

Nobody in it exists. The same seed gives the same cases, commands and dates; they are the same
commands as everybody else's, under keys of their own, so loading it again adds nothing.
"""

import dataclasses
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.followup import decisions as followup_decisions
from services.followup import life as followup_life
from services.intake import case
from services.intake import decisions as intake_decisions
from services.intake.details import Details
from services.operator.demo import consents, directory, silence
from services.operator.demo.institutions import (
    FIRST_DAY,
    OFFICE,
    PROGRAMME,
    SUBDIVISION,
    SUBJECT,
    ZONE,
    institutions,
)
from services.operator.demo.plan import Plan
from services.referral import closing, custody, decisions
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Command
from shared.kernel.ids import InstallationSecret
from shared.kernel.roles import CASEWORKER
from shared.kernel.value import replace
from shared.service.command_client import (
    KeyedCommand,
    accepted,
    carried_out,
    submit,
    wait_until_read,
)
from shared.service.service import Service

_SEED = 7
_AT_ONCE = 500
_DIRECTORY = 2
"""Before which wave the directory is imported: what is arranged next leans on its entries."""

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


def load(
    services: Mapping[str, Service],
    cases: int,
    progress: Callable[[str], None],
    seed: int = _SEED,
) -> None:
    """Submit the commands of ``cases`` made-up cases. The services' readers must be running.

    Interrupted, it is finished by loading it again; loaded again, it adds nothing.
    """
    secret = _secret_of(services)
    plans = list(_plans(cases, seed, secret))
    waves = _waves(plans, secret)
    for number, (name, commands) in enumerate(waves, 1):
        progress(f"demostración / demonstration: {number} / {len(waves)}")
        if number == _DIRECTORY:
            directory.bring_in(services["referral"])
        for start in range(0, len(commands), _AT_ONCE):
            accepted([submit(services, one) for one in commands[start : start + _AT_ONCE]])
        for reader in services.values():
            if reader.definition.reader and name in reader.definition.reader.sources:
                wait_until_read(reader, services[name])
    refreshed = directory.refreshed(secret, now().astimezone(ZONE))
    done = carried_out(services, refreshed)
    accepted([submit(services, one) for one in refreshed if one.id not in done])
    waiting = [p.waits for p in plans if not (p.referrals or p.after)]
    silence.brought_up_to_date(services, waiting)
    consents.recorded(services, waiting)


def begun(services: Mapping[str, Service]) -> bool:
    """Tell whether any of the demonstration was loaded: its institutions come first."""
    return bool(carried_out(services, institutions(_secret_of(services))[:1]))


def complete(services: Mapping[str, Service], cases: int, seed: int = _SEED) -> bool:
    """Tell whether all of it was loaded."""
    secret = _secret_of(services)
    waves = _waves(list(_plans(cases, seed, secret)), secret)
    commands = [one for _, wave in waves for one in wave]
    return len(carried_out(services, commands)) == len(commands)


def _secret_of(services: Mapping[str, Service]) -> InstallationSecret:
    return services["intake"].secret


def _waves(
    plans: Sequence[Plan], secret: InstallationSecret
) -> list[tuple[str, list[KeyedCommand]]]:
    """Service by service: each wave needs what the one before has led to elsewhere."""
    return [
        ("referral", institutions(secret)),
        ("referral", [*directory.arranged(secret), silence.coordinator(secret)]),
        ("intake", [p.first for p in plans]),
        ("referral", [one for p in plans for one in p.referrals]),
        ("followup", [one for p in plans for one in p.followups]),
        ("referral", [one for p in plans for one in p.closings]),
        ("intake", [one for p in plans for one in p.after]),
    ]


def _by(institution: str, role: str = CASEWORKER) -> Actor:
    return Actor(institution, role, SUBJECT)


def _plans(cases: int, seed: int, secret: InstallationSecret) -> Iterator[Plan]:
    chance = random.Random(seed)  # noqa: S311 - made-up cases, not secrets
    for number in range(cases):
        yield _Story(chance, number, secret).plan()


class _Story:
    """One case, command by command, while the story's clock goes on."""

    def __init__(self, chance: random.Random, number: int, secret: InstallationSecret) -> None:
        self._chance = chance
        self._secret = secret
        self._number = number
        self._now = FIRST_DAY + timedelta(days=chance.uniform(0, 150), hours=chance.uniform(0, 8))
        self._now = self._now.replace(microsecond=0)
        self._holder = chance.choice(_REGISTERS)
        self._visited = {self._holder}
        self._ends: list[str | None] = []
        case_id = secret.id_of("demo", str(number))
        self._plan = Plan(case_id, self._registration(case_id), secret)

    def plan(self) -> Plan:
        """Return none to three hand-overs, and for some a correction or an error."""
        hand_overs = self._chance.choices((0, 1, 2, 3), (8, 55, 28, 9))[0]
        for n in range(hand_overs):
            if not self._hand_over(n):
                break
        self._close()
        what = self._chance.random()
        if what < 0.06:  # noqa: PLR2004 - six in a hundred are corrected
            self._correct()
        elif what < 0.075:  # noqa: PLR2004 - one or two in a hundred were an error
            self._void()
        return self._plan

    def _later(self, low: float, high: float) -> datetime:
        """Move the story's clock on by some days."""
        self._now += timedelta(seconds=int(self._chance.uniform(low, high) * 86_400))
        return self._now

    def _key(self, name: str) -> str:
        plan = self._plan
        count = len(plan.referrals) + len(plan.followups) + len(plan.after)
        return f"demo-{self._number}-{name}-{count}"

    def _registration(self, case_id: UUID) -> case.RegisterCase:
        pick = self._chance.choice
        violations = self._chance.sample(
            (
                *("unpaid-wages", "unjustified-dismissal", "no-contract"),
                *("excessive-hours", "work-accident"),
            ),
            k=self._chance.randint(1, 2),
        )
        return case.RegisterCase(
            by=_by(self._holder),
            at=self._now,
            case_id=case_id,
            folio_prefix="CHH",
            programme=PROGRAMME,
            subdivision=SUBDIVISION,
            municipality=pick(_MUNICIPALITIES),
            channel=pick(("self-presented", "shelter", "labour-inspection", "outreach", "hotline")),
            opened_at=self._now,
            details=Details(
                age_band=pick(("18-29", "18-29", "30-44", "30-44", "45-59", None)),
                sex=pick(("female", "male", "male", "not-stated")),
                nationality=pick(("GT", "HN", "SV", "VE", "CU", "MX", "HT")),
                migratory_condition=pick(
                    (
                        *("irregular", "asylum-seeker", "humanitarian-visitor"),
                        *("returned-national", None),
                    )
                ),
                sector=pick(("manufacturing", "agriculture", "construction", "commerce-informal")),
                occupation=pick(("assemblers", "agricultural-labourers", "building-trades", None)),
                violations=tuple(sorted(violations)),
            ),
        )

    def _hand_over(self, number: int) -> bool:
        """Refer to somebody new; return whether the story can go on from there."""
        chance = self._chance
        addressee = chance.choice([i for i in _RECEIVES if i not in self._visited])
        self._visited.add(addressee)
        kind = chance.choices(("transfer", "share"), (7, 3))[0]
        referral_id = self._secret.id_of("demo-referral", str(self._number), str(number))
        service, outcomes = _RECEIVES[addressee]
        self._refer(
            decisions.ReferCase(
                by=_by(self._holder),
                at=self._later(0.1, 6),
                referral_id=referral_id,
                to=addressee,
                kind=kind,
                services=(service,),
                priority=chance.choices(("normal", "urgent", "emergency"), (7, 2, 1))[0],
            )
        )
        accepted = self._answer(referral_id, addressee)
        if accepted:
            self._ends.append(self._follow_up(referral_id, addressee, service, outcomes))
            if kind == "transfer":
                self._holder = addressee
        return accepted

    def _refer(self, command: Command) -> None:
        self._plan.referrals.append(
            self._keyed("referral", custody.DECIDER, self._plan.case_id, command, "referral")
        )

    def _has_alternatives(self, addressee: str) -> None:
        """Extend the consent of the last request: nobody answers it, and others are asked."""
        *_, asked = self._plan.referrals
        others = [each for each in _RECEIVES if each not in {*self._visited, addressee}]
        command = replace(asked.command, alternatives=tuple(others[:2]))
        self._plan.referrals[-1] = dataclasses.replace(asked, command=command)

    def _keyed(
        self, service: str, decider: Any, stream: UUID, command: Command, name: str
    ) -> KeyedCommand:
        about, key = str(self._plan.case_id), self._key(name)
        return KeyedCommand(service, decider, stream, command, about, key, self._secret)

    def _answer(self, referral_id: UUID, addressee: str) -> bool:
        """Answer as addressee: most accept, some inquire first, some decline; return if accepted.

        Some referrals are never answered, or withdrawn.
        """
        chance, by, sender = self._chance, _by(addressee), _by(self._holder)
        fate = chance.random()
        if fate < 0.07:  # noqa: PLR2004 - nothing yet
            self._ends.append(None)
            self._has_alternatives(addressee)
            return False
        self._refer(
            decisions.AcknowledgeReferral(by=by, at=self._later(0.05, 2), referral_id=referral_id)
        )
        if fate < 0.12:  # noqa: PLR2004
            self._refer(
                decisions.WithdrawReferral(
                    by=sender, at=self._later(1, 5), referral_id=referral_id, reason="need-resolved"
                )
            )
            return False
        if fate < 0.27:  # noqa: PLR2004
            topics = tuple(
                sorted(chance.sample(("work-contract", "payslips", "identity-documents"), k=2))
            )
            request = decisions.RequestInformation(
                by=by, at=self._later(0.2, 2), referral_id=referral_id, topics=topics
            )
            self._refer(request)
            answer = decisions.AnswerInformation(
                by=sender, at=self._later(0.5, 6), referral_id=referral_id, topics=topics
            )
            self._refer(answer)
        if fate > 0.88:  # noqa: PLR2004
            reason = chance.choice(("no-capacity", "outside-mandate", "missing-documents"))
            self._refer(
                decisions.DeclineReferral(
                    by=by, at=self._later(0.5, 8), referral_id=referral_id, reason=reason
                )
            )
            return False
        self._refer(
            decisions.AcceptReferral(by=by, at=self._later(0.2, 7), referral_id=referral_id)
        )
        return True

    def _follow_up(
        self, referral_id: UUID, institution: str, service: str, outcomes: tuple[str, ...]
    ) -> str | None:
        """Work on it; return the outcome that it is closed with, None if it is still open."""
        chance, by = self._chance, _by(institution)

        def add(command: Command) -> None:
            self._plan.followups.append(
                self._keyed("followup", followup_life.DECIDER, referral_id, command, "follow-up")
            )

        for _ in range(chance.randint(1, 3)):
            channel = chance.choice(("in-person", "telephone", "hearing"))
            add(followup_decisions.RecordContact(by=by, at=self._later(0.5, 8), channel=channel))
        if chance.random() < 0.3:  # noqa: PLR2004 - still being worked on
            return None
        add(
            followup_decisions.RecordServiceDelivered(
                by=by, at=self._later(0.5, 10), service=service
            )
        )
        if chance.random() < 0.25:  # noqa: PLR2004
            lost = chance.choice(("no-recovery", "lost-contact", "person-left"))
            add(followup_decisions.CloseFollowUp(by=by, at=self._later(1, 20), outcome=lost))
            return lost
        owed = Decimal(chance.randint(18_000, 950_000)) / 10
        for outcome in outcomes:
            has_amount = outcome in {"award", "payment"}
            share = (
                Decimal(chance.choice(("1", "1", "0.5", "0")))
                if outcome == "payment"
                else Decimal(1)
            )
            add(
                followup_decisions.RecordOutcome(
                    by=by,
                    at=self._later(1, 15),
                    outcome=outcome,
                    amount=(owed * share).quantize(Decimal("0.01")) if has_amount else None,
                    currency="MXN" if has_amount else None,
                    on=self._now.date(),
                )
            )
        add(followup_decisions.CloseFollowUp(by=by, at=self._later(0.1, 10), outcome=outcomes[0]))
        return outcomes[0]

    def _close(self) -> None:
        """Close the case once all that followed is closed, and nothing waits for its answer."""
        *_, outcome = self._ends or [None]
        if outcome is None or None in self._ends:
            return
        close = closing.CloseCase(by=_by(self._holder), at=self._now, outcome=outcome)
        self._plan.closings.append(
            self._keyed("referral", custody.DECIDER, self._plan.case_id, close, "close")
        )

    def _correct(self) -> None:
        first = self._plan.registration
        command = intake_decisions.CorrectCase(
            by=_by(self._holder),
            at=self._now + timedelta(hours=3),
            correction_id=self._secret.id_of("correction", str(self._plan.case_id)),
            subdivision=first.subdivision,
            municipality="08019",
            channel=first.channel,
            opened_at=first.opened_at,
            details=first.details,
        )
        self._after(command, "correction")

    def _void(self) -> None:
        self._after(
            intake_decisions.EnterCaseInError(
                by=_by(self._holder),
                at=self._later(1, 3),
                entry_id=self._secret.id_of("entry", str(self._plan.case_id)),
                reason="duplicate",
            ),
            "error",
        )

    def _after(self, command: Command, name: str) -> None:
        self._plan.after.append(
            self._keyed("intake", case.DECIDER, self._plan.case_id, command, name)
        )
