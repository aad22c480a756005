"""The status that a referral or a follow-up has after each published fact about it.

Whoever reads messages takes a status from here: reporting for its rows and histories, and intake,
which must know when an addressee stops being a party. What follows from a status is in its code
list (see ``shared.kernel.statuses``).
"""

from collections.abc import Mapping
from types import MappingProxyType

from shared.contracts.contract import Contract
from shared.contracts.followup import (
    FollowUpClosedV1,
    FollowUpEnteredInErrorV1,
    FollowUpOpenedV1,
    FollowUpReopenedV1,
)
from shared.contracts.referral import (
    InformationAnsweredV1,
    InformationRequestedV1,
    ReferralAcceptedV1,
    ReferralAcknowledgedV1,
    ReferralDeclinedV1,
    ReferralEnteredInErrorV1,
    ReferralRequestedV1,
    ReferralWithdrawnV1,
)
from shared.kernel.statuses import FOLLOW_UP_STATUSES, REFERRAL_STATUSES, Status, statuses

StatusByContract = Mapping[type[Contract], str]


class UnlistedStatus(ValueError):
    """A fact leads to a status that its code list does not have. Raised at import."""


def statuses_after(list_name: str, codes: StatusByContract) -> Mapping[type[Contract], Status]:
    """Return the status of the list for each code. Raises UnlistedStatus, which names both."""
    listed = statuses(list_name)
    for contract, code in codes.items():
        if code not in listed:
            raise UnlistedStatus(f"{contract.__name__}: {code!r} is not in the list {list_name}")
    return MappingProxyType({contract: listed[code] for contract, code in codes.items()})


STATUS_AFTER: Mapping[str, Mapping[type[Contract], Status]] = {
    REFERRAL_STATUSES: statuses_after(
        REFERRAL_STATUSES,
        {
            ReferralRequestedV1: "requested",
            ReferralAcknowledgedV1: "acknowledged",
            InformationRequestedV1: "information-awaited",
            InformationAnsweredV1: "acknowledged",
            ReferralAcceptedV1: "accepted",
            ReferralDeclinedV1: "declined",
            ReferralWithdrawnV1: "withdrawn",
            ReferralEnteredInErrorV1: "entered-in-error",
        },
    ),
    FOLLOW_UP_STATUSES: statuses_after(
        FOLLOW_UP_STATUSES,
        {
            FollowUpOpenedV1: "open",
            FollowUpReopenedV1: "open",
            FollowUpClosedV1: "closed",
            FollowUpEnteredInErrorV1: "entered-in-error",
        },
    ),
}
"""By list, then by contract. A contract that is not named leaves the status as it is."""
