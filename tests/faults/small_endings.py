"""The end of the small story's first case: a share is revoked, an offer falls, the case closes."""

from collections.abc import Mapping
from typing import Any, Protocol

from tests.faults.checker.rows import Fact
from tests.faults.small_directory import LEANING
from tests.faults.small_life import URGENT
from tests.faults.small_world import (
    AGAIN,
    CASE,
    COMMISSION,
    FALLEN,
    OFFICE,
    REFERRAL,
    REVOKED,
    STRANGER,
    TRANSFERRED,
    named,
)

_PROGRAMME = {"programme": "mx-labour-protection", "subdivision": "MX-CHH"}
_SHOWN = {**_PROGRAMME, "age_band": "18-29", "sex": "female"}
_PARTIES = named(f"parties {CASE}")
Words = Mapping[str, Any]


class Writer(Protocol):
    """Writes facts as the system would."""

    def done(
        self, service: str, stream: str, case_id: str, by: str, *facts: tuple[str, Words]
    ) -> Fact:
        """A command was carried out."""

    def follows(self, service: str, stream: str, cause: str, name: str, payload: Words) -> Fact:
        """A service reacted to another's fact."""


def endings(writer: Writer) -> None:
    """Go on from the closing of the commission's follow-up to that of the case."""
    closed = {"referral_id": REFERRAL}
    writer.follows("referral", CASE, f"followup:{REFERRAL}:5", "referral-closed", closed)
    _dismissed(writer, f"referral:{CASE}:6", REFERRAL)

    _refer(writer, REVOKED, COMMISSION, STRANGER, "share")
    _accept(writer, REVOKED, COMMISSION, STRANGER, "share")
    revoked = {"referral_id": REVOKED, "reason": "consent-withdrawn"}
    fact = _by(writer, COMMISSION, ("referral-revoked", revoked))
    _dismissed(writer, fact.id, REVOKED)
    ended = {"referral_id": REVOKED}
    writer.follows("followup", REVOKED, fact.id, "follow-up-revoked", ended)

    _refer(writer, FALLEN, COMMISSION, OFFICE, "share")
    _refer(writer, TRANSFERRED, COMMISSION, STRANGER, "transfer")
    fallen = ("referral-superseded", {"referral_id": FALLEN, "by": TRANSFERRED})
    told = {"custodian": STRANGER, "institutions": [COMMISSION, OFFICE]}
    announced = ("custody-announced", told)
    fact = _accept(writer, TRANSFERRED, COMMISSION, STRANGER, "transfer", fallen, announced)
    stream, _, version = fact.id.rpartition(":")
    _dismissed(writer, f"{stream}:{int(version) - 1}", FALLEN)

    _refer(writer, AGAIN, STRANGER, OFFICE, "share", case_version=10, replaces=FALLEN)
    withdrawn = {"referral_id": AGAIN, "reason": "need-resolved"}
    fact = _by(writer, STRANGER, ("referral-withdrawn", withdrawn))
    _dismissed(writer, fact.id, AGAIN)

    done = {"custodian": STRANGER, "outcome": "payment", "outcome_class": "favourable"}
    _by(writer, STRANGER, ("case-closed", done))
    _by(writer, STRANGER, ("case-reopened", {"reason": "new-facts"}))
    _by(writer, STRANGER, ("case-closed", done))


def _by(writer: Writer, who: str, *facts: tuple[str, Words]) -> Fact:
    return writer.done("referral", CASE, CASE, who, *facts)


def _refer(  # noqa: PLR0913 - what a referral is made of
    writer: Writer,
    referral_id: str,
    sender: str,
    addressee: str,
    kind: str,
    *,
    case_version: int = 9,
    **more: str,
) -> None:
    sides = {"sender": sender, "addressee": addressee, "kind": kind}
    wanted = {"services": ["shelter"], "priority": "urgent", "addressee_version": 2}
    leaning = LEANING if {sender, addressee} == {OFFICE, COMMISSION} else {}
    request = {"referral_id": referral_id, **sides, **wanted, **more, **leaning, "clock": URGENT}
    fact = _by(writer, sender, ("referral-requested", request))
    admitted = {"referral_id": referral_id, "institution": addressee}
    writer.follows("intake", _PARTIES, fact.id, "party-admitted", admitted)
    preview = {"referral_id": referral_id, "addressee": addressee, **_SHOWN}
    stream = named(f"preview {referral_id}")
    whole = {**preview, "case_version": case_version}
    writer.follows("intake", stream, fact.id, "case-previewed", whole)


def _accept(
    writer: Writer,
    referral_id: str,
    sender: str,
    addressee: str,
    kind: str,
    *more: tuple[str, Words],
) -> Fact:
    sides = {"sender": sender, "addressee": addressee, "kind": kind}
    custodian = addressee if kind == "transfer" else sender
    custody = {"custodian": custodian, "previous_custodian": sender}
    acknowledged = ("referral-acknowledged", {"referral_id": referral_id})
    accepted = {"referral_id": referral_id, **sides, **custody, **_PROGRAMME}
    last = _by(writer, addressee, acknowledged, ("referral-accepted", accepted), *more)
    stream, _, version = last.id.rpartition(":")
    at = int(version) - len(more)
    opening = {"referral_id": referral_id, "case_id": CASE, "institution": addressee}
    whole = {**opening, **_PROGRAMME, "sender": sender, "kind": kind}
    writer.follows("followup", referral_id, f"{stream}:{at}", "follow-up-opened", whole)
    confirmed = {"referral_id": referral_id, "institution": addressee}
    way = {"sender": sender, "kind": kind}
    writer.follows("intake", _PARTIES, f"{stream}:{at}", "party-confirmed", {**confirmed, **way})
    if kind == "transfer":
        heard = {"custodian": custodian, "custody_version": at}
        own = named(f"custody {CASE}")
        writer.follows("followup", own, f"{stream}:{at}", "custody-moved", heard)
        writer.follows("intake", CASE, f"{stream}:{at}", "custodian-changed", heard)
    return last


def _dismissed(writer: Writer, cause: str, referral_id: str) -> None:
    writer.follows("intake", _PARTIES, cause, "party-dismissed", {"referral_id": referral_id})
