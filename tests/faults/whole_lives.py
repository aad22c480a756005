"""Lives a case's plan with all that may happen besides (``later_plans``)."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from typing_extensions import override

from shared.kernel.clock import now
from tests.faults.actors import WITHOUT_ACCOUNT
from tests.faults.case_plans import Life
from tests.faults.http_client import Answer
from tests.faults.later_plans import BY_LINK
from tests.faults.plans import FAR_AWAY, HandOver
from tests.faults.stewarding import COORDINATOR

OPEN = ("requested", "delivered")
_A_WEEK = timedelta(days=7)
_ROOM, _OTHER = {"reason": "no-capacity"}, {"reason": "other"}
_RATING = {"timeliness": "good", "effort": "fair"}
_LOOP = {"reason": "other", "person_told": "told"}


class WholeLife(Life):
    """The way of one case."""

    @override
    def _refer(self, one: HandOver, holder: str) -> Generator[None, None, Answer]:
        """Refer at once, or by a draft, which is sent or discarded."""
        if not one.later.drafted:
            return (yield from super()._refer(one, holder))
        path = f"/cases/{self._case}/drafts"
        drafted = self._submit("referral", "draft", path, holder, one.worded)
        yield
        if not drafted.accepted:
            return drafted
        referral = str(drafted.location).rpartition("/")[2]
        command, sends = one.later.drafted, one.later.drafted == "send-draft"
        body = {} if sends else {"reason": "not-needed"}
        answer = self._heard(self._of_referral(command, referral, holder, body))
        yield
        return Answer(answer.status if sends else None, answer.body, drafted.location)

    @override
    def _before_the_end(self, one: HandOver, holder: str, referral_id: str) -> Iterator[None]:
        """It waits for room before it is decided, sometimes; or somebody is asked by a link."""
        yield from super()._before_the_end(one, holder, referral_id)
        if one.later.by_link:
            yield from self._ask_by_link(one, holder)
        if one.later.waits:
            self._heard(self._of_referral("waitlist", referral_id, one.addressee, _ROOM))
            yield

    def _ask_by_link(self, one: HandOver, holder: str) -> Iterator[None]:
        """Offer a share to who has no account, and answers by a link.

        That is opened by two at the same moment, of whom one is let in.
        """
        body = {**one.body, "to": WITHOUT_ACCOUNT, "kind": "share", "by_link": True}
        asked = self._submit("referral", "refer", f"/cases/{self._case}/referrals", holder, body)
        yield
        if not asked.accepted:
            return
        referral = str(asked.location).rpartition("/")[2]
        until = {"expires_at": (now() + _A_WEEK).isoformat()}
        command = self._of_referral("issue-link", referral, holder, until)
        issued = self._client.submit(replace(command, again=False))  # its secret is shown once
        yield
        if not issued.accepted:
            return
        link, secret = str(issued.body["link_id"]), str(issued.body["secret"])
        if one.later.by_link == "withdrawn":
            self._heard(self._of_referral("withdraw-link", referral, holder, {}))
        with ThreadPoolExecutor(2) as two:
            opened = list(two.map(self._client.open_link, [link] * 2, [secret] * 2))
        yield
        if any(opened):
            self._answer_by_link(one.later.by_link, link, referral)
            yield

    def _answer_by_link(self, name: str, link: str, referral_id: str) -> None:
        path, by = f"/links/{link}/{name}", WITHOUT_ACCOUNT
        command = ("referral", f"{name}-by-link", path, by, BY_LINK[name], referral_id)
        self._heard(replace(self._command(*command), link=link))

    @override
    def _end(self, one: HandOver, holder: str, referral_id: str) -> set[str]:
        """Say how it ends, and what follows from that; returns what was taken of it."""
        if one.later.rerouted and one.ending == "decline":
            ended = self._reroute(one, referral_id)
        else:
            ended = super()._end(one, holder, referral_id)
        if "decline" in ended and one.later.decline:
            said = {} if one.later.decline == "confirm-decline" else _OTHER
            self._heard(self._of_referral(one.later.decline, referral_id, COORDINATOR, said))
        if one.later.rates and ended:
            self._rate(one, holder, referral_id)
        if one.later.reoffered and ended and "accept" not in ended:
            self._offer_again(one, holder, referral_id)
        if one.later.asks and "accept" in ended:
            self._ask_for_it(one, holder)
        return ended

    def _reroute(self, one: HandOver, referral_id: str) -> set[str]:
        """The addressee suggests another institution; a stranger tries to before it, in vain."""
        said = {"to": one.stranger, "reason": "better-placed"}
        by = (one.stranger, one.addressee)
        answers = [self._heard(self._of_referral("reroute", referral_id, b, said)) for b in by]
        return {"reroute"} if any(each.accepted for each in answers) else set()

    def _rate(self, one: HandOver, holder: str, referral_id: str) -> None:
        """Both sides rate each other, one of them twice, which is refused; the loop is closed.

        A link is for an addressee without an account: there is none.
        """
        for by in (holder, one.addressee, holder):
            self._heard(self._of_referral("rate", referral_id, by, _RATING))
        for command, body in (("issue-link", {"expires_at": FAR_AWAY}), ("withdraw-link", {})):
            self._heard(self._of_referral(command, referral_id, holder, body))
        self._heard(self._of_referral("close-loop", referral_id, holder, _LOOP))

    def _offer_again(self, one: HandOver, holder: str, referral_id: str) -> None:
        """To whomever of the consent is left; then to a stranger to it, which is refused.

        What is offered again, here or by itself, is withdrawn.
        """
        path = f"/cases/{self._case}/referrals/{referral_id}/reoffer"
        for body in ({}, {"to": one.stranger}):
            self._submit("referral", "reoffer", path, holder, body)
        shown = self._client.shown("referral", f"/cases/{self._case}", holder) or {}
        for each in shown.get("referrals", ()):
            if each.get("replaces") is not None and each["status"] in OPEN:
                why = {"reason": one.withdrawal}
                self._heard(self._of_referral("withdraw", each["referral_id"], holder, why))

    def _ask_for_it(self, one: HandOver, holder: str) -> None:
        """Whoever shares the case asks for custody of it, and a stranger does in vain."""
        path = f"/cases/{self._case}/transfer-requests"
        asking = {"services": one.body["services"], "reason": "mandate"}
        for by in (one.stranger, one.addressee):
            self._submit("referral", "ask-for-transfer", path, by, asking)
        shown = self._client.shown("referral", f"/cases/{self._case}", holder) or {}
        for each in shown.get("transfer_requests", ()):
            address = f"{path}/{each['request_id']}/{one.later.asks}"
            said = _OTHER if one.later.asks == "refusal" else {}
            answer = self._submit("referral", f"{one.later.asks}-transfer", address, holder, said)
            if answer.accepted and answer.location:
                again = str(answer.location).rpartition("/")[2]
                why = {"reason": one.withdrawal}
                self._heard(self._of_referral("withdraw", again, holder, why))
