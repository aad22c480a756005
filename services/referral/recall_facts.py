"""A recall: what a person took back, who holds it, and who has attested that it is erased.

One for each consent, in a stream of its own. Whatever is taken back of the consent opens it, or
opens it again.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from shared.kernel.fields import Coded, stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value


def stream_of(consent_id: UUID) -> UUID:
    """Return the id of the recall of a consent, which is that of its stream too."""
    return derived_id("recall", str(consent_id))


class AboutRecall(Value):
    """A fact about one recall."""

    recall_id: UUID


class RecallOpened(AboutRecall):
    """A person took back a consent, or a part of it.

    version: of the consent's stream at intake, at the fact by which that was. because: what
    happened, of the list ``recall_causes``.
    """

    consent_id: UUID
    case_id: UUID
    version: int
    because: Annotated[str, Coded("recall_causes")]


class HolderObliged(AboutRecall, omit_defaults=True):
    """An institution holds what was taken back: it is to stop using it, erase it, and attest.

    since: when it received it, by the clock of the service that it told; None: not known.
    categories: of ``data_categories``. via: of ``holding_ways``. due_at: by when it is to attest.
    remind_at, silent_at: when it is reminded, and when it is said not to answer. referral_id: by
    which it received it; None: otherwise.
    """

    institution: str
    since: datetime | None
    categories: tuple[str, ...]
    via: Annotated[str, Coded("holding_ways")]
    due_at: datetime
    remind_at: datetime
    silent_at: datetime
    referral_id: UUID | None = None


class HolderAdded(HolderObliged, omit_defaults=True):
    """An institution received what was taken back already: it was on its way."""


class HolderReminded(AboutRecall):
    """The institution was reminded."""

    institution: str
    due_at: datetime


class HolderEscalated(AboutRecall):
    """It has not attested in time, and the custodian was told. custodian: None: there is none."""

    institution: str
    custodian: str | None
    due_at: datetime


class HolderSilent(AboutRecall):
    """It does not answer."""

    institution: str
    due_at: datetime


class ErasureAttested(AboutRecall):
    """The institution uses it no longer, and has erased it but for what a law has it keep.

    kept_by_law: the entry of the register of norms; None: it keeps nothing.
    """

    institution: str
    stopped: bool
    erased: bool
    kept_by_law: str | None


RecallFact = (
    RecallOpened
    | HolderObliged
    | HolderAdded
    | HolderReminded
    | HolderEscalated
    | HolderSilent
    | ErasureAttested
)

FACTS = stored_names(RecallFact)
