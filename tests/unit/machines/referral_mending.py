"""The moves of a walk over referrals that answer questions, and mend what was answered."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.referral import decisions, mending
from tests.unit.machines.commands import coded, moments, mostly
from tests.unit.machines.custody_auditor import Auditor
from tests.unit.machines.referral_draws import topics, which, who
from tests.unit.machines.walking import move


class MendingMoves:
    """What a walk over referrals has besides. auditor: who reads its facts."""

    auditor: Auditor

    def about(self, n: int, command: type[Any], **values: Any) -> None:
        """Submit a command about the n-th newest referral."""
        raise NotImplementedError

    def one(self, n: int) -> UUID:
        """The n-th newest referral; one that is not there where there are fewer."""
        raise NotImplementedError

    def offer(self, n: int, at: Any) -> None:
        """Share the case with somebody, if that is possible."""
        raise NotImplementedError

    @move(
        decisions.AnswerInformation,
        often=4,
        by=who("sender"),
        at=moments,
        n=which,
        topics=topics,
        count=st.integers(0, 2),
        astray=st.sampled_from([*[False] * 6, True]),
    )
    def inform(
        self, n: int, topics: tuple[str, ...], count: int, *, astray: bool, **by: Any
    ) -> None:
        """Answer a referral that awaits it; where none does, ask; now and then answer another."""
        if not (self.auditor.open() or astray):
            self.offer(n, by["at"])
        waiting = self.auditor.open()
        if waiting and not self._asked() and not astray:
            ask = {"at": by["at"], "by": "addressee", "topics": topics}
            self.about(self.auditor.number(waiting[0]), decisions.RequestInformation, **ask)
        awaiting = [self.auditor.number(one) for one in self._asked()]
        n = n if astray or not awaiting else awaiting[n % len(awaiting)]
        awaited = tuple(sorted(self.auditor.open_questions.get(self.one(n), ())))
        topics_answered = awaited[:count] + (topics if count != 1 else ())
        self.about(n, decisions.AnswerInformation, **by, topics=topics_answered)

    @move(
        mending.EnterDeclineInError,
        often=3,
        by=who("addressee"),
        at=moments,
        n=which,
        astray=mostly(st.just(value=False), st.just(value=True)),
        reason=coded("error_reasons"),
    )
    def void_the_decline(self, n: int, *, astray: bool, **values: Any) -> None:
        """Void a decline, rather of a former custodian's offer; now and then of another one."""
        requests, custodian = self.auditor.requests, self.auditor.custodian
        declined = [one for one, end in self.auditor.ended.items() if end == "declined"]
        lapsed = [one for one in declined if requests[one].sender != custodian]
        if declined and not astray:
            chosen = lapsed if lapsed and n % 2 else declined
            n = self.auditor.number(chosen[n % len(chosen)])
        self.about(n, mending.EnterDeclineInError, **values)

    @move(
        mending.EnterAnswerInError,
        often=3,
        by=who("sender"),
        at=moments,
        n=which,
        topics=topics,
        astray=mostly(st.just(value=False), st.just(value=True)),
        reason=coded("error_reasons"),
    )
    def void_an_answer(
        self, n: int, topics: tuple[str, ...], *, astray: bool, **values: Any
    ) -> None:
        """Void an answer, if there is one; now and then one that nobody gave."""
        if not (self._answered() or astray):
            self.inform(n, topics, 1, astray=False, by="sender", at=values["at"])
        answered = self._answered()
        if answered and not astray:
            more = topics if n % 2 else ()
            n = self.auditor.number(answered[n % len(answered)])
            topics = (*sorted(self.auditor.answers[self.one(n)])[:1], *more)
        self.about(n, mending.EnterAnswerInError, topics=topics, **values)

    def _asked(self) -> list[UUID]:
        """Those that await an answer."""
        return [one for one in self.auditor.open() if self.auditor.open_questions.get(one)]

    def _answered(self) -> list[UUID]:
        """Those that wait, and got an answer."""
        return [one for one in self.auditor.open() if self.auditor.answers.get(one)]
