"""Lives one case's plan: the commands in turn, as far as the answers let it go."""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from tests.faults.commands import Command
from tests.faults.http_client import Answer, HttpClient
from tests.faults.plans import (
    AT_ONCE,
    LATE_PATHS,
    LONG_AGO,
    PATHS,
    Body,
    CasePlan,
    HandOver,
    Poison,
)

_SEEN_SECONDS = 90.0
_NOBODY = "no-such-institution"

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
        holder = yield from self._go_round()
        if holder is None:
            return
        if plan.closed is not None:
            yield from self._close(plan.closed, holder)
        if plan.voided is not None:
            yield from self._void(plan.voided, holder)

    def _go_round(self) -> Generator[None, None, str | None]:
        """Hand the case over, time after time; returns who has it then, None if it is not seen."""
        plan, holder = self._plan, self._plan.institution
        for number, hand_over in enumerate(plan.hand_overs):
            if plan.poison is not None and plan.poison.before == number:
                self._poison(plan.poison, self._case)
            if not (yield from self._seen("referral", f"/cases/{self._case}", holder)):
                return None
            accepted = yield from self._hand_over(hand_over, holder)
            if accepted and hand_over.moves_custody:
                holder = hand_over.addressee
        return holder

    def _void(self, reason: str, holder: str) -> Iterator[None]:
        """Void the case, and try to correct it after."""
        plan = self._plan
        path = f"/cases/{self._case}/entry-in-error"
        self._submit("intake", "enter-case-in-error", path, holder, {"reason": reason})
        yield
        path = f"/cases/{self._case}/corrections"
        self._submit("intake", "correct-case", path, holder, plan.described_again)

    def _handed_over(self, one: HandOver, former: str) -> Iterator[None]:
        """Who handed the case over changes it all the same, or proposes to; the other decides.

        The first of these come before intake has heard of it, most of the time.
        """
        case = f"/cases/{self._case}"
        reason = {"reason": "duplicate"}
        for late in one.lates:
            if late not in AT_ONCE:
                yield from self._shows(case, one.addressee)
            body = reason if "void" in late else one.late_body
            self._submit("intake", late, f"{case}/{LATE_PATHS[late]}", former, body)
            yield
        if one.decision != "none" and (yield from self._shows(case, one.addressee)):
            for proposal in self._proposals(case, one.addressee):
                path = f"{case}/proposals/{proposal['proposal_id']}"
                if one.decision == "adopt":
                    self._submit("intake", "adopt", f"{path}/adoption", one.addressee, {})
                else:
                    body = {"reason": "other"}
                    self._submit("intake", "reject", f"{path}/rejection", one.addressee, body)
                yield

    def _proposals(self, case: str, custodian: str) -> Sequence[Mapping[str, Any]]:
        """What waits for the custodian, as intake shows it."""
        shown = self._client.shown("intake", case, custodian) or {}
        waiting: Sequence[Mapping[str, Any]] = shown.get("proposals", ())
        return waiting

    def _shows(self, case: str, custodian: str) -> Going:
        """Wait until intake shows who has custody; returns False where it does not come."""
        until = time.monotonic() + _SEEN_SECONDS
        while (self._client.shown("intake", case, custodian) or {}).get("custodian") != custodian:
            if time.monotonic() > until:
                return False
            yield
        return True

    def _hand_over(self, one: HandOver, holder: str) -> Going:
        """Refer, and whatever follows from it; returns whether it was accepted."""
        answer = yield from self._refer(one, holder)
        if not answer.accepted:
            return False
        referral = str(answer.location).rpartition("/")[2]
        beside = yield from self._offer_beside(one, holder)
        yield from self._before_the_end(one, holder, referral)
        ended = self._end(one, holder, referral)
        accepted = "accept" in ended
        if accepted and one.moves_custody:
            yield from self._handed_over(one, holder)
        yield
        if accepted and beside:
            yield from self._take_up_what_fell(one, beside)
        for after in one.afters if one.ending != "none" else ():
            self._after_the_end(after, one, holder, referral)
            yield
        for mend in one.mends if "decline" in ended else ():
            why = {"correct-decline": "other", "void-decline": "did-not-happen"}[mend]
            self._heard(self._of_referral(mend, referral, one.addressee, {"reason": why}))
            yield
        if accepted and one.works:
            yield from self._follow_up(one, holder, referral)
        return accepted

    def _refer(self, one: HandOver, holder: str) -> Generator[None, None, Answer]:
        path = f"/cases/{self._case}/referrals"
        answer = self._submit("referral", "refer", path, holder, one.worded)
        yield
        return answer

    def _offer_beside(self, one: HandOver, holder: str) -> Generator[None, None, str]:
        """Offer a share to another institution beside a transfer; returns its id, "" for none."""
        if one.besides is None or not one.moves_custody:
            return ""
        body = {**one.body, "to": one.besides, "kind": "share"}
        path = f"/cases/{self._case}/referrals"
        answer = self._submit("referral", "refer", path, holder, body)
        yield
        return str(answer.location).rpartition("/")[2] if answer.accepted else ""

    def _take_up_what_fell(self, one: HandOver, beside: str) -> Iterator[None]:
        """Its addressee comes too late; the new custodian makes it again, and it is accepted."""
        besides = str(one.besides)
        self._heard(self._of_referral("accept", beside, besides))
        yield
        body = {**one.body, "to": besides, "kind": "share", "replaces": beside}
        path = f"/cases/{self._case}/referrals"
        for _ in range(2):  # the second one must be refused
            answer = self._submit("referral", "refer", path, one.addressee, body)
            yield
            if answer.accepted:
                again = str(answer.location).rpartition("/")[2]
                self._heard(self._of_referral("accept", again, besides))
                yield

    def _close(self, body: Body, holder: str) -> Iterator[None]:
        """The custodian closes the case; before and after, others try what is not theirs."""
        path = f"/cases/{self._case}/closure"
        if holder != self._plan.institution:
            self._submit("referral", "close-case", path, self._plan.institution, body)
            yield
        answer = self._submit("referral", "close-case", path, holder, body)
        yield
        if answer.accepted:
            self._submit("referral", "close-case", path, holder, body)
            yield
        if self._plan.reopened:
            reason = {"reason": "new-facts"}
            path = f"/cases/{self._case}/reopening"
            self._submit("referral", "reopen-case", path, holder, reason)
            yield

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
            for command, about in one.answers:
                self._heard(self._of_referral(command, referral_id, holder, about))
                yield

    def _make_noise(self, noise: str, one: HandOver, holder: str, referral_id: str) -> None:
        """Submit what must be refused."""
        refers = {"stranger-refers": (one.stranger, holder), "nobody-is-asked": (holder, _NOBODY)}
        says = {
            "stranger-acknowledges": _Step("acknowledge", one.stranger, {}),
            "stranger-accepts": _Step("accept", one.stranger, {}),
            "sender-accepts": _Step("accept", holder, {}),
            "addressee-withdraws": _Step("withdraw", one.addressee, {"reason": one.withdrawal}),
            "backdated": _Step("accept", one.addressee, {"happened_at": LONG_AGO}),
        }
        if noise in refers:
            by, to = refers[noise]
            path = f"/cases/{self._case}/referrals"
            self._submit("referral", "refer", path, by, {**one.body, "to": to})
        elif noise == "stale-version":
            stale = max(self._versions.get(self._case, 1) - 1, 0)
            self._heard(self._of_referral("accept", referral_id, one.addressee, if_match=stale))
        elif noise in says:
            step = says[noise]
            self._heard(self._of_referral(step.command, referral_id, step.by, step.body))
        else:
            self._end_too_early(noise, one, holder, referral_id)

    def _end_too_early(self, noise: str, one: HandOver, holder: str, referral_id: str) -> None:
        """Submit an end that must be refused while a referral waits for its answer."""
        match noise:
            case "stranger-closes" | "custodian-closes-too-early":
                path = f"/cases/{self._case}/closure"
                by = one.stranger if noise == "stranger-closes" else holder
                self._submit("referral", "close-case", path, by, {"outcome": "agreement"})
            case "revoked-before-its-acceptance":
                why = {"reason": "consent-withdrawn"}
                self._heard(self._of_referral("revoke", referral_id, holder, why))
            case _:
                raise ValueError(noise)

    def _end(self, one: HandOver, holder: str, referral_id: str) -> set[str]:
        """Say how it ends, two at once where two want to; returns what was taken of it."""
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
        return {w.command for a, w in zip(answers, steps, strict=True) if a.accepted}

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

    def _follow_up(self, one: HandOver, holder: str, referral_id: str) -> Iterator[None]:
        path = f"/follow-ups/{referral_id}"
        if not (yield from self._seen("followup", path, one.addressee)):
            return
        for number, work in enumerate(one.works):
            if one.revoked is not None and number == len(one.works) // 2:
                why = {"reason": one.revoked}  # refused for a transfer, which moved custody
                self._heard(self._of_referral("revoke", referral_id, holder, why))
                yield
            address = f"{path}/{work.command}"
            by = holder if work.by_sender else one.addressee
            command = ("followup", work.command, address, by, work.body, referral_id)
            answer = self._submit(*command)
            yield
            if work.mend and answer.accepted:
                how, body = work.mend
                address = f"{address}/{answer.body['version']}/{how}"
                for _ in range(2):  # the second time what it replaces counts no more
                    self._submit("followup", how, address, one.addressee, body, referral_id)
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
