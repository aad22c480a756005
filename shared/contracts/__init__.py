"""What the services publish to each other: facts, one module per publisher, with permanent names.

A contract only grows. ``CONTRACTS`` has every type name and version that was ever published.
"""

from shared.contracts import followup, intake, referral
from shared.contracts.contract import Contract

CONTRACTS: dict[str, type[Contract]] = {
    **intake.CONTRACTS,
    **referral.CONTRACTS,
    **followup.CONTRACTS,
}
