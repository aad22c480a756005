"""Referrals of the demonstration that wait at the moment of loading, and the clock that is stepped.

Their days are counted back from that moment. What a clock has done until then is done by the timers
themselves, which are stepped from one due moment to the next: so nothing is left to fire at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.followup import life as followup_life
from services.followup import serving
from services.operator.demo.institutions import FIRST_DAY, PROGRAMME, SUBJECT, ZONE
from services.referral import answering, custody, decisions, programme_rules
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Command
from shared.kernel.ids import InstallationSecret
from shared.kernel.roles import CASEWORKER, STEWARD
from shared.service.command_client import (
    KeyedCommand,
    accepted,
    carried_out,
    submit,
    wait_until_read,
)
from shared.service.service import Service
from shared.timers.timer import TimerRules
from shared.timers.timer_runner import TimerRunner

COORDINATOR = "oim-juarez"
_BY = Actor(COORDINATOR, STEWARD, SUBJECT)
_DAY = timedelta(days=1)
_ASKED = ("ccl-chihuahua", "cedh-chihuahua", "ceave-chihuahua", "ong-derechos", "albergue-juarez")


class Waits(NamedTuple):
    """A referral that nobody has answered, or not finished. days: so long ago it was made."""

    name: str
    days: float
    services: tuple[str, ...] = ("legal-advice",)
    answer: str = "none"


WAITING = (
    Waits("late", 15),
    Waits("re-offered", 29),
    Waits("waitlisted", 8, answer="waitlist"),
    Waits("partly-served", 20, ("legal-advice", "shelter"), answer="accept"),
    Waits("escalated", 18),
    Waits("declined", 5, answer="decline"),
    Waits("reminded", 12),
    Waits("new", 1),
)
"""In the order in which cases without a hand-over are taken: a small demonstration has few."""


class Case(NamedTuple):
    """A case without a hand-over, and who has custody."""

    case_id: UUID
    custodian: str


def coordinator(secret: InstallationSecret) -> KeyedCommand:
    """Return the command by which the programme has a coordinator."""
    command = programme_rules.AppointCoordinator(
        by=_BY, at=FIRST_DAY, programme=PROGRAMME, institution=COORDINATOR
    )
    stream = programme_rules.stream_of(PROGRAMME)
    decider, key = programme_rules.DECIDER, "demo-coordinator"
    return KeyedCommand("referral", decider, stream, command, PROGRAMME, key, secret)


def waiting(
    cases: Sequence[Case], secret: InstallationSecret, at: datetime
) -> dict[str, list[KeyedCommand]]:
    """Return the commands of the referrals that wait at a moment, by service."""
    referrals: list[KeyedCommand] = []
    followups: list[KeyedCommand] = []
    for case, waits in zip(cases, WAITING, strict=False):
        asked = [each for each in _ASKED if each != case.custodian][:3]
        referral_id = secret.id_of("demo-waiting", waits.name)
        made = at - waits.days * _DAY
        commands: list[Command] = [_asked(case, waits, asked, referral_id, made)]
        commands += _answers(waits, asked[0], referral_id, made)
        for command in commands:
            name = f"demo-{waits.name}-{type(command).__name__}"
            about = str(case.case_id)
            keyed = ("referral", custody.DECIDER, case.case_id, command, about, name, secret)
            referrals.append(KeyedCommand(*keyed))
        for command in _work(waits, asked[0], made):
            name = f"demo-{waits.name}-{type(command).__name__}"
            about = str(case.case_id)
            work = ("followup", followup_life.DECIDER, referral_id, command, about, name, secret)
            followups.append(KeyedCommand(*work))
    return {"referral": referrals, "followup": followups}


def _asked(
    case: Case, waits: Waits, asked: Sequence[str], referral_id: UUID, at: datetime
) -> decisions.ReferCase:
    first, *others = asked
    return decisions.ReferCase(
        by=Actor(case.custodian, CASEWORKER, SUBJECT),
        at=at,
        referral_id=referral_id,
        to=first,
        kind="share",
        services=waits.services,
        alternatives=tuple(others),
    )


def _answers(waits: Waits, by: str, referral_id: UUID, made: datetime) -> Iterator[Command]:
    """Yield what the addressee answers, a day or two after it was asked."""
    actor, at = Actor(by, CASEWORKER, SUBJECT), made + 2 * _DAY
    match waits.answer:
        case "waitlist":
            expected = (made + 25 * _DAY).date()
            yield answering.WaitlistReferral(
                by=actor,
                at=at,
                referral_id=referral_id,
                reason="no-capacity",
                expected_on=expected,
            )
        case "decline":
            yield decisions.DeclineReferral(
                by=actor, at=at, referral_id=referral_id, reason="no-capacity"
            )
        case "accept":
            yield decisions.AcceptReferral(by=actor, at=at, referral_id=referral_id)
        case _:
            return


def _work(waits: Waits, by: str, made: datetime) -> Iterator[Command]:
    """Yield the work on a referral that was accepted: one of its services is given."""
    if waits.answer != "accept":
        return
    actor = Actor(by, CASEWORKER, SUBJECT)
    planned = made + 6 * _DAY
    yield serving.ScheduleService(by=actor, at=made + 3 * _DAY, scheduled_for=planned)
    yield serving.StartService(by=actor, at=planned)
    yield serving.CompleteService(by=actor, at=made + 18 * _DAY, delivered=waits.services[:1])


def brought_up_to_date(services: Mapping[str, Service], cases: Sequence[Case]) -> None:
    """Have these cases wait now, and let all clocks run until now."""
    at = now().astimezone(ZONE)
    for name, commands in waiting(cases, services["referral"].secret, at).items():
        done = carried_out(services, commands)
        accepted([submit(services, one) for one in commands if one.id not in done])
        for reader in services.values():
            if reader.definition.reader and name in reader.definition.reader.sources:
                wait_until_read(reader, services[name])
    for service in services.values():
        if service.definition.timers is not None:
            _step(service, service.definition.timers)


def _step(service: Service, timers: TimerRules) -> None:
    """Let the timers of a service fire, each at its own moment, one moment after the other."""
    moment = FIRST_DAY
    runner = TimerRunner(service.log, timers, clock=lambda: moment)
    runner.step()
    while due := runner.table.overdue_since(now()):
        moment = max(moment, due)
        if not runner.step():
            break
