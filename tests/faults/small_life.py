"""A case of the small run whose referrals are late: reminded, escalated, expired, offered again.

It happened in March, by the calendar of Chihuahua; and all is well in it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.faults.checker.rows import Fact
from tests.faults.small_directory import LEANING
from tests.faults.small_world import BEGIN, COMMISSION, OFFICE, STRANGER, named

if TYPE_CHECKING:
    from tests.faults.small_story import Writer

LATE_CASE, FIRST, NEXT, TAKEN, GRANTED, LEFT = map(
    named, ("late case", "late", "next", "taken", "granted", "left")
)
ASKING = named("asking")
MONDAY = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
"""When the first of them was requested. The 16th was a holiday; the 18th became one."""
PROGRAMME = {"programme": "mx-labour-protection", "subdivision": "MX-CHH"}
_SHOWN = {"age_band": "18-29", "sex": "female"}
_PARTIES = named(f"parties {LATE_CASE}")
_LISTED = {"subdivision": "MX-CHH", "programmes": ["mx-labour-protection"]}
_ENTRY = {"addressee_version": 2}
_CONSENT = {
    "consent": {
        "basis": "recorded-by-sender",
        "recipients": [COMMISSION, STRANGER],
        "services": ["legal-advice"],
    }
}
PARISH = "parroquia-juarez"
_KEEPER = "canaliza-admin"
_SERVICES = {"services": ["legal-advice"], "priority": "normal"}
_OF_MARCH = (17, 11, 17, 19, 24)
"""The days of March on which such a clock is due, reminds, escalates twice and expires."""
_MOVED = (17, 17, 20, 25)
Words = Mapping[str, Any]
_NAMES = ("due_at", "remind_at", "escalate_at", "coordinate_at", "expires_at")


def at(day: int, hour: int = 15, second: int = 0) -> datetime:
    """A moment of March, or of April from the day 32 on."""
    return datetime(2026, 3, 1, hour, 0, second, tzinfo=UTC) + timedelta(days=day - 1)


def clock(name: str, started: datetime, *days: int, **more: Any) -> dict[str, Any]:
    """A clock as a fact tells it: due, remind, escalate, coordinate and expire on these days."""
    moments = {n: at(day).isoformat() for n, day in zip(_NAMES, days, strict=True)}
    counted = {"calendar": "MX-CHH", "edition": "0.109/1", "holidays_version": 0}
    return {"clock": name, "started_at": started.isoformat(), **moments, **counted, **more}


def _from_the_beginning(unit: str, *after: int) -> dict[str, Any]:
    """A clock that starts with the run, and does all that it does so many of these later."""
    moments = ((BEGIN + timedelta(**{unit: each})).isoformat() for each in after)
    started = {"clock": "acknowledge", "started_at": BEGIN.isoformat()}
    return {**started, **dict(zip(_NAMES, moments, strict=True))}


NORMAL = _from_the_beginning("days", 14, 9, 14, 16, 21)
URGENT = _from_the_beginning("hours", 72, 48, 72, 84, 96)
"""The clocks of the run's other referrals."""


def late(writer: "Writer") -> None:
    """From the draft that nobody answers in time to the custodian's link."""
    story = _Late(writer)
    story.drafted_and_forgotten()
    story.offered_again_and_declined()
    story.named_again_and_accepted()
    story.served()
    story.asked_for()
    story.answered_by_a_link()
    story.nobody_follows_up()


