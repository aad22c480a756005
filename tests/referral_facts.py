"""The facts of an example case: the office has custody, and transfers it to the commission."""

from services.referral.custody import CustodyTaken
from services.referral.referral import ReferralAccepted, ReferralRequested
from tests.personas import CASE, COMMISSION, OFFICE, REFERRAL

TAKEN = CustodyTaken(CASE, OFFICE.institution, "mx-labour-protection", "MX-CHH")
REQUESTED = ReferralRequested(
    referral_id=REFERRAL,
    sender=OFFICE.institution,
    addressee=COMMISSION.institution,
    kind="transfer",
    services=("legal-advice",),
    priority="urgent",
    addressee_version=1,
)
ACCEPTED = ReferralAccepted(
    referral_id=REFERRAL,
    kind="transfer",
    sender=OFFICE.institution,
    addressee=COMMISSION.institution,
    custodian=COMMISSION.institution,
    previous_custodian=OFFICE.institution,
    programme="mx-labour-protection",
    subdivision="MX-CHH",
)
