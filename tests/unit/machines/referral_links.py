"""The moves of a walk over referrals about links: given, withdrawn, opened, answered by."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.referral import answering, custody_leaning, decisions, link_commands
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.links import digest_of
from shared.kernel.roles import LINK
from tests.unit.machines.commands import INSTITUTIONS, coded, moments, mostly
from tests.unit.machines.custody_auditor import Auditor
from tests.unit.machines.link_auditor import MOST
from tests.unit.machines.referral_draws import ENTRIES, astray, topics, which, who
from tests.unit.machines.walking import move

_LASTS = st.sampled_from([timedelta(days=days) for days in (1, 14, 14, 14, 15, 0)])
_SECRETS = ("right", "wrong")


class LinkMoves:
    """What a walk over referrals has besides. auditor: who reads its facts."""

    auditor: Auditor
    known: Mapping[str, Known]
    log: list[Any]

    def about(self, n: int, command: type[Any], **values: Any) -> None:
        """Submit a command about the n-th newest referral."""
        raise NotImplementedError

    def one(self, n: int) -> UUID:
        """The n-th newest referral; one that is not there where there are fewer."""
        raise NotImplementedError

    def refer(self, by: str, *, again: bool, version: int, entry: str, **values: Any) -> None:
        """Refer the case."""
        raise NotImplementedError

    def submit(self, command: Command) -> None:
        """Have it decided."""
        raise NotImplementedError

    @move(
        often=3,
        by=who("custodian"),
        at=moments,
        to=st.sampled_from(INSTITUTIONS),
        entry=st.sampled_from(["unreachable"] * 6 + ["expired", "active"]),
        kind=st.sampled_from(["share"] * 8 + ["transfer"]),
    )
    def refer_by_link(self, by: str, entry: str, **values: Any) -> None:
        """Refer the case to an institution without an account."""
        what: dict[str, Any] = {"services": ("shelter",), "priority": "normal", "by_link": True}
        self.refer(by, again=False, version=1, entry=entry, **values, **what)

    @move(
        link_commands.IssueLink,
        often=4,
        by=who("sender"),
        at=moments,
        n=which,
        entry=st.sampled_from(["unreachable"] * 6 + ["active"]),
        lasts=_LASTS,
        astray=astray,
        then=st.sampled_from(["keep", "open", "open", "withdraw"]),
    )
    def give(
        self, n: int, *, entry: str, lasts: timedelta, astray: bool, then: str, **given: Any
    ) -> None:
        """Have a link given, mostly for one that waits for its answer; mostly it is opened."""
        if not (self.auditor.open("share") or astray):
            share: dict[str, Any] = {"to": INSTITUTIONS[n], "kind": "share", "at": given["at"]}
            self.refer_by_link("custodian", "unreachable", **share)
        self.known = {
            custody_leaning.ADDRESSED: Known(1, ENTRIES[entry]),
            link_commands.FILED: Known(0, None),
        }
        values: dict[str, Any] = {
            "link_id": UUID(int=len(self.log) + 5_000),
            "digest": digest_of("right"),
            "expires_at": given["at"] + lasts,
        }
        self.about(self._waiting(n, astray=astray), link_commands.IssueLink, **given, **values)
        if then == "open":
            self.open_link(given["at"], 0, secret=_SECRETS[0], role=LINK, astray=False)
        if then == "withdraw":
            self.take_back(0, by="sender", at=given["at"], astray=False)

    @move(link_commands.WithdrawLink, often=2, by=who("sender"), at=moments, n=which, astray=astray)
    def take_back(self, n: int, *, astray: bool, **values: Any) -> None:
        """Have a link withdrawn, mostly of one that has one."""
        self.about(self._linked(n, astray=astray), link_commands.WithdrawLink, **values)

    @move(
        link_commands.OpenLink,
        often=3,
        at=moments,
        n=which,
        secret=mostly(st.just("right"), st.just("wrong")),
        role=mostly(st.just(LINK), st.just("caseworker")),
        astray=astray,
    )
    def open_link(self, at: datetime, n: int, *, secret: str, role: str, astray: bool) -> None:
        """Open a link, mostly with its secret."""
        referral_id = self.one(self._linked(n, astray=astray))
        given, request = self.auditor.links.given.get(referral_id), self._request(referral_id)
        link_id = given.link_id if given else UUID(int=4)
        self.submit(
            link_commands.OpenLink(
                by=Actor(request, role, f"link-{link_id.hex}"),
                at=at,
                referral_id=referral_id,
                link_id=link_id,
                digest=digest_of(secret),
                session=digest_of("session"),
            )
        )

    @move(
        often=5,
        at=moments,
        n=which,
        late=mostly(st.just(timedelta()), st.just(timedelta(days=20))),
        command=st.sampled_from(["accept", "decline", "ask", "wait", "withdraw"]),
        reason=coded("decline_reasons"),
        topics=topics,
        astray=astray,
    )
    def answer_by_link(
        self, at: datetime, n: int, *, late: timedelta, command: str, astray: bool, **said: Any
    ) -> None:
        """Answer by a link, mostly by one that was opened."""
        links = self.auditor.links
        if not (links.opened & links.given.keys() or astray):
            given_now: dict[str, Any] = {"by": "sender", "at": at, "lasts": MOST}
            self.give(n, entry="unreachable", astray=False, then="open", **given_now)
        self.known, self.auditor.confirming = {}, None
        opened = [one for one in links.opened if one in links.given and not astray]
        referral_id = opened[n % len(opened)] if opened else self.one(n)
        given = links.given.get(referral_id)
        subject = f"link-{given.link_id.hex}" if given else "link-0"
        by = Actor(self._request(referral_id), LINK, subject)
        values: dict[str, Any] = {"by": by, "at": at + late, "referral_id": referral_id}
        answers: dict[str, tuple[type[Any], dict[str, Any]]] = {
            "accept": (decisions.AcceptReferral, {}),
            "decline": (decisions.DeclineReferral, {"reason": said["reason"]}),
            "ask": (decisions.RequestInformation, {"topics": said["topics"]}),
            "wait": (answering.WaitlistReferral, {"reason": "no-capacity"}),
            "withdraw": (decisions.WithdrawReferral, {"reason": "need-resolved"}),
        }
        kind, more = answers[command]
        made = kind(**values, **more)
        served = links.may(made, referral_id, made.at) and command != "withdraw"
        before = len(self.log)
        self.submit(made)
        assert served or len(self.log) == before, "answered by a link that does not serve"

    def _request(self, referral_id: UUID) -> str:
        request = self.auditor.requests.get(referral_id)
        return request.addressee if request else INSTITUTIONS[0]

    def _waiting(self, n: int, *, astray: bool) -> int:
        """The number of one that waits for its answer, rather a share, if any does."""
        waiting = self.auditor.open("share") or self.auditor.open()
        if astray or not waiting:
            return n
        return self.auditor.number(waiting[-1 - n % len(waiting)])

    def _linked(self, n: int, *, astray: bool) -> int:
        """The number of one that has a link, if any does."""
        linked = [one for one in self.auditor.links.given if one not in self.auditor.ended]
        if astray or not linked:
            return n
        return self.auditor.number(linked[-1 - n % len(linked)])
