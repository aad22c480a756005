"""Made-up cases for the pages: from one fact to sixty, from an hour to years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from services.reporting.axes import NOW, Axes
from services.reporting.history import Fact, History
from services.reporting.telling import Cut, Facts, Found, Window, everything, tell
from shared.kernel.sight import Sight

CHIHUAHUA_TIME = timezone(timedelta(hours=-6))
START = datetime(2026, 5, 4, 21, 30, tzinfo=CHIHUAHUA_TIME)
CASE = UUID("00000000-0000-4000-8000-00000000000c")
FOLIO = "CHH-7K2M-P9QX-4"
NAMES = {
    "stps-chih": "STPS Chihuahua",
    "cedh-chih": "Comisión Estatal de los Derechos Humanos de Chihuahua",
    "albergue-juarez": "Albergue Frontera Norte, Ciudad Juárez",
    "ccl-chih": "Centro de Conciliación Laboral del Estado de Chihuahua",
    "fiscalia-chih": "Fiscalía General del Estado",
    "consulado-gt": "Consulado de Guatemala",
    "imss-chih": "IMSS Chihuahua",
    "oim-chih": "OIM Chihuahua",
}
OFFICE, COMMISSION, SHELTER, CENTRE, *_ = NAMES


@dataclass
class Telling:
    """Tells facts one after the other, in the words of the contracts."""

    start: datetime = START
    recorded_after: timedelta = timedelta(seconds=2)
    facts: list[Fact] = field(default_factory=list)

    def note(  # noqa: PLR0913, PLR0917 - what a fact is made of
        self,
        after: timedelta,
        institution: str,
        service: str,
        name: str,
        follows: str | None = None,
        role: str = "caseworker",
        /,
        **data: Any,
    ) -> str:
        """Note a fact this long after the start; returns its id."""
        number = len(self.facts) + 1
        identity = f"{service}:{CASE}-{number}:1"
        at = self.start + after
        self.facts.append(
            Fact(
                id=identity,
                name=name,
                type=f"mx.canaliza.{service}.{name}.v1",
                service=service,
                position=number,
                institution=institution,
                role=role,
                subject="token-1",
                happened_at=at,
                recorded_at=(at + self.recorded_after).astimezone(UTC),
                causation=follows or f"command:{number}",
                follows=follows,
                data=data,
            )
        )
        return identity

    def register(self, institution: str = OFFICE) -> None:
        """Register the case, which gives the institution custody."""
        details = {"age_band": "30-44", "sex": "female", "violations": ["unpaid-wages"]}
        first = self.note(
            timedelta(0), institution, "intake", "case-registered", folio=FOLIO,
            programme="mx-labour-protection", subdivision="MX-CHH", municipality=None,
            channel="hotline", institution=institution, details=details,
        )  # fmt: skip
        self.note(
            timedelta(0), institution, "referral", "custody-taken", first, "system",
            custodian=institution, programme="mx-labour-protection", subdivision="MX-CHH",
        )  # fmt: skip

    def refer(  # noqa: PLR0913, PLR0917 - what a referral is made of
        self,
        after: timedelta,
        sender: str,
        addressee: str,
        kind: str,
        answer: str | None = "referral-accepted",
        took: timedelta = timedelta(hours=5),
        custodian: str | None = None,
    ) -> None:
        """Refer the case, and have it answered."""
        referral = str(UUID(int=len(self.facts) + 1))
        request = self.note(
            after, sender, "referral", "referral-requested", referral_id=referral, sender=sender,
            addressee=addressee, kind=kind, services=["legal-advice"], priority="urgent",
        )  # fmt: skip
        if answer is None:
            return
        now = addressee if kind == "transfer" else custodian or sender
        more: Mapping[str, Any] = {
            "referral-accepted": {
                "kind": kind, "sender": sender, "addressee": addressee, "custodian": now,
            },
            "referral-declined": {"reason": "no-capacity", "reason_class": "receiving-institution"},
            "referral-withdrawn": {"reason": "other"},
        }[answer]  # fmt: skip
        by = sender if answer == "referral-withdrawn" else addressee
        self.note(after + took, by, "referral", answer, request, referral_id=referral, **more)

    def history(self) -> History:
        """Fold the published facts."""
        return folded(self.facts)


def folded(all_facts: Sequence[Fact]) -> History:
    """Fold all facts, as reporting does."""
    return _told(all_facts, NOW, everything).history


def all_of(history: History) -> Window:
    """Return the window in which a history is seen whole, as it is."""
    known = {fact.id: fact for fact in history.facts}
    numbers = {each: number for number, each in enumerate(known, 1)}
    return Window(history, 1, len(numbers), numbers, known, None)


def window_of(history: History, axes: Axes = NOW, cut: Cut = everything) -> Window:
    """Return a window of a made-up history."""
    return _told(history.facts, axes, cut)


def _told(facts: Sequence[Fact], axes: Axes, cut: Cut) -> Window:
    by_id = {fact.id: fact for fact in facts}
    there = Facts(facts, by_id, lambda lines: [by_id[line.id] for line in lines], lambda _: NAMES)
    return tell(Found(CASE, None, Sight.CASE, None, frozenset({OFFICE})), there, cut, axes)


def one_fact() -> History:
    """Tell of a case that was only registered, whose custody has not arrived."""
    telling = Telling()
    telling.register()
    telling.facts.pop()
    return telling.history()


def an_hour() -> History:
    """Tell of two institutions within one hour."""
    telling = Telling()
    telling.register()
    telling.refer(timedelta(minutes=9), OFFICE, SHELTER, "transfer", took=timedelta(minutes=33))
    telling.note(
        timedelta(minutes=58), SHELTER, "followup", "contact-recorded", channel="in-person"
    )
    return telling.history()


def months() -> History:
    """Tell of four institutions over some months: every way in which a referral can end."""
    day = timedelta(days=1)
    telling = Telling()
    telling.register()
    telling.refer(2 * day, OFFICE, SHELTER, "share", took=timedelta(hours=3))
    telling.refer(5 * day, OFFICE, CENTRE, "transfer", "referral-declined", took=6 * day)
    telling.refer(14 * day, OFFICE, COMMISSION, "transfer", took=4 * day)
    telling.note(21 * day, COMMISSION, "followup", "contact-recorded", channel="telephone")
    telling.note(33 * day, COMMISSION, "followup", "service-delivered", service="legal-advice")
    telling.refer(47 * day, COMMISSION, CENTRE, "share", took=8 * day, custodian=COMMISSION)
    telling.refer(60 * day, COMMISSION, OFFICE, "share", "referral-withdrawn", took=5 * day)
    telling.note(
        78 * day, CENTRE, "followup", "outcome-recorded", outcome="award",
        outcome_class="favourable", amount="48250.50", currency="MXN", on="2026-07-21",
    )  # fmt: skip
    telling.refer(88 * day, COMMISSION, SHELTER, "transfer", None)
    return telling.history()


def imported() -> History:
    """Tell of a claim of years ago that was recorded in one minute today."""
    telling = Telling(datetime(2011, 3, 8, 0, 0, tzinfo=CHIHUAHUA_TIME))
    telling.register()
    telling.refer(timedelta(days=12), OFFICE, CENTRE, "transfer", took=timedelta(0))
    telling.note(timedelta(days=700), CENTRE, "followup", "outcome-recorded", outcome="award")
    telling.note(timedelta(days=1400), CENTRE, "followup", "follow-up-closed", outcome="award")
    telling.note(
        timedelta(days=1400), CENTRE, "referral", "case-closed",
        custodian=CENTRE, outcome="award", outcome_class="favourable",
    )  # fmt: skip
    today = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    late = [
        replace(fact, recorded_at=today + timedelta(milliseconds=number))
        for number, fact in enumerate(telling.facts)
    ]
    telling.facts = late
    return telling.history()


def sixty_facts() -> History:
    """Tell of eight institutions, a dozen referrals and sixty facts over three years."""
    telling = Telling()
    telling.register()
    codes: Sequence[str] = list(NAMES)
    holder, day = OFFICE, 0
    for number in range(14):
        addressee = codes[(codes.index(holder) + 1 + number % 3) % len(codes)]
        kind = "share" if number % 3 else "transfer"
        answer = ("referral-accepted", "referral-declined", "referral-accepted")[number % 3]
        days = timedelta(days=day)
        telling.refer(days, holder, addressee, kind, answer, timedelta(days=3 + number), holder)
        holder = addressee if kind == "transfer" else holder
        day += 30 + 11 * (number % 5)
    for number in range(60 - len(telling.facts)):
        channel = ("telephone", "in-person", "hearing")[number % 3]
        days = timedelta(days=20 + number * number * 0.8)
        code = codes[number % 5]
        telling.note(days, code, "followup", "contact-recorded", channel=channel)
    return telling.history()


def many_facts() -> History:
    """Tell of a case of 650 facts: declined again and again, and accompanied meanwhile."""
    telling = Telling()
    telling.register()
    hour = timedelta(hours=1)
    for number in range(200):
        then = 30 * number * hour
        telling.refer(then, OFFICE, CENTRE, "transfer", "referral-declined", 20 * hour)
        telling.note(then + 25 * hour, OFFICE, "followup", "contact-recorded", channel="telephone")
    telling.refer(6_100 * hour, OFFICE, SHELTER, "transfer", took=2 * hour)
    for number in range(650 - len(telling.facts)):
        then = (6_200 + 24 * number) * hour
        telling.note(then, SHELTER, "followup", "contact-recorded", channel="in-person")
    return telling.history()


ALL = {
    "one-fact": one_fact,
    "an-hour": an_hour,
    "months": months,
    "imported": imported,
    "sixty-facts": sixty_facts,
}
