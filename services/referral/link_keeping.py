"""Links at work: they are issued, opened and answered by, over this process's service."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.referral import custody, custody_states, directory
from services.referral.answering import WaitlistReferral
from services.referral.decisions import (
    ADDRESSEE,
    AcceptReferral,
    CaseContext,
    DeclineReferral,
    RequestInformation,
)
from services.referral.institution import Listed
from services.referral.life import LIFE
from services.referral.link import FILES, Filed, Issued, Link, Opened, stream_of, subject_of
from services.referral.link_commands import OpenLink, in_force
from services.referral.referral import InformationAwaited, Referral, what_follows
from shared.eventstore.writer import Receipt
from shared.identity.by_link import ACCEPT, ASK, DECLINE, WAIT, SeenByLink, Sides
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Command
from shared.kernel.ids import derived_id, new_id
from shared.kernel.links import LinkNotInForce, digest_of, new_secret, same_digest
from shared.kernel.refusals import Refusal, Refused
from shared.kernel.roles import LINK
from shared.kernel.value import Value
from shared.service.command_client import KeyedCommand, submit
from shared.service.service import Service

ANSWERS: Mapping[str, type[Command]] = {
    ACCEPT: AcceptReferral,
    DECLINE: DeclineReferral,
    ASK: RequestInformation,
    WAIT: WaitlistReferral,
}
"""What may be answered by a link, by name."""


class _Found(Value):
    """A link in force, with the referral that it is of."""

    case_id: UUID
    known: CaseContext
    referral: Referral
    link: Link


class LinkDesk:
    """Opens links and takes what is answered by them; see ``shared.identity.by_link``."""

    def __init__(self, referral: Service) -> None:
        self._service = referral

    def open(self, link_id: UUID, code: str) -> tuple[str, datetime]:
        """Exchange a link's secret for that of a session; return until when it serves."""
        found = self._found(link_id)
        digest = digest_of(code)
        if not isinstance(found.link, Issued) or not same_digest(digest, found.link.digest):
            raise Refused(LinkNotInForce())
        session = new_secret()
        fields = {"link_id": link_id, "digest": digest, "session": digest_of(session)}
        answer = self._submitted(found, OpenLink, fields, f"open-{new_id()}")
        if isinstance(answer, Refusal):
            raise Refused(LinkNotInForce())
        return session, found.link.expires_at

    def sides(self, link_id: UUID, session: str) -> Sides:
        """Return whose session it is and who asked, also once the link has been answered by."""
        request = self._of_session(link_id, session, ended=True).referral.request
        return Sides(self._called(request.sender), request.addressee)

    def seen(self, link_id: UUID, session: str) -> SeenByLink:
        """Return what the session of a link sees."""
        found = self._of_session(link_id, session)
        request = found.referral.request
        by = _by(found)
        possible = LIFE.possible(by.institution, found.referral, found.known)
        return SeenByLink(
            link_id=link_id,
            case_id=found.case_id,
            referral_id=request.referral_id,
            subject=by.subject,
            sender=request.sender,
            sender_name=self._called(request.sender),
            addressee=request.addressee,
            addressee_name=self._called(request.addressee),
            programme=found.known.custodianship.programme,
            subdivision=found.known.custodianship.subdivision,
            kind=request.kind,
            services=request.services,
            priority=request.priority,
            status=found.referral.status,
            awaited=_awaited(found.referral),
            answered=found.referral.answered,
            expires_at=found.link.expires_at,
            due_at=_due_at(found.referral),
            answers=tuple(name for name, command in ANSWERS.items() if command in possible),
        )

    def answer(
        self, link_id: UUID, session: str, name: str, fields: Mapping[str, Any], key: str
    ) -> Receipt:
        """Answer once under a key. name: of ``ANSWERS``. fields: the command's own."""
        found = self._of_session(link_id, session, ended=True)
        answer = self._submitted(found, ANSWERS[name], fields, key)
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return answer

    def _submitted(
        self, found: _Found, command: type[Any], fields: Mapping[str, Any], key: str
    ) -> Receipt | Refusal:
        at = now()
        made = command(
            by=_by(found),
            at=at,
            received_at=at,
            referral_id=found.referral.request.referral_id,
            **fields,
        )
        service, case_id = self._service, found.case_id
        keyed = KeyedCommand(
            service.name, custody.DECIDER, case_id, made, str(case_id), key, service.secret
        )
        return submit({service.name: service}, keyed).result()

    def _of_session(self, link_id: UUID, session: str, *, ended: bool = False) -> _Found:
        found = self._found(link_id, ended=ended)
        link = found.link
        if not isinstance(link, Opened) or not same_digest(digest_of(session), link.session):
            raise Refused(LinkNotInForce())
        return found

    def _found(self, link_id: UUID, *, ended: bool = False) -> _Found:
        """Find a link in force. As much is read for none as for one: time tells nobody.

        ended: or one that was not withdrawn, for which the rules say whether it is in force.
        """
        log = self._service.log
        filed: Filed = log.read(FILES, stream_of(link_id)).state
        case_id = filed.case_id if filed else derived_id("no-link", str(link_id))
        case = log.read(custody.DECIDER, case_id).state
        if filed is not None and isinstance(case, custody_states.InCustody):
            referral = case.referrals.get(filed.referral_id)
            link = case.links.get(filed.referral_id)
            theirs = link is not None and link.link_id == link_id
            if referral and link and theirs and (ended or in_force(link, referral, now())):
                known = CaseContext(case.held, case.referrals)
                return _Found(case_id, known, referral, link)
        raise Refused(LinkNotInForce())

    def _called(self, institution: str) -> str:
        entry = self._service.log.read(directory.DECIDER, directory.stream_of(institution)).state
        return entry.name if isinstance(entry, Listed) else institution


def _by(found: _Found) -> Actor:
    return Actor(found.referral.request.addressee, LINK, subject_of(found.link.link_id))


def _due_at(referral: Referral) -> datetime | None:
    running = referral.timing.running
    return running.due_at if running and what_follows(referral).turn == ADDRESSEE.code else None


def _awaited(referral: Referral) -> tuple[str, ...]:
    return referral.topics if isinstance(referral, InformationAwaited) else ()
