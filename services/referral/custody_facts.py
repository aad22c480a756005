"""What can happen to a case as such: its facts, and those of its referrals."""

from uuid import UUID

from services.referral.announcing import CustodyAnnounced
from services.referral.assigning import CustodyAssigned
from services.referral.closing import CaseClosed, CaseReopened
from services.referral.link import LinkFact
from services.referral.override import AgreementOverridden
from services.referral.referral_facts import ReferralFact
from services.referral.transfer_requests import TransferRequestFact
from shared.kernel.fields import stored_names
from shared.kernel.value import Value


class CustodyTaken(Value):
    """The case was taken up; ``custodian`` answers for it from its registration on."""

    case_id: UUID
    custodian: str
    programme: str
    subdivision: str


class CaseRelocated(Value):
    """The case lies in another subdivision than was said before; what follows is about this one."""

    subdivision: str


class CustodyEnded(Value):
    """The case has no custodian any longer; ``custodian`` was the last."""

    custodian: str


OfTheCase = (
    CaseRelocated
    | CustodyAssigned
    | CustodyAnnounced
    | CustodyEnded
    | CaseClosed
    | CaseReopened
    | AgreementOverridden
    | TransferRequestFact
)
LaterFact = OfTheCase | ReferralFact | LinkFact
CustodyFact = CustodyTaken | LaterFact

FACTS = stored_names(CustodyFact)
