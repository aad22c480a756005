"""Lives a case's plan with all that may happen besides (``later_plans``)."""

from collections.abc import Generator, Iterator

from typing_extensions import override

from tests.faults.case_plans import Life
from tests.faults.http_client import Answer
from tests.faults.plans import FAR_AWAY, HandOver
from tests.faults.stewarding import COORDINATOR

OPEN = ("requested", "delivered")
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
        """It waits for room before it is decided, sometimes."""
        yield from super()._before_the_end(one, holder, referral_id)
        if one.later.waits:
            self._heard(self._of_referral("waitlist", referral_id, one.addressee, _ROOM))
            yield

    @override
    def _end(self, one: HandOver, holder: str, referral_id: str) -> set[str]:
        """Say how it ends, and what follows from that; returns what was taken of it."""
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
