"""What the services tell each other: public facts, one module per publisher, names for ever.

A contract only grows. ``CONTRACTS`` has every type name and version that was ever published.
"""

from shared.contracts import followup, intake, referral
from shared.contracts.contract import Contract

CONTRACTS: dict[str, type[Contract]] = {
    **intake.CONTRACTS,
    **referral.CONTRACTS,
    **followup.CONTRACTS,
}
