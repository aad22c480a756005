"""HSDS's kinds of record: the file of each, its numbers, what it needs, and what hangs on what.

From the specification of Open Referral, HSDS 3.0 and 3.1 (``service_capacity``, ``unit``, ``url``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Record = dict[str, Any]
"""A record as HSDS's JSON has it: texts, numbers, and records and lists of records under names."""


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    file: of the tabular form. numbers: the fields that hold one. required: without which a record
    is none. codes: the values that a field may have. many, one: the kinds of record that hang on
    it, in a list or alone; ``one`` is named by an id in the tabular form. defaults: what a field
    says that is not there. blanks: what the published schema requires and a source may leave out.
    """

    file: str
    numbers: frozenset[str] = frozenset()
    required: tuple[str, ...] = ("id",)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    many: Mapping[str, str] = field(default_factory=dict)
    one: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    blanks: tuple[str, ...] = ()


ORGANIZATION: Final = "organization"
"""Its services hang on it, and are read and written apart from it."""
SERVICE: Final = "service"
LOCATION: Final = "location"
SERVICE_AT_LOCATION: Final = "service_at_location"
CONTACT: Final = "contact"
ATTRIBUTE: Final = "attribute"
METADATA: Final = "metadata"

_PLACES = ("physical", "postal", "virtual")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMED = ("id", "name")
STATUSES: Final = ("active", "inactive", "defunct", "temporarily closed")
"""Of a service."""

KINDS: Final[Mapping[str, Kind]] = {
    ORGANIZATION: Kind(
        "organizations",
        numbers=frozenset({"year_incorporated"}),
        required=_NAMED,
        many={
            "funding": "funding",
            "contacts": CONTACT,
            "phones": "phone",
            "locations": LOCATION,
            "programs": "program",
            "organization_identifiers": "organization_identifier",
            "additional_websites": "url",
        },
        blanks=("description",),
    ),
    SERVICE: Kind(
        "services",
        numbers=frozenset({"minimum_age", "maximum_age"}),
        required=_NAMED,
        codes={"status": STATUSES},
        defaults={"status": "active"},
        many={
            "phones": "phone",
            "schedules": "schedule",
            "service_areas": "service_area",
            "service_at_locations": SERVICE_AT_LOCATION,
            "languages": "language",
            "funding": "funding",
            "cost_options": "cost_option",
            "required_documents": "required_document",
            "contacts": CONTACT,
            "capacities": "service_capacity",
            "additional_urls": "url",
        },
        one={"program": ("program_id", "program")},
    ),
    SERVICE_AT_LOCATION: Kind(
        "service_at_location",
        many={
            "service_areas": "service_area",
            "contacts": CONTACT,
            "phones": "phone",
            "schedules": "schedule",
        },
        one={"location": ("location_id", LOCATION)},
    ),
    LOCATION: Kind(
        "locations",
        numbers=frozenset({"latitude", "longitude"}),
        codes={"location_type": _PLACES},
        defaults={"location_type": "physical"},
        many={
            "languages": "language",
            "addresses": "address",
            "contacts": CONTACT,
            "accessibility": "accessibility",
            "phones": "phone",
            "schedules": "schedule",
        },
    ),
    "address": Kind(
        "addresses",
        codes={"address_type": _PLACES},
        defaults={"address_type": "physical"},
        blanks=("address_1", "city", "state_province", "postal_code", "country"),
    ),
    # The phones of a contact are a person's: they are left out (``persons``).
    CONTACT: Kind("contacts"),
    "phone": Kind(
        "phones",
        numbers=frozenset({"extension"}),
        required=("id", "number"),
        many={"languages": "language"},
    ),
    "program": Kind("programs", required=_NAMED, blanks=("description",)),
    "schedule": Kind(
        "schedules",
        numbers=frozenset({"timezone", "count", "interval"}),
        codes={"wkst": _DAYS, "freq": ("WEEKLY", "MONTHLY")},
    ),
    "funding": Kind("funding"),
    "service_area": Kind("service_areas"),
    "required_document": Kind("required_documents"),
    "language": Kind("languages"),
    "accessibility": Kind("accessibility"),
    "cost_option": Kind("cost_options", numbers=frozenset({"amount"})),
    "organization_identifier": Kind(
        "organization_identifiers", required=("id", "identifier_type", "identifier")
    ),
    "url": Kind("urls", required=("id", "url")),
    "service_capacity": Kind(
        "service_capacity",
        numbers=frozenset({"available", "maximum"}),
        required=("id", "available", "updated"),
        one={"unit": ("unit_id", "unit")},
    ),
    "unit": Kind("units", required=_NAMED),
    ATTRIBUTE: Kind("attributes", one={"taxonomy_term": ("taxonomy_term_id", "taxonomy_term")}),
    "taxonomy_term": Kind(
        "taxonomy_terms",
        required=_NAMED,
        blanks=("description",),
        one={"taxonomy_detail": ("taxonomy_id", "taxonomy")},
    ),
    "taxonomy": Kind("taxonomies", required=_NAMED, blanks=("description",)),
    METADATA: Kind(
        "metadata",
        required=("id", "last_action_date", "last_action_type", "field_name"),
        blanks=("previous_value", "replacement_value", "updated_by"),
    ),
}

ON_EVERY: Final[Mapping[str, str]] = {"attributes": ATTRIBUTE, "metadata": METADATA}
"""What hangs on a record of any kind."""
_BESIDES: Final[Mapping[str, Mapping[str, str]]] = {
    METADATA: {},
    CONTACT: {"attributes": ATTRIBUTE},  # who changed a contact's name, from which, is a person's
    **{kind: {"metadata": METADATA} for kind in (ATTRIBUTE, "taxonomy_term", "taxonomy")},
}
"""What else hangs on a record of these kinds."""
_HANGS_BY: Final[Mapping[str, tuple[str, str]]] = {
    ATTRIBUTE: ("link_id", "link_entity"),
    METADATA: ("resource_id", "resource_type"),
}


def lists_of(kind: str) -> Mapping[str, str]:
    """Return the lists that a record of this kind may have, and the kind of what is in each."""
    return {**KINDS[kind].many, **_BESIDES.get(kind, ON_EVERY)}


def link_of(kind: str, parent: str) -> str:
    """Return the column by which a row of a kind names the record that it hangs on."""
    return _HANGS_BY[kind][0] if kind in _HANGS_BY else f"{parent}_id"


def kind_column(kind: str) -> str | None:
    """Return the column that says of which kind that record is; None if the link's name does."""
    return _HANGS_BY[kind][1] if kind in _HANGS_BY else None


FILES: Final[Mapping[str, str]] = {kind.file: name for name, kind in KINDS.items()}
"""The kind of record that each file of the tabular form holds."""
