"""How a referral ends otherwise than by its answer: the commands, and the rules that are theirs.

A share is revoked by the custodian, and whatever leans on a consent with it; an offer falls when custody moves; an accepted referral ends
with its follow-up, which may be reopened; and everything falls with a case entered in error.
"""

from typing import Annotated, ClassVar
from uuid import UUID

from services.referral.referral import TRANSFER, Begun, Undecided
from services.referral.referral_facts import ReferralSuperseded
from services.referral.refusals import TransferNotRevoked
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.text import Text

CONSENT_WITHDRAWN = "consent-withdrawn"
"""Why what leans on a consent is revoked with it, of the list ``revocation_reasons``."""


class RevokeReferral(Command, kw_only=True):
    """The custodian ends a share after its acceptance, and says why (``revocation_reasons``)."""

    title: ClassVar[Text] = Text("Revocar", "Revoke")
    description: ClassVar[Text] = Text(
        "Revoca una canalización compartida ya aceptada, con un código de revocation_reasons; su"
        " seguimiento termina.",
        "Revoke an accepted share, with a code of revocation_reasons; its follow-up ends.",
    )

    referral_id: Annotated[UUID, Described(Text("La canalización.", "The referral."))]
    reason: Annotated[
        str,
        Coded("revocation_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


class SupersedeReferral(Command, kw_only=True):
    """Custody moved (follows in the same append).

    accepted: the transfer by whose acceptance; None: a steward assigned it.
    """

    title: ClassVar[Text] = Text("Dejar sin efecto al pasar la responsabilidad", "Supersede")

    referral_id: UUID
    accepted: UUID | None


class RevokeForConsent(Command, kw_only=True):
    """What it leans on was taken back (follows from what was heard of the consent)."""

    title: ClassVar[Text] = Text("Revocar con el consentimiento", "Revoke with the consent")

    referral_id: UUID
    reason: Annotated[str, Coded("revocation_reasons")] = CONSENT_WITHDRAWN


class CloseReferral(Command, kw_only=True):
    """The follow-up was closed (a reaction)."""

    title: ClassVar[Text] = Text("Cerrar con su seguimiento", "Close with its follow-up")

    referral_id: UUID


class ReopenReferral(Command, kw_only=True):
    """The follow-up was reopened (a reaction)."""

    title: ClassVar[Text] = Text("Reabrir con su seguimiento", "Reopen with its follow-up")

    referral_id: UUID


class EnterReferralInError(Command, kw_only=True):
    """The referral falls with its case, which was entered in error (a reaction)."""

    title: ClassVar[Text] = Text("Anular con su caso", "Enter in error with its case")

    referral_id: UUID


def is_a_share(
    _: RevokeReferral | RevokeForConsent, referral: Begun, __: object
) -> TransferNotRevoked | None:
    """Refuse to revoke a transfer: custody has moved with it."""
    return TransferNotRevoked() if referral.request.kind == TRANSFER else None


def superseded(command: SupersedeReferral, _: Undecided, __: object) -> tuple[ReferralSuperseded]:
    """End a referral that a former custodian made, naming what moved custody."""
    return (ReferralSuperseded(command.referral_id, by=command.accepted),)
