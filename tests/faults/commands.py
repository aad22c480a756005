"""What an institution asks for: one command, as it is sent and written into the ledger."""

from dataclasses import dataclass

from tests.faults.plans import Body


@dataclass(frozen=True)
class Command:
    """One command. name: in the ledger. case_id, referral_id: what it is about, if known.

    link: the one by which it is given, if it is given by one.
    """

    name: str
    service: str
    command: str
    path: str
    institution: str
    body: Body
    case_id: str | None = None
    referral_id: str | None = None
    if_match: int | None = None
    role: str = "caseworker"
    again: bool = False
    """Whether it is sent once more after its answer."""
    link: str = ""
