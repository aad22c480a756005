"""What the examples of the register's facts say, for a reason."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.referral import register_entry
from shared.kernel.documents import DocumentRef

GUIDE: dict[str, Any] = {
    "entry_id": "ley-migracion",
    "kind": "guide",
    "name": "Guía de elementos esenciales «Ñ»",
    "level": "federal",
    "subdivision": None,
    "article": None,
    "texts": DocumentRef(UUID(int=0xD1), "0" * 64),
    "valid_until": None,
    "provenance": register_entry.Provenance("programme-document", "https://example.org/guia.pdf"),
    "elements": (
        register_entry.Element("coordinacion", "Coordinación entre instituciones"),
        register_entry.Element("informacion", "Información en su lengua"),
    ),
}
LAW: dict[str, Any] = {
    **GUIDE,
    "kind": "law",
    "name": "Ley Federal del Trabajo",
    "article": "Art. 132, fr. XXVI",
    "provenance": register_entry.Provenance(),
    "texts": None,
    "programmes": (),
    "elements": (),
}
CITED = {"entry_id": GUIDE["entry_id"], "citing": "paso-3"}

EXPLICIT: Mapping[type, tuple[Mapping[str, Any], ...]] = {
    register_entry.EntryRegistered: (GUIDE, LAW),
    register_entry.EntryCorrected: (
        {**GUIDE, "changed": ("elements",)},
        {**LAW, "changed": ("article", "name")},
    ),
    register_entry.EntryWithdrawn: (
        {"entry_id": GUIDE["entry_id"], "replaced_by": "guia-2027"},
        {"entry_id": GUIDE["entry_id"], "replaced_by": None},
    ),
    register_entry.CitationMade: ({**CITED, "citing_kind": "step", "element": "informacion"},),
    register_entry.CitationWithdrawn: ({**CITED, "citing_kind": "institution", "element": None},),
}
