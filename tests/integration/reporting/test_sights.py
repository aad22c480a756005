"""What each institution sees of a case, as stored for lists: the same as the rule says, always."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from shared.contracts import intake, referral
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event
from shared.kernel.sight import TRANSFER, Sides, Sight, after, by_referral, sights, widest
from tests.event_factory import BEGIN, EventFactory, Story
from tests.reporting_store import Store

pytestmark = pytest.mark.integration

INSTITUTIONS = ("a", "b", "c", "d", "e")
OPEN, LIVE, ENDED = "open", "live", "ended"
Seen = Mapping[str, tuple[Sight, datetime | None]]


# --- cases whose lives are drawn at random ----------------------------------------------------


@dataclass
class Life:
    """One case: who has custody, and how each of its referrals stands."""

    factory: EventFactory
    number: int
    draw: Random
    custodian: str = "a"
    referrals: dict[UUID, tuple[str, str, str, str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    over: bool = False

    def __post_init__(self) -> None:
        story = Story(self.factory, UUID(int=self.number))
        story.registered(by="a")
        story.custody_taken(by="a")
        self.events += story.events

    def tell(self, service: str, data: Contract, by: str) -> None:
        """Publish a fact of this case."""
        key = UUID(int=self.number)
        self.events.append(self.factory.publish(service, key, str(key), data, at=BEGIN, by=by))

    def step(self) -> None:
        """Let something happen that the rules of referral allow."""
        if self.over:
            return
        open_ones = [i for i, one in self.referrals.items() if one[3] == OPEN]
        live = [i for i, one in self.referrals.items() if one[3] == LIVE]
        ended = [i for i, one in self.referrals.items() if one[3] == ENDED]
        what = self.draw.choice(["refer", "refer", "answer", "answer", "end", "go on", "error"])
        if what == "refer":
            self._refer()
        elif what == "answer" and open_ones:
            self._answer(self.draw.choice(open_ones))
        elif what == "end" and live:
            self._end(self.draw.choice(live))
        elif what == "go on" and ended:
            self._go_on(self.draw.choice(ended))
        elif what == "error" and self.draw.random() < 0.1:
            self._error()

    def _refer(self) -> None:
        to = self.draw.choice([code for code in INSTITUTIONS if code != self.custodian])
        kind = self.draw.choice(["share", TRANSFER])
        identity = UUID(int=self.number * 1000 + len(self.referrals))
        self.tell(
            "referral",
            referral.ReferralRequestedV1(
                referral_id=identity,
                sender=self.custodian,
                addressee=to,
                kind=kind,
                services=("legal-advice",),
                addressee_version=1,
                priority="normal",
            ),
            self.custodian,
        )
        self.tell(
            "intake",
            intake.CasePreviewedV1(
                referral_id=identity,
                addressee=to,
                programme="us-wage-claims",
                subdivision="US-WY",
                age_band=None,
                sex="female",
                case_version=1,
            ),
            self.custodian,
        )
        self.referrals[identity] = (self.custodian, to, kind, OPEN)

    def _set(self, identity: UUID, status: str) -> None:
        self.referrals[identity] = (*self.referrals[identity][:3], status)

    def _answer(self, identity: UUID) -> None:
        sender, to, kind, _ = self.referrals[identity]
        answer = self.draw.choice(["accept", "accept", "decline", "withdraw"])
        if answer != "accept":
            data = (
                referral.ReferralDeclinedV1(
                    referral_id=identity, reason="no-capacity", reason_class="system"
                )
                if answer == "decline"
                else referral.ReferralWithdrawnV1(referral_id=identity, reason="other")
            )
            self.tell("referral", data, to)
            self._set(identity, "over")
            return
        moved = kind == TRANSFER
        self.tell(
            "referral",
            referral.ReferralAcceptedV1(
                referral_id=identity,
                kind=kind,
                sender=sender,
                addressee=to,
                custodian=to if moved else self.custodian,
                previous_custodian=self.custodian,
                programme="us-wage-claims",
                subdivision="US-WY",
            ),
            to,
        )
        self._set(identity, LIVE)
        if not moved:
            return
        self.custodian = to
        for other, one in list(self.referrals.items()):
            if one[3] == OPEN:
                self.tell(
                    "referral", referral.ReferralSupersededV1(referral_id=other, by=identity), to
                )
                self._set(other, "over")

    def _end(self, identity: UUID) -> None:
        sender, to, kind, _ = self.referrals[identity]
        if kind != TRANSFER and self.draw.random() < 0.4:
            revoked = referral.ReferralRevokedV1(referral_id=identity, reason="consent-withdrawn")
            self.tell("referral", revoked, sender)
            self._set(identity, "over")
        else:
            self.tell("referral", referral.ReferralClosedV1(referral_id=identity), to)
            self._set(identity, ENDED)

    def _go_on(self, identity: UUID) -> None:
        sender, to, kind, _ = self.referrals[identity]
        if kind != TRANSFER and self.draw.random() < 0.3:
            revoked = referral.ReferralRevokedV1(referral_id=identity, reason="consent-withdrawn")
            self.tell("referral", revoked, sender)
            self._set(identity, "over")
        else:
            reopened = referral.ReferralReopenedV1(referral_id=identity)
            self.tell("referral", reopened, to)
            self._set(identity, LIVE)

    def _error(self) -> None:
        self.tell("intake", intake.CaseEnteredInErrorV1(reason="duplicate"), self.custodian)
        for identity, one in self.referrals.items():
            if one[3] != "over":
                fallen = referral.ReferralEnteredInErrorV1(referral_id=identity)
                self.tell("referral", fallen, self.custodian)
        self.tell("referral", referral.CustodyEndedV1(custodian=self.custodian), self.custodian)
        self.over = True


# --- the rule, folded from facts --------------------------------------------------------------


def seen_by_all(facts: Iterable[Event]) -> Seen:  # noqa: C901 - a case for each contract
    """Fold what each institution sees of one case, and until when."""
    custodian: str | None = None
    registered: str | None = None
    referrals: dict[UUID, Sides] = {}
    ends: dict[UUID, datetime] = {}
    accepted: dict[UUID, datetime] = {}
    previewed: set[UUID] = set()
    for event in facts:
        data, at = event.data, event.meta.recorded_at
        match data:
            case intake.CaseRegisteredV1():
                registered = data.institution
            case intake.CasePreviewedV1():
                previewed.add(data.referral_id)
            case referral.CustodyTakenV1():
                custodian = data.custodian
            case referral.ReferralRequestedV1(referral_id=identity):
                referrals[identity] = Sides(data.sender, data.addressee, data.kind, Sight.PREVIEW)
            case referral.ReferralAcceptedV1(referral_id=identity):
                custodian, accepted[identity] = data.custodian, at
                referrals[identity] = Sides(data.sender, data.addressee, data.kind, Sight.CASE)
            case object(status=status, referral_id=UUID() as identity) if status is not None:
                before = referrals[identity]
                sees = after(before.addressee_sees, status)
                if sees is Sight.PAST and before.addressee_sees is Sight.CASE:
                    ends[identity] = at
                referrals[identity] = Sides(before.sender, before.addressee, before.kind, sees)
    shown = {
        identity: sides
        for identity, sides in referrals.items()
        if sides.addressee_sees is not Sight.PREVIEW or identity in previewed
    }
    everything = sights(custodian or registered, shown.values())
    found = {}
    for institution, sees in everything.items():
        moments = [
            accepted[identity] if sides.kind == TRANSFER else ends[identity]
            for identity, sides in shown.items()
            if by_referral(sides).get(institution) is Sight.PAST
        ]
        until = max(moments) if sees is Sight.PAST else None
        found[institution] = (sees, until)
    return {i: one for i, one in found.items() if one[0] is not Sight.NOTHING}


def stored(store: Store, case_id: UUID) -> Seen:
    """What reporting has stored."""
    return {
        str(row[0]): (Sight(str(row[2])), _utc(row[3]))
        for row in store.rows("parties")
        if row[1] == case_id
    }


def _utc(moment: object) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None


def overtaken(events: Sequence[Event], draw: Random) -> list[Event]:
    """Let sources overtake each other; the order within each stays."""
    waiting = {s: [e for e in events if e.service == s] for s in ("intake", "referral")}
    order: list[Event] = []
    while any(waiting.values()):
        source = draw.choice([s for s, rest in waiting.items() if rest])
        order.append(waiting[source].pop(0))
    return order


@pytest.mark.parametrize("seed", range(3))
def test_what_is_stored_for_lists_is_what_the_rule_says(store: Store, seed: int) -> None:
    draw, factory = Random(seed), EventFactory()  # noqa: S311 - lives, not secrets
    lives = [Life(factory, number, draw) for number in range(1, 25)]
    for _ in range(14):
        for life in lives:
            life.step()
    events = sorted((e for life in lives for e in life.events), key=lambda e: e.meta.recorded_at)
    arriving = overtaken(events, draw)
    met: set[Sight] = set()
    arrived: list[Event] = []
    while arriving:
        batch = arriving[: draw.randint(1, 90)]
        del arriving[: len(batch)]
        store.take(batch)
        arrived += batch
        for life in draw.sample(lives, 6) if arriving else lives:
            key = str(UUID(int=life.number))
            wanted = seen_by_all(e for e in arrived if e.key == key)
            met |= {sees for sees, _ in wanted.values()}
            assert stored(store, UUID(int=life.number)) == wanted, life.number
    assert met == {Sight.PREVIEW, Sight.PAST, Sight.CASE}
    assert widest(met) is Sight.CASE
