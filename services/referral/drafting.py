"""Drafts: the custodian words a referral, and sends it later or not at all; nobody else is told."""

from typing import Annotated, ClassVar

from services.referral.clocks import starting
from services.referral.decisions import CaseContext, ReferCase
from services.referral.ending import EnterReferralInError, SupersedeReferral
from services.referral.other_referrals import the_case_has_room
from services.referral.referral import Draft, NotRequested, Requested
from services.referral.referral_facts import DraftDiscarded, ReferralDrafted, ReferralRequested
from services.referral.referral_fields import Asking, ReferralId
from services.referral.requesting import GUARDS, WORDED, asked, refused
from services.referral.requesting_refusals import DraftNotAsWorded
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described, fields_of_command
from shared.kernel.refusals import Invalid, Refusal
from shared.kernel.text import Text

CUSTODY_MOVED, CASE_IN_ERROR, NOT_SENT = "custody-moved", "case-in-error", "not-sent-in-time"
"""Why a draft falls without anybody's word, of the list ``draft_discard_reasons``."""

# --- commands -------------------------------------------------------------------------------


class DraftReferral(Asking, kw_only=True):
    """Word a referral, to be sent later."""

    title: ClassVar[Text] = Text("Redactar una canalización", "Draft a referral")
    description: ClassVar[Text] = Text(
        "Guarda el borrador de una canalización. La destinataria no se entera hasta que se envía.",
        "Keep the draft of a referral. Its addressee is not told until it is sent.",
    )


class SendReferral(Command, kw_only=True):
    """Send the draft as it was worded, if it may be asked for by now."""

    title: ClassVar[Text] = Text("Enviar el borrador", "Send the draft")
    description: ClassVar[Text] = Text(
        "Envía la canalización redactada a su destinataria, con las reglas de toda canalización.",
        "Send the drafted referral to its addressee, by the rules of every referral.",
    )

    referral_id: ReferralId


class DiscardDraft(Command, kw_only=True):
    """The draft is not sent (``draft_discard_reasons``)."""

    title: ClassVar[Text] = Text("Descartar el borrador", "Discard the draft")
    description: ClassVar[Text] = Text(
        "Descarta el borrador, con un código de draft_discard_reasons.",
        "Discard the draft, with a code of draft_discard_reasons.",
    )

    referral_id: ReferralId
    reason: Annotated[
        str,
        Coded("draft_discard_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


DraftCommand = DraftReferral | SendReferral | DiscardDraft
"""The commands about drafts."""

# --- rules ----------------------------------------------------------------------------------

_SENT = tuple(guard for guard in GUARDS if guard is not the_case_has_room)
"""A draft has its place among the case's referrals already."""


def as_refer_case(command: Command, worded: Asking | ReferralDrafted, to: str) -> ReferCase:
    """Return the command that refers the case as a draft has it, by whoever gives ``command``."""
    said = {
        field.name: getattr(worded, field.name)
        for field in fields_of_command(ReferCase)
        if field.name != "to"
    }
    return ReferCase(
        by=command.by,
        at=command.at,
        received_at=command.received_at,
        imported=command.imported,
        to=to,
        **said,
    )


def drafted(
    command: DraftReferral, _: NotRequested, known: CaseContext
) -> tuple[ReferralDrafted] | Refusal:
    """Keep what was worded, if a referral could be worded so."""
    said = as_refer_case(command, command, command.to)
    return refused(said, known, WORDED) or (
        ReferralDrafted(
            referral_id=command.referral_id,
            sender=command.by.institution,
            addressee=command.to,
            kind=command.kind,
            services=command.services,
            priority=command.priority,
            replaces=command.replaces,
            alternatives=command.alternatives,
            consent_until=command.consent_until,
            origin=command.origin,
            by_link=command.by_link,
            consent_id=command.consent_id,
            override_id=command.override_id,
            categories=canonical(command.categories),
            purpose=command.purpose,
            clock=starting(
                *("send", command.priority, command),
                *(known.custodianship.subdivision, known.holidays),
            ),
        ),
    )


def sent(
    command: SendReferral, draft: Draft, known: CaseContext
) -> tuple[ReferralRequested] | Refusal:
    """Ask the addressee, by the rules of every referral."""
    said = as_refer_case(command, draft.drafted, draft.drafted.addressee)
    offer = asked(said, known, _SENT)
    return DraftNotAsWorded(offer.code) if isinstance(offer, Invalid) else offer


def fallen(command: SupersedeReferral, _: Draft, __: CaseContext) -> tuple[DraftDiscarded]:
    """Drop what a former custodian worded."""
    return (DraftDiscarded(command.referral_id, CUSTODY_MOVED),)


def in_error(command: EnterReferralInError, _: Draft, __: CaseContext) -> tuple[DraftDiscarded]:
    """Drop what was worded about a case that was entered in error."""
    return (DraftDiscarded(command.referral_id, CASE_IN_ERROR),)


# --- what follows from the facts ------------------------------------------------------------


def worded(_: NotRequested, fact: ReferralDrafted) -> Draft:
    """Keep the draft as the request that it would be."""
    request = ReferralRequested(
        referral_id=fact.referral_id,
        sender=fact.sender,
        addressee=fact.addressee,
        kind=fact.kind,
        services=fact.services,
        priority=fact.priority,
        addressee_version=0,
        replaces=fact.replaces,
        origin=fact.origin,
        by_link=fact.by_link,
    )
    return Draft(request, drafted=fact)


def asked_for(_: Draft, fact: ReferralRequested) -> Requested:
    """Go on with what was sent."""
    return Requested(fact)
