"""What referral publishes of its register of norms and official tools, and of what cites them.

A part of ``shared.contracts.referral``, whose names on the wire these have.
"""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from shared.contracts.contract import (
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Programme,
    Subdivision,
    coded,
)
from shared.kernel.documents import DocumentRef

PART_OF = "referral"
"""The service whose contracts these are."""

EntryId = Annotated[str, Meta(description="The entry of the register of norms and tools")]
EntryKind = Annotated[str, coded("entry_kinds", "Kind of entry")]
NormLevel = Annotated[str, coded("norm_levels", "Level at which it holds")]
Article = Annotated[str, Meta(description="Which article or part; null: all of it")]
ValidFrom = Annotated[date, Meta(description="First day it is valid; null: not known")]
ValidUntil = Annotated[date, Meta(description="Last day it is valid; null: no end")]
ElementCode = Annotated[str, Meta(description="The element's code within its entry")]
Texts = Annotated[
    DocumentRef | None,
    Meta(description="The document with what was written of it; left out: there is none"),
]
Citing = Annotated[str, Meta(description="What cites it: its code or id")]
CitingKind = Annotated[str, coded("citing_kinds", "Kind of what cites it")]


class ElementV1(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An element of a guide or protocol."""

    element: ElementCode
    name: str


class ProvenanceV1(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where what is registered comes from."""

    source: Annotated[str, coded("entry_sources", "Where it comes from")]
    link: str | None
    consulted_on: date | None


class EntryRegisteredV1(Contract, frozen=True, kw_only=True):
    """A norm, an official tool, a programme or an as-is route was entered in the register."""

    key = Key.ENTRY
    entry_id: EntryId
    kind: EntryKind
    name: str
    level: NormLevel
    subdivision: Subdivision | None
    article: Article | None
    valid_from: ValidFrom | None
    valid_until: ValidUntil | None
    provenance: ProvenanceV1
    programmes: tuple[Programme, ...]
    elements: tuple[ElementV1, ...]
    texts: Texts = None


class EntryCorrectedV1(Contract, frozen=True, kw_only=True):
    """An entry was described again: all values as they are now."""

    key = Key.ENTRY
    entry_id: EntryId
    kind: EntryKind
    name: str
    level: NormLevel
    subdivision: Subdivision | None
    article: Article | None
    valid_from: ValidFrom | None
    valid_until: ValidUntil | None
    provenance: ProvenanceV1
    programmes: tuple[Programme, ...]
    elements: tuple[ElementV1, ...]
    changed: Changed
    texts: Texts = None


class EntryWithdrawnV1(Contract, frozen=True, kw_only=True):
    """The entry is not to be cited any more. replaced_by: the entry to cite instead."""

    key = Key.ENTRY
    entry_id: EntryId
    reason: Annotated[str, coded("entry_withdrawal_reasons", "Why it was withdrawn")]
    replaced_by: EntryId | None


class CitationMadeV1(Contract, frozen=True, kw_only=True):
    """Something answers the entry, or one element of it; null: the entry as a whole."""

    key = Key.ENTRY
    entry_id: EntryId
    element: ElementCode | None
    citing_kind: CitingKind
    citing: Citing
    institution: InstitutionCode


class CitationWithdrawnV1(Contract, frozen=True, kw_only=True):
    """It does not answer the entry, or the element, any more."""

    key = Key.ENTRY
    entry_id: EntryId
    element: ElementCode | None
    citing_kind: CitingKind
    citing: Citing
