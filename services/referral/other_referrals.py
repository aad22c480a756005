"""What the other referrals of a case let a new one be: guards, as in ``decisions``."""

from collections.abc import Mapping
from uuid import UUID

from services.referral.decisions import CaseContext, ReferCase
from services.referral.referral import (
    TRANSFER,
    NotRequested,
    Referral,
    Superseded,
    Unsent,
    sides_of,
    what_follows,
)
from services.referral.refusals import (
    AlreadyReferredThere,
    AlreadyReplaced,
    NotSuperseded,
    ReplacedWasToAnother,
    TooManyReferrals,
    TransferAlreadyOpen,
)
from shared.kernel.sight import Sight

MOST = 200
"""The most referrals that a case has, whatever became of them: everybody who sees it reads them."""


def the_case_has_room(
    command: ReferCase, _: NotRequested, known: CaseContext
) -> TooManyReferrals | None:
    """Allow a case as many referrals as people still read. An import records what has happened."""
    if command.imported is not None or len(known.referrals) < MOST:
        return None
    return TooManyReferrals(MOST)


def no_other_is_open(
    command: ReferCase, _: NotRequested, known: CaseContext
) -> AlreadyReferredThere | TransferAlreadyOpen | None:
    """Allow one open transfer of a case, and one open referral of it to the same addressee."""
    return in_the_way(command.to, command.kind, known)


def in_the_way(
    addressee: str, kind: str, known: CaseContext
) -> AlreadyReferredThere | TransferAlreadyOpen | None:
    """Return why another referral of this kind cannot be open there now; None if it can."""
    for referral_id, other in known.referrals.items():
        if not what_follows(other).open:
            continue
        if other.request.addressee == addressee:
            return AlreadyReferredThere(str(referral_id))
        if TRANSFER == kind == other.request.kind:
            return TransferAlreadyOpen(str(referral_id))
    return None


def replaces_what_fell(
    command: ReferCase, _: NotRequested, known: CaseContext
) -> NotSuperseded | ReplacedWasToAnother | AlreadyReplaced | None:
    """Allow one new referral for a superseded one, to the same addressee."""
    if command.replaces is None:
        return None
    replaced = known.referrals.get(command.replaces)
    if not isinstance(replaced, Superseded):
        return NotSuperseded("replaces")
    if replaced.request.addressee != command.to:
        return ReplacedWasToAnother("to")
    after = replacement_of(command.replaces, known.referrals)
    return None if after is None else AlreadyReplaced(str(after))


def still_runs(referral: Referral) -> bool:
    """Whether its addressee has it, undecided or taken on."""
    return sides_of(referral).addressee_sees in {Sight.PREVIEW, Sight.CASE}


def replacement_of(referral_id: UUID, referrals: Mapping[UUID, Referral]) -> UUID | None:
    """Return the referral that makes this one again, if one does. A draft does not yet."""
    for each, other in referrals.items():
        if other.request.replaces == referral_id and not isinstance(other, Unsent):
            return each
    return None
