"""Links by which an institution without an account answers: one at a time, each opened once.

Folded from referral's raw facts alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.faults.checker.custody import at_fact, those
from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact
from tests.faults.checker.stations import OPEN, REFERRAL, Stations

_LONGEST = timedelta(days=14)
_ABOUT = ("link-issued", "link-withdrawn", "link-opened")
_CREATED = 201
LINK = "link"
"""The role in which somebody answers by one."""
_BY_LINK = frozenset(
    {
        *("link-opened", "referral-acknowledged", "information-requested", "referral-waitlisted"),
        *("referral-accepted", "referral-declined", "decline-proposed", "referral-requested"),
    }
)
"""What a link lets somebody say; the last is what is offered again after a decline."""


@dataclass
class _Referral:
    """A referral and its links. living: the one that was issued last, unless withdrawn."""

    request: Mapping[str, Any] = field(default_factory=dict)
    status: str = ""
    stations: Stations = field(default_factory=Stations)
    living: str = ""
    opened: set[str] = field(default_factory=set)
    expire: dict[str, datetime] = field(default_factory=dict)

    def read(self, fact: Fact) -> None:
        payload, link = fact.payload, str(fact.payload.get("link_id"))
        if fact.name in REFERRAL:
            self.status = self.stations.take(fact)
        match fact.name:
            case "referral-requested":
                self.request = payload
            case "link-issued":
                self.living = link
                self.expire[link] = datetime.fromisoformat(payload["expires_at"])
            case "link-withdrawn":
                self.living = ""
            case "link-opened":
                self.opened.add(link)
            case _:
                pass


def links_are_opened_once_by_who_was_asked(evidence: Evidence) -> Iterator[Broken]:
    """The sender of an open share has one link at a time; it serves once, and until it ends.

    Whoever answers by a link has opened it, and answers for the addressee and nobody else. Of those
    who showed its secret one was let in.
    """
    yield from _let_in(evidence)
    yield from _shown(evidence)
    referrals: dict[str, _Referral] = {}
    for fact in evidence.services["referral"].facts:
        referral = str(fact.payload.get("referral_id"))
        if fact.name not in REFERRAL and fact.name not in _ABOUT:
            continue
        one = referrals.setdefault(referral, _Referral())
        if fact.role == LINK and fact.name != "referral-requested":
            for sentence in _by_link(fact, one):
                yield at_fact(fact, sentence)
        if fact.name in _ABOUT:
            for sentence in _objections(fact, one):
                yield at_fact(fact, sentence)
        one.read(fact)


def _let_in(evidence: Evidence) -> Iterator[Broken]:
    """Whoever was let in is the one of whom the log says that it opened the link."""
    facts = evidence.services["referral"].facts
    opened = {str(f.payload["link_id"]): f for f in facts if f.name == "link-opened"}
    times = Counter(each.link for each in evidence.ledger.openings if each.status == _CREATED)
    for link, count in times.items():
        case = opened[link].correlation if link in opened else ""
        for sentence in those(
            ("a link let in two", count > 1),
            ("a link let somebody in, and no fact says so", link not in opened),
        ):
            yield Broken(case, sentence, {"link": link})


def _shown(evidence: Evidence) -> Iterator[Broken]:
    """Whoever was shown a link has one of which the log says that it was issued, once."""
    facts = evidence.services["referral"].facts
    issued = {str(f.payload["link_id"]) for f in facts if f.name == "link-issued"}
    for submission in evidence.ledger.submissions:
        links = [each.link for each in submission.tries if each.link]
        for sentence in those(
            ("a link was shown that was not issued", not issued.issuperset(links)),
            ("a link's secret was shown twice", len(links) > 1),
        ):
            yield Broken(submission.case_id, sentence, {"ask": submission.id})


def _by_link(fact: Fact, one: _Referral) -> Iterator[str]:
    """What is wrong with an answer that came by a link."""
    if fact.name not in _BY_LINK:
        yield "somebody did by a link what a link does not let do"
    if fact.institution != one.request.get("addressee"):
        yield "somebody answered by a link for who was not asked"
    if fact.subject != f"link-{one.living.replace('-', '')}":
        yield "somebody answered by a link that is none any more"


def _objections(fact: Fact, one: _Referral) -> Iterator[str]:
    """What is wrong with an issue, a withdrawal or an opening."""
    link, at = str(fact.payload["link_id"]), datetime.fromisoformat(fact.happened_at)
    sends, living = fact.institution == one.request.get("sender"), link == one.living
    if one.status not in OPEN:
        yield "a link to a referral that does not wait"
    match fact.name:
        case "link-opened":
            yield from those(
                ("a link was opened twice, or is none any more", not living or link in one.opened),
                ("a link was opened after its end", at >= one.expire.get(link, at)),
            )
        case "link-withdrawn":
            yield from those(
                ("a link was withdrawn by who did not send the referral", not sends),
                ("a link was withdrawn that was none any more", not living),
            )
        case _:
            until = datetime.fromisoformat(fact.payload["expires_at"])
            yield from those(
                ("a link was given by who did not send the referral", not sends),
                ("a referral has two links", bool(one.living)),
                ("a transfer can be answered by a link", one.request.get("kind") == "transfer"),
                ("a link lasts too long", until > at + _LONGEST),
            )
