"""Lives one case's plan: the commands in turn, as far as the answers let it go."""

import threading
import time
from collections.abc import Callable, Generator, Iterator
from http import HTTPStatus
from typing import NamedTuple

from tests.faults.commands import Command
from tests.faults.http_client import Answer, HttpClient
from tests.faults.plans import Body, CasePlan, HandOver, Poison

_SEEN_SECONDS = 90.0

Poisoner = Callable[[Poison, str], None]
"""Puts a poison message into a topic, under this case."""
Going = Generator[None, None, bool]
"""Steps of a case's way that say in the end whether it goes on."""


class _Step(NamedTuple):
    """What somebody says about a referral."""

    command: str
    by: str
    body: Body


class Life:
    """One case's way, as far as the answers let it go. A step of it ends at each ``yield``."""

    def __init__(self, case_plan: CasePlan, client: HttpClient, poison: Poisoner) -> None:
        self._plan = case_plan
        self._client = client
        self._poison = poison
        self._submitted = 0
        self._case = ""
        self._versions: dict[str, int] = {}

    def live(self) -> Iterator[None]:
        """From the registration to wherever it gets."""
        plan = self._plan
        answer = self._submit(
            "intake", "register-case", "/cases", plan.institution, plan.registration
        )
        if not answer.accepted:
            return
        self._case = str(answer.body["stream"])
        yield
        for body in plan.corrections:
            self._submit(
                "intake", "correct-case", f"/cases/{self._case}/corrections", plan.institution, body
            )
            yield
        holder = plan.institution
        for number, hand_over in enumerate(plan.hand_overs):
            if plan.poison is not None and plan.poison.before == number:
                self._poison(plan.poison, self._case)
            if not (yield from self._seen("referral", f"/cases/{self._case}", holder)):
                return
            accepted = yield from self._hand_over(hand_over, holder)
            if accepted and hand_over.moves_custody:
                holder = hand_over.addressee
        if plan.voided is not None:
            path = f"/cases/{self._case}/entry-in-error"
            self._submit(
                "intake", "enter-case-in-error", path, plan.institution, {"reason": plan.voided}
            )
            yield
            self._submit(
                "intake",
                "correct-case",
                f"/cases/{self._case}/corrections",
                plan.institution,
                _described_again(plan),
            )

    def _hand_over(self, one: HandOver, holder: str) -> Going:
        """Refer, and whatever follows from it; returns whether it was accepted."""
        answer = self._submit(
            "referral", "refer", f"/cases/{self._case}/referrals", holder, one.body
        )
        yield
        if not answer.accepted:
            return False
        referral = str(answer.location).rpartition("/")[2]
        yield from self._before_the_end(one, holder, referral)
        accepted = yield from self._end(one, holder, referral)
        if accepted and one.works:
            yield from self._follow_up(one, referral)
        if accepted and one.revoked is not None and not one.moves_custody:
            self._heard(self._of_referral("revoke", referral, holder, {"reason": one.revoked}))
            yield
        return accepted

    def _before_the_end(self, one: HandOver, holder: str, referral_id: str) -> Iterator[None]:
        if one.acknowledged:
            self._heard(self._of_referral("acknowledge", referral_id, one.addressee))
            yield
        for noise in one.noises:
            self._make_noise(noise, one, holder, referral_id)
            yield
        if one.information:
            topics = {"topics": list(one.information)}
            self._heard(
                self._of_referral("request-information", referral_id, one.addressee, topics)
            )
            yield
            for topic in one.information:  # the first answer leaves the second question open
                about = {"topics": [topic]}
                self._heard(self._of_referral("answer-information", referral_id, holder, about))
                yield

    def _make_noise(self, noise: str, one: HandOver, holder: str, referral_id: str) -> None:
        """Submit what must be refused."""
        reason = {"reason": one.withdrawal}
        match noise:
            case "stranger-acknowledges":
                self._heard(self._of_referral("acknowledge", referral_id, one.stranger))
            case "stranger-accepts":
                self._heard(self._of_referral("accept", referral_id, one.stranger))
            case "sender-accepts":
                self._heard(self._of_referral("accept", referral_id, holder))
            case "stranger-refers":
                body = {**one.body, "to": holder}
                path = f"/cases/{self._case}/referrals"
                self._submit("referral", "refer", path, one.stranger, body)
            case "addressee-withdraws":
                self._heard(self._of_referral("withdraw", referral_id, one.addressee, reason))
            case "nobody-is-asked":
                body = {**one.body, "to": "no-such-institution"}
                path = f"/cases/{self._case}/referrals"
                self._submit("referral", "refer", path, holder, body)
            case "stale-version":
                stale = max(self._versions.get(self._case, 1) - 1, 0)
                self._heard(self._of_referral("accept", referral_id, one.addressee, if_match=stale))
            case _:
                raise ValueError(noise)

    def _end(self, one: HandOver, holder: str, referral_id: str) -> Going:
        """Say how it ends, two at once where two want to; returns whether it was accepted."""
        accept = _Step("accept", one.addressee, {})
        decline = _Step("decline", one.addressee, {"reason": one.reason})
        withdraw = _Step("withdraw", holder, {"reason": one.withdrawal})
        steps = {
            "accept": [accept],
            "decline": [decline],
            "withdraw": [withdraw],
            "accept-against-withdraw": [accept, withdraw],
            "accept-against-accept": [accept, accept],
            "accept-against-decline": [accept, decline],
            "none": [],
        }[one.ending]
        answers = self._at_once(
            [self._of_referral(s.command, referral_id, s.by, s.body) for s in steps]
        )
        yield
        accepted = any(
            a.accepted for a, w in zip(answers, steps, strict=True) if w.command == "accept"
        )
        if steps:
            for after in one.afters:
                self._after_the_end(after, one, holder, referral_id)
                yield
        return accepted

    def _after_the_end(self, after: str, one: HandOver, holder: str, referral_id: str) -> None:
        match after:
            case "accept-again":
                self._heard(self._of_referral("accept", referral_id, one.addressee))
            case "withdraw-after-the-end":
                self._heard(
                    self._of_referral("withdraw", referral_id, holder, {"reason": one.withdrawal})
                )
            case "acknowledge-after-the-end":
                self._heard(self._of_referral("acknowledge", referral_id, one.addressee))
            case _:
                raise ValueError(after)

    def _follow_up(self, one: HandOver, referral_id: str) -> Iterator[None]:
        path = f"/follow-ups/{referral_id}"
        if not (yield from self._seen("followup", path, one.addressee)):
            return
        for work in one.works:
            self._submit(
                "followup",
                work.command,
                f"{path}/{work.command}",
                one.addressee,
                work.body,
                referral_id,
            )
            yield

    # --- submitting -------------------------------------------------------------------------

    def _of_referral(
        self,
        command: str,
        referral_id: str,
        institution: str,
        body: Body | None = None,
        if_match: int | None = None,
    ) -> Command:
        path = f"/cases/{self._case}/referrals/{referral_id}/{PATHS[command]}"
        return self._command(
            "referral", command, path, institution, body or {}, referral_id, if_match
        )

    def _submit(  # noqa: PLR0913, PLR0917 - what a command is made of
        self,
        service: str,
        command: str,
        path: str,
        institution: str,
        body: Body,
        referral_id: str | None = None,
    ) -> Answer:
        return self._heard(self._command(service, command, path, institution, body, referral_id))

    def _heard(self, command: Command) -> Answer:
        answer = self._client.submit(command)
        if answer.accepted:
            self._versions[str(answer.body["stream"])] = int(answer.body["version"])
        return answer

    def _command(  # noqa: PLR0913, PLR0917 - what a command is made of
        self,
        service: str,
        command: str,
        path: str,
        institution: str,
        body: Body,
        referral_id: str | None = None,
        if_match: int | None = None,
    ) -> Command:
        fate = self._plan.fates[self._submitted % len(self._plan.fates)]
        self._submitted += 1
        seen = self._versions.get(
            referral_id if service == "followup" and referral_id else self._case
        )
        if if_match is None and service == "followup" and fate > 1 - self._plan.seen:
            if_match = seen
        return Command(
            f"{self._plan.name}s{self._submitted}",
            service,
            command,
            path,
            institution,
            body,
            self._case or None,
            referral_id,
            if_match,
            again=fate < self._plan.repeats,
        )

    def _at_once(self, commands: list[Command]) -> list[Answer]:
        """All of them at the same moment, each from a thread of its own."""
        if len(commands) < 2:
            return [self._heard(command) for command in commands]
        answers: dict[str, Answer] = {}

        def submit(command: Command) -> None:
            answers[command.name] = self._client.submit(command)

        threads = [threading.Thread(target=submit, args=(one,), daemon=True) for one in commands]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [answers[command.name] for command in commands]

    def _seen(self, service: str, path: str, institution: str) -> Going:
        """Wait until a service knows of it; returns False where it does not come."""
        until = time.monotonic() + _SEEN_SECONDS
        while self._client.look(service, path, institution) != HTTPStatus.OK:
            if time.monotonic() > until:
                return False
            yield
        return True


def _described_again(case_plan: CasePlan) -> Body:
    return {name: word for name, word in case_plan.registration.items() if name != "programme"}


PATHS = {
    "acknowledge": "acknowledgement",
    "request-information": "information-requests",
    "answer-information": "information-answers",
    "accept": "acceptance",
    "decline": "decline",
    "withdraw": "withdrawal",
    "revoke": "revocation",
}
"""The last part of the address to which each command about a referral goes."""
