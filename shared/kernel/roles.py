"""The roles in which somebody acts. A token carries one or several of ``ROLES``."""

SYSTEM = "system"
"""In which a service reacts to another service's fact; no token carries it."""
OPERATOR = "operator"
"""Of whoever acts on the installation's own command line; no token carries it."""
LINK = "link"
"""Of whoever answers one referral by a link that was handed over; no token carries it."""
CASEWORKER = "caseworker"
"""Registers, refers, follows up."""
SUPERVISOR = "supervisor"
"""Lifts, for its institution, what a limit stops a caseworker from."""
COORDINATOR = "coordinator"
"""Keeps a route: an institution acts through this role for all that take part in it."""
DELEGATE = "delegate"
"""Speaks for its institution in a commission."""
ADMINISTRATOR = "administrator"
"""Maintains the entry of its own institution in the directory."""
STEWARD = "steward"
"""Runs the platform: registers institutions, suspends and closes them, hands on what they hold."""
AUDITOR = "auditor"
"""May see every case's history, and change nothing."""
MONITOR = "monitor"
"""May see every case's coded facts for indicators, and change nothing."""
ROLES = (
    CASEWORKER,
    SUPERVISOR,
    COORDINATOR,
    DELEGATE,
    ADMINISTRATOR,
    STEWARD,
    AUDITOR,
    MONITOR,
)
ACTING = frozenset(ROLES) - {AUDITOR, MONITOR}
"""The roles that change things: nobody has one of them and audits."""