class _Late:
    """The case's story. parties, opened: streams of intake's and followup's."""

    def __init__(self, writer: "Writer") -> None:
        self._writer = writer
        writer.goes_on_at(MONDAY)
        case = {"case_id": LATE_CASE, "institution": OFFICE, "folio": "CHH-KAT-E15-MAR-C"}
        details: dict[str, Any] = {
            **dict.fromkeys(("nationality", "migratory_condition", "sector", "occupation")),
            **_SHOWN,
            "violations": [],
        }
        told = {"municipality": None, "channel": "shelter", "opened_at": at(2).isoformat()}
        whole = {**case, **PROGRAMME, **told, "details": details}
        fact = writer.done("intake", LATE_CASE, LATE_CASE, OFFICE, ("case-registered", whole))
        taken = {"case_id": LATE_CASE, "custodian": OFFICE, **PROGRAMME}
        writer.follows("referral", LATE_CASE, fact.id, "custody-taken", taken)

    # --- the first: nobody answers it -------------------------------------------------------

    def drafted_and_forgotten(self) -> None:
        """It is drafted, sent, delivered; nobody answers, and its clock does all that it can."""
        worded = {**_between(FIRST, OFFICE, COMMISSION, "share")}
        more = {"alternatives": [STRANGER], "clock": clock("send", MONDAY, 17, 9, 17, 24, 45)}
        self._by(OFFICE, ("referral-drafted", {**worded, **more}))
        runs = {"clock": clock("acknowledge", MONDAY, *_OF_MARCH)}
        request = self._request({**worded, **_CONSENT, **LEANING, **runs}, OFFICE)
        told = {"referral_id": FIRST, "clock": "acknowledge", "due_at": at(17).isoformat()}
        self._on(11)
        reminding = {**told, "whom": COMMISSION, "next_at": at(17).isoformat()}
        reminded = self._timed(request.id, "referral-reminded", reminding)
        self._on(12)
        day = {"place": "MX-CHH", "day": "2026-03-18", "reason": "decree"}
        added = self._kept("holidays", "MX-CHH", "holiday-added", day)
        heard = {"place": "MX-CHH", "day": day["day"], "is_holiday": True, "version": 1}
        own = named("holidays heard")
        self._writer.follows("followup", own, added.id, "holiday-heard", heard)
        names = ("escalate_at", "coordinate_at", "expires_at")
        later = dict(zip(names, (at(each).isoformat() for each in _MOVED[1:]), strict=True))
        running = {**clock("acknowledge", MONDAY, *_OF_MARCH), **later, "holidays_version": 1}
        del running["remind_at"]
        moved = {"referral_id": FIRST, "clock": running, "because": ["2026-03-18"]}
        self._timed(added.id, "clock-moved", moved)
        self._on(17)
        nobody: dict[str, Any] = {
            **told,
            "level": "sender",
            "whom": OFFICE,
            "next_at": at(20).isoformat(),
        }
        escalated = self._timed(reminded.id, "referral-escalated", nobody)
        self._on(20)
        nobody = {**told, "level": "coordinator", "whom": None, "next_at": at(25).isoformat()}
        escalated = self._timed(escalated.id, "referral-escalated", nobody)
        self._on(25)
        ended = self._timed(escalated.id, "referral-expired-unacknowledged", told)
        self._dismissed(ended, FIRST)
        runs = {"clock": clock("acknowledge", at(25), 39, 34, 39, 41, 46, holidays_version=1)}
        offered = {**_between(NEXT, OFFICE, STRANGER, "share"), **_CONSENT, "replaces": FIRST}
        again = self._timed(escalated.id, "referral-requested", {**offered, **runs, **_ENTRY})
        self._shown(again, NEXT, STRANGER)

    # --- the second: its decline is to be confirmed -----------------------------------------

    def offered_again_and_declined(self) -> None:
        """The next waits for room, declines, is sent back, and declines for good."""
        of = {"referral_id": NEXT}
        rules: dict[str, Any] = {"programme": PROGRAMME["programme"]}
        there: dict[str, Any] = {
            **rules,
            "subdivision": None,
            "institution": COMMISSION,
            "institution_version": 2,
        }
        self._on(26)
        self._kept("rules", rules["programme"], "coordinator-appointed", there)
        self._kept("rules", rules["programme"], "decline-confirmation-required", rules)
        later = {"reason": "no-capacity", "clock": clock("wait", at(26), 60, 50, 60, 65, 80)}
        waits = ("referral-waitlisted", {**of, **later})
        self._by(STRANGER, ("referral-acknowledged", of), waits)
        why = {"reason": "no-capacity", "reason_class": "receiving-institution"}
        to = {"coordinator": COMMISSION, "rules_version": 2}
        confirms = {"clock": clock("confirm", at(26), 40, 35, 40, 42, 47)}
        proposed = ("decline-proposed", {**of, **why, **to, **confirms})
        self._by(STRANGER, proposed)
        goes_on = {"clock": clock("decide", at(26), 40, 35, 40, 42, 47)}
        self._by(COMMISSION, ("decline-sent-back", {**of, "reason": "other", **goes_on}))
        self._by(STRANGER, proposed)
        declined = self._by(COMMISSION, ("referral-declined", {**of, **why}))
        self._kept("rules", rules["programme"], "decline-confirmation-waived", rules)
        self._dismissed(declined, NEXT)

    # --- the third: it is accepted ----------------------------------------------------------

    def named_again_and_accepted(self) -> None:
        """The custodian names the first again, which takes the case on."""
        self._on(27)
        runs = {"clock": clock("acknowledge", at(27), 41, 38, 41, 45, 48, holidays_version=1)}
        offered = {**_between(TAKEN, OFFICE, COMMISSION, "share"), **_CONSENT, "replaces": NEXT}
        self._request({**offered, **LEANING, **runs}, OFFICE)
        self._accept(TAKEN, OFFICE, COMMISSION, "share", OFFICE)

    def served(self) -> None:
        """The service is scheduled, given, and confirmed by both; they rate each other."""
        of = {"referral_id": TAKEN}
        given = {"delivered": ["legal-advice"], "undelivered": []}
        soon = {"scheduled_for": at(28).isoformat()}
        started = ("service-started", of)
        for name, theirs, said in (
            ("service-scheduled", "referral-scheduled", soon),
            ("service-started", "referral-started", {}),
            ("follow-up-put-on-hold", "referral-put-on-hold", {"reason": "other"}),
        ):
            fact = self._worked(COMMISSION, (name, {**of, **said}))
            self._writer.follows("referral", LATE_CASE, fact.id, theirs, {**of, **said})
        fact = self._worked(COMMISSION, ("follow-up-resumed", of), started)
        before = f"{TAKEN}:{fact.version - 1}"
        self._writer.follows("referral", LATE_CASE, f"followup:{before}", "referral-resumed", of)
        self._writer.follows("referral", LATE_CASE, fact.id, "referral-started", of)
        fact = self._worked(COMMISSION, ("service-completed", {**of, **given}))
        theirs = "referral-service-delivered"
        self._writer.follows("referral", LATE_CASE, fact.id, theirs, {**of, **given})
        self._worked(COMMISSION, ("enrolment-stated", {**of, "enrolment": "enrolled"}))
        provider = {"confirmer": "provider", "taken_by": COMMISSION}
        person = {"confirmer": "person", "taken_by": OFFICE}
        heard = {**of, "custody_version": 0}
        self._worked(COMMISSION, ("delivery-confirmed", {**heard, **provider}))
        both = ("outcome-confirmed", of)
        fact = self._worked(OFFICE, ("delivery-confirmed", {**heard, **person}), both)
        self._writer.follows("referral", LATE_CASE, fact.id, "referral-outcome-confirmed", of)
        for by, other in ((OFFICE, COMMISSION), (COMMISSION, OFFICE)):
            rating = {"institution": by, "counterpart": other}
            said = {**rating, "timeliness": "good", "effort": "fair"}
            self._by(by, ("counterpart-rated", {**of, **said}))

    def asked_for(self) -> None:
        """Who shares the case asks for it; it is granted, and all others are told."""
        asks = {"request_id": ASKING, "institution": COMMISSION}
        why = {"services": ["legal-advice"], "reason": "main-provider"}
        self._by(COMMISSION, ("transfer-requested", {**asks, **why}))
        self._on(29)
        offered = _between(GRANTED, OFFICE, COMMISSION, "transfer")
        consent = {"consent": {**_CONSENT["consent"], "recipients": [COMMISSION]}}
        runs = {"clock": clock("acknowledge", at(29), 41, 38, 41, 45, 48, holidays_version=1)}
        granted = ("transfer-granted", {**asks, "granted": GRANTED})
        whole = {**offered, **consent, **LEANING, **runs, "origin": "transfer-request"}
        self._request(whole, OFFICE, granted)
        others = {"custodian": COMMISSION, "institutions": [OFFICE]}
        announced = ("custody-announced", others)
        self._accept(GRANTED, OFFICE, COMMISSION, "transfer", COMMISSION, announced)
        outcome = {"outcome": "agreement", "outcome_class": "favourable"}
        closed = self._worked(COMMISSION, ("follow-up-closed", {"referral_id": TAKEN, **outcome}))
        of = {"referral_id": TAKEN}
        ended = self._writer.follows("referral", LATE_CASE, closed.id, "referral-closed", of)
        self._dismissed(ended, TAKEN)
        done = {"reason": "served", "person_told": "told"}
        self._by(OFFICE, ("loop-closed", {**of, **done}))

    # --- the last: by a link ----------------------------------------------------------------

    def answered_by_a_link(self) -> None:
        """A parish without an account opens its link; the person does not want it any more."""
        self._on(30)
        of = {"referral_id": LEFT}
        entry = {"institution": PARISH, "name": "Parroquia", "kind": "shelter", **_LISTED}
        self._kept(f"directory {PARISH}", PARISH, "institution-registered", entry)
        offered = _between(LEFT, COMMISSION, PARISH, "share")
        consent = {"consent": {**_CONSENT["consent"], "recipients": [PARISH]}}
        runs = {"clock": clock("acknowledge", at(30), 44, 39, 44, 46, 51, holidays_version=1)}
        whole = {**offered, **consent, **runs, "by_link": True}
        self._request({**whole, "addressee_version": 1}, COMMISSION)
        until = {"digest": "0" * 64, "expires_at": at(40).isoformat()}
        one, other = ({**of, "link_id": named(each)} for each in ("one link", "another"))
        self._by(COMMISSION, ("link-issued", {**one, **until}))
        self._by(COMMISSION, ("link-withdrawn", one), ("link-issued", {**other, **until}))
        opened = ("link-opened", {**other, "session": "1" * 64})
        subject = f"link-{str(other['link_id']).replace('-', '')}"
        received = ("referral-acknowledged", of)
        self._by(PARISH, opened, received, role="link", subject=subject)
        why = {**of, "reason": "no-longer-wanted"}
        self._dismissed(self._by(COMMISSION, ("referral-cancelled-by-person", why)), LEFT)

    # --- what was granted: nobody does anything ---------------------------------------------

    def nobody_follows_up(self) -> None:
        """The limit ends after ten working days; five later, and ten after that, one is told."""
        opened = self._writer.fact("followup", GRANTED, "follow-up-opened")
        due = datetime.fromisoformat(opened.happened_at) + timedelta(days=12)
        of = {"referral_id": GRANTED, "follow_up_version": 1, "due_at": due.isoformat()}
        aside = named(f"clock {GRANTED}")
        self._on(35)
        not_yet = self._writer.follows("followup", aside, opened.id, "follow-up-clock-set", of)
        self._on(42)
        said = {**of, "clock": "start", "whom": COMMISSION, "next_at": at(48).isoformat()}
        reminded = self._writer.follows("followup", aside, not_yet.id, "follow-up-reminded", said)
        self._on(49)
        said = {**said, "whom": OFFICE, "custody_version": 1, "next_at": at(65).isoformat()}
        self._writer.follows("followup", aside, reminded.id, "follow-up-escalated", said)

    # --- how it is written ------------------------------------------------------------------

    def _on(self, day: int) -> None:
        self._writer.goes_on_at(at(day))

    def _by(
        self,
        who: str,
        *facts: tuple[str, Words],
        role: str = "caseworker",
        subject: str = "token-1",
    ) -> Fact:
        return self._writer.done(
            "referral", LATE_CASE, LATE_CASE, who, *facts, role=role, subject=subject
        )

    def _worked(self, who: str, *facts: tuple[str, Words]) -> Fact:
        return self._writer.done("followup", TAKEN, LATE_CASE, who, *facts)

    def _kept(self, stream: str, about: str, name: str, said: Words) -> Fact:
        """A steward says it."""
        return self._writer.done(
            "referral", named(stream), about, _KEEPER, (name, said), unheard=True, role="steward"
        )

    def _timed(self, cause: str, name: str, said: Words) -> Fact:
        """A timer says it."""
        return self._writer.follows("referral", LATE_CASE, cause, name, said, about=LATE_CASE)

    def _request(self, request: Words, by: str, *before: tuple[str, Words]) -> Fact:
        asked = ("referral-requested", {**_ENTRY, **request})
        fact = self._by(by, *before, asked)
        self._shown(fact, str(request["referral_id"]), str(request["addressee"]))
        return fact

    def _shown(self, request: Fact, referral: str, addressee: str) -> None:
        """Intake shows the addressee a preview, with which the referral is delivered."""
        admitted = {"referral_id": referral, "institution": addressee}
        self._writer.follows("intake", _PARTIES, request.id, "party-admitted", admitted)
        shown = {"referral_id": referral, "addressee": addressee, "case_version": 1}
        whole = {**shown, **PROGRAMME, **_SHOWN}
        stream = named(f"preview {referral}")
        fact = self._writer.follows("intake", stream, request.id, "case-previewed", whole)
        of = {"referral_id": referral}
        self._writer.follows("referral", LATE_CASE, fact.id, "referral-delivered", of)

    def _accept(
        self,
        referral: str,
        sender: str,
        addressee: str,
        kind: str,
        custodian: str,
        *more: tuple[str, Words],
    ) -> None:
        sides = {"sender": sender, "addressee": addressee, "kind": kind}
        custody = {"custodian": custodian, "previous_custodian": OFFICE}
        of, services = {"referral_id": referral}, {"services": ["legal-advice"]}
        accepted = ("referral-accepted", {**of, **sides, **custody, **PROGRAMME, **services})
        last = self._by(addressee, ("referral-acknowledged", of), accepted, *more)
        stream, _, version = last.id.rpartition(":")
        cause = f"{stream}:{int(version) - len(more)}"
        opening = {**of, "case_id": LATE_CASE, "institution": addressee, **PROGRAMME, **services}
        whole = {**opening, "sender": sender, "kind": kind}
        self._writer.follows("followup", referral, cause, "follow-up-opened", whole)
        confirmed = {**of, "institution": addressee, "sender": sender, "kind": kind}
        self._writer.follows("intake", _PARTIES, cause, "party-confirmed", confirmed)
        if kind == "transfer":
            heard = {"custodian": custodian, "custody_version": int(cause.rpartition(":")[2])}
            own = named(f"custody {LATE_CASE}")
            self._writer.follows("followup", own, cause, "custody-moved", heard)
            self._writer.follows("intake", LATE_CASE, cause, "custodian-changed", heard)

    def _dismissed(self, cause: Fact, referral: str) -> None:
        of = {"referral_id": referral}
        self._writer.follows("intake", _PARTIES, cause.id, "party-dismissed", of)


def _between(referral: str, sender: str, addressee: str, kind: str) -> dict[str, Any]:
    sides = {"sender": sender, "addressee": addressee, "kind": kind}
    return {"referral_id": referral, **sides, **_SERVICES}
