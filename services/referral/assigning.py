"""Handing on what an inactive institution holds: custody moves by assignment, case by case.

Otherwise custody moves only if an addressee accepts. Whoever runs the platform may assign it where
the custodian cannot act: it is suspended, closed, or has no way to answer.
"""

from datetime import datetime
from typing import Annotated, ClassVar

from services.referral.addressees import cannot_take
from services.referral.directory_refusals import NotASteward
from services.referral.institution import Active, Listed
from services.referral.refusals import CustodianAnswers, CustodyElsewhere, ReferredToItself
from shared.kernel.decider import Command, Decision, Known
from shared.kernel.fields import Coded, Described
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.roles import OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value


class AssignCustody(Command, kw_only=True):
    """Hand the case on from the institution ``previous`` to the institution ``to``."""

    title: ClassVar[Text] = Text("Traspasar el caso", "Hand the case on")

    previous: Annotated[
        str,
        Described(
            Text("La clave de quien responde por él.", "The custodian's code."),
            pattern=INSTITUTION_CODE,
        ),
    ]
    to: Annotated[
        str,
        Described(
            Text("La clave de quien lo recibe.", "The code of who gets it."),
            pattern=INSTITUTION_CODE,
        ),
    ]


class CustodyAssigned(Value):
    """``custodian`` answers for the case from this fact on, instead of ``previous_custodian``.

    reason: why the previous one could not hand it on itself. custodian_version, previous_version:
    the versions of the two entries in the directory at that time. received_at: when the command
    came in.
    """

    custodian: str
    previous_custodian: str
    reason: Annotated[str, Coded("assignment_reasons")]
    custodian_version: int
    previous_version: int
    received_at: datetime | None = None


def assigned(
    command: AssignCustody, custodian: str, programme: str, to: Known, previous: Known
) -> Decision:
    """Assign custody. to, previous: the entries of both in the directory."""
    if command.by.role not in {STEWARD, OPERATOR}:
        return NotASteward()
    if command.to == command.previous:
        return ReferredToItself("to")
    if command.previous != custodian:
        return () if command.to == custodian else CustodyElsewhere()
    reason = why_inactive(previous, command.at)
    if reason is None:
        return CustodianAnswers()
    return cannot_take(to, programme, command.at) or (
        CustodyAssigned(
            custodian=command.to,
            previous_custodian=custodian,
            reason=reason,
            custodian_version=to.version,
            previous_version=previous.version,
            received_at=command.received_at,
        ),
    )


def why_inactive(entry: Known, at: datetime) -> str | None:
    """Return the code of ``assignment_reasons`` for an institution that cannot act, else None.

    One that is not in the directory cannot be reached.
    """
    listed = entry.state
    if isinstance(listed, Listed) and not isinstance(listed, Active):
        return f"custodian-{listed.status}"
    reachable = isinstance(listed, Listed) and listed.is_reachable(at)
    return None if reachable else "custodian-unreachable"
