"""What the services tell each other: public facts, one module per publisher, names for ever.

A contract only grows. ``CONTRACTS`` has every type name and version that was ever published.
"""

from shared.contracts import followup, intake, referral
from shared.contracts.contract import Contract

NOT_OF_A_CASE = frozenset(
    name for name in referral.CONTRACTS if name.split(".")[3].startswith("institution-")
)
"""Types about the directory, keyed by an institution's code; all others by a case's id."""

CONTRACTS: dict[str, type[Contract]] = {
    **intake.CONTRACTS,
    **referral.CONTRACTS,
    **followup.CONTRACTS,
}
