"""The moves of a walk over referrals that answer questions, and mend what was answered."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.referral import decisions, mending
from tests.unit.machines.commands import coded, moments, mostly
from tests.unit.machines.custody_auditor import Auditor
from tests.unit.machines.referral_draws import astray, topics, which, who
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

    @move(
        decisions.AnswerInformation,
        often=4,
        by=who("sender"),
        at=moments,
        n=which,
        topics=topics,
        count=st.integers(0, 2),
        astray=astray,
    )
    def inform(
        self, n: int, topics: tuple[str, ...], count: int, *, astray: bool, **by: Any
    ) -> None:
        """Answer a referral that awaits it; where none does, ask; now and then answer another."""
        waiting = self.auditor.open()
        asked = [one for one in waiting if self.auditor.open_questions.get(one)]
        if waiting and not asked and not astray:
            ask = {"at": by["at"], "by": "addressee", "topics": topics}
            self.about(
                len(self.auditor.requests) - waiting[0].int, decisions.RequestInformation, **ask
            )
            return
        awaiting = [len(self.auditor.requests) - one.int for one in asked]
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
            n = len(requests) - chosen[n % len(chosen)].int
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
        answered = [one for one in self.auditor.open() if self.auditor.answers.get(one)]
        if answered and not astray:
            n = len(self.auditor.requests) - answered[n % len(answered)].int
            topics = tuple(sorted(self.auditor.answers[self.one(n)]))[:1]
        self.about(n, mending.EnterAnswerInError, topics=topics, **values)
