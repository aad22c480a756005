"""The moves of a walk over referrals that are drafted, offered again, and asked for by others."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.referral import decisions, drafting, reoffering, transfer_requests
from services.referral.custody_leaning import ADDRESSED
from services.referral.reoffering import recipient
from shared.kernel.decider import Command, Known
from tests.unit.machines.commands import INSTITUTIONS, coded, moments, mostly
from tests.unit.machines.custody_auditor import Auditor
from tests.unit.machines.referral_draws import ACTORS, ENTRIES
from tests.unit.machines.walking import move

_ENTRY = mostly(st.just("active"), st.sampled_from(["suspended", "unreachable", "not listed"]))
_WHO = mostly(st.just("custodian"), st.sampled_from(INSTITUTIONS))
_DRAFTS, _OFFERS, _REQUESTS = 10_000, 20_000, 30_000


class AskingMoves:
    """What a walk over referrals has besides. auditor: who reads its facts."""

    auditor: Auditor
    known: Any
    log: list[Any]
    last: str

    def submit(self, command: Command) -> None:
        """Have it decided."""
        raise NotImplementedError

    @move(
        drafting.DraftReferral,
        often=3,
        by=_WHO,
        at=moments,
        to=st.sampled_from(INSTITUTIONS),
        kind=coded("referral_kinds"),
        origin=mostly(st.sampled_from(["custodian", "self"]), st.just("transfer-request")),
        entry=_ENTRY,
        then=st.sampled_from(["keep", "send", "send", "discard"]),
        others=st.booleans(),
    )
    def word(  # noqa: PLR0913 - a draft, and what becomes of it
        self,
        by: str,
        at: datetime,
        to: str,
        kind: str,
        *,
        origin: str,
        entry: str,
        then: str,
        others: bool,
    ) -> None:
        """Draft a referral; mostly send it or discard it."""
        actor, which = self._who(by), UUID(int=_DRAFTS + len(self.log))
        to = self._another(to, actor.institution)
        self._there("active")
        asked: dict[str, Any] = {"to": to, "kind": kind, "origin": origin, "referral_id": which}
        asked |= {"services": ("shelter",), "alternatives": INSTITUTIONS if others else ()}
        self.submit(drafting.DraftReferral(by=actor, at=at, **asked))
        self._there(entry)
        if then == "send":
            self.submit(drafting.SendReferral(by=actor, at=at, referral_id=which))
        if then == "discard":
            reason: dict[str, Any] = {"referral_id": which, "reason": "not-needed"}
            self.submit(drafting.DiscardDraft(by=actor, at=at, **reason))

    @move(
        reoffering.ReofferReferral,
        often=4,
        by=_WHO,
        at=moments,
        lasts=st.sampled_from([None, None, None, None, -1, 10]),
        later=st.sampled_from([0, 0, 30]),
        few=st.booleans(),
        entry=_ENTRY,
        named=st.sampled_from([None, *INSTITUTIONS]),
        reason=st.sampled_from(["no-capacity", "person-declines"]),
    )
    def offer_again(  # noqa: PLR0913 - what was offered, and to whom it goes then
        self,
        by: str,
        at: datetime,
        *,
        lasts: int | None,
        later: int,
        few: bool,
        entry: str,
        named: str | None,
        reason: str,
    ) -> None:
        """Have one declined that others may be asked about too; then offer it again."""
        if self.auditor.custodian is None:
            return
        actor, which = ACTORS[self.auditor.custodian], UUID(int=_OFFERS + len(self.log))
        asked_now = {self.auditor.requests[each].addressee for each in self.auditor.open()}
        others = [each for each in INSTITUTIONS if each != actor.institution]
        others.sort(key=asked_now.__contains__)
        self._there("active")
        asked: dict[str, Any] = {"to": others[0], "kind": "share", "services": ("shelter",)}
        also = INSTITUTIONS if named == actor.institution else tuple(others[1 : 2 if few else 4])
        until = None if lasts is None else (at + timedelta(days=lasts)).date()
        asked |= {"alternatives": also, "consent_until": until}
        self.submit(decisions.ReferCase(by=actor, at=at, referral_id=which, **asked))
        self._there(entry)
        self.submit(
            decisions.DeclineReferral(by=ACTORS[others[0]], at=at, referral_id=which, reason=reason)
        )
        self._there(entry if named is None else "active")
        again: dict[str, Any] = {
            "referral_id": UUID(int=which.int + 1),
            "replaces": which,
            "to": named,
        }
        moment = at + timedelta(days=later)
        self.submit(reoffering.ReofferReferral(by=self._who(by), at=moment, **again))

    @move(
        transfer_requests.RequestTransfer,
        often=4,
        by=st.sampled_from(["sees", "sees", "sees", *INSTITUTIONS]),
        answered=_WHO,
        at=moments,
        reason=coded("transfer_request_reasons"),
        then=st.sampled_from(["keep", "twice", "grant", "grant", "refuse"]),
    )
    def ask(self, by: str, at: datetime, *, answered: str, reason: str, then: str) -> None:
        """Ask for custody, as one that sees the case or not; then have it answered."""
        actor, which = self._who(self._sharing(at) if by == "sees" else by), self._new_request()
        said: dict[str, Any] = {"services": ("shelter",), "reason": reason}
        ask = transfer_requests.RequestTransfer(by=actor, at=at, request_id=which, **said)
        self.submit(ask)
        if then == "twice":
            self.submit(ask)
        self._there("active")
        answer: dict[str, Any] = {"by": self._who(answered), "at": at, "request_id": which}
        if then == "grant":
            granted = UUID(int=which.int + _REQUESTS)
            self.submit(transfer_requests.GrantTransfer(**answer, referral_id=granted))
        if then == "refuse":
            self.submit(transfer_requests.RefuseTransfer(**answer, reason="other"))

    def _new_request(self) -> UUID:
        return UUID(int=_REQUESTS + len(self.log))

    def _sharing(self, at: datetime) -> str:
        """An institution with which the case is shared, after sharing it if that is possible."""
        if self.auditor.custodian is not None:
            shares, which = ACTORS[self.auditor.custodian], UUID(int=_OFFERS + len(self.log))
            to = self._another(shares.institution, shares.institution)
            self._there("active")
            said: dict[str, Any] = {"to": to, "kind": "share", "services": ("shelter",)}
            self.submit(decisions.ReferCase(by=shares, at=at, referral_id=which, **said))
            self.submit(decisions.AcceptReferral(by=ACTORS[to], at=at, referral_id=which))
        requests = self.auditor.requests
        shared = [
            requests[each].addressee
            for each, end in self.auditor.ended.items()
            if end == "accepted" and requests[each].kind == "share"
        ]
        return shared[-1] if shared else self.last

    def _there(self, entry: str) -> None:
        """So the directory has whoever is asked."""
        self.auditor.listed, self.auditor.to = 1, entry
        self.auditor.agreed, self.auditor.need, self.auditor.confirming = None, False, None
        found = Known(1, ENTRIES[entry])
        self.known = {ADDRESSED: found, **{recipient(each): found for each in INSTITUTIONS}}

    def _who(self, by: str) -> Any:
        return ACTORS[self.last if by == "custodian" else by]

    def _another(self, to: str, than: str) -> str:
        return INSTITUTIONS[INSTITUTIONS.index(to) - 1] if to == than else to
