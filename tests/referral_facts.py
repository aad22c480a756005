"""The facts of an example case: the office has custody, and transfers it to the commission."""

from services.referral.announcing import CustodyAnnounced
from services.referral.custody_facts import CustodyTaken
from services.referral.referral_facts import ReferralAccepted, ReferralRequested
from shared.kernel.consents import ConsentGiven
from shared.kernel.value import replace
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
    services=REQUESTED.services,
)
ANNOUNCED = CustodyAnnounced(COMMISSION.institution, (OFFICE.institution,))


def consented(request: ReferralRequested) -> ReferralRequested:
    """The same on the sender's word that the person consented to it, and to no more."""
    own = ConsentGiven("recorded-by-sender", (request.addressee,), request.services)
    return replace(request, consent=own)
