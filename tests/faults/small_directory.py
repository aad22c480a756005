"""What the small run says of agreements, services and documents; and all is well."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.faults.small_world import COMMISSION, OFFICE, OTHER, STRANGER, named

if TYPE_CHECKING:
    from tests.faults.small_story import Writer

IN_FORCE, EXPIRED, OVERRIDE = map(named, ("in force", "expired", "override"))
SERVICE, KEPT, GONE = map(named, ("service", "kept", "gone"))
PROGRAMME = "mx-labour-protection"
_KEEPER = "canaliza-admin"
LEANING = {"agreement_id": IN_FORCE, "agreement_version": 3}
"""What a referral says that leans on the agreement in force."""


def agreements(writer: "Writer") -> None:
    """One is in force between the office and the commission."""
    _agreed(writer, IN_FORCE, (OFFICE, COMMISSION), "2027-12-31")


def _agreed(writer: "Writer", identity: str, parties: Sequence[str], until: str) -> None:
    of = {"agreement_id": identity}
    terms = {
        "kind": "letter-of-intent",
        "title": "Carta de intención",
        "parties": list(parties),
        "programme": PROGRAMME,
        "services": [],
        "data_categories": ["coded-case"],
        "valid_from": "2026-01-01",
        "valid_until": until,
        "texts": None,
    }
    _kept(writer, f"agreement {identity}", identity, ("agreement-drafted", {**of, **terms}))
    for n, party in enumerate(parties):
        last = n == len(parties) - 1
        signature = {
            "institution": party,
            "signed_on": "2026-01-08",
            "signatory_role": "head",
            "terms": 1,
            "begins": "2026-01-08" if last else None,
            "document": None,
        }
        _kept(writer, f"agreement {identity}", identity, ("agreement-signed", {**of, **signature}))


def override(writer: "Writer") -> None:
    """A second person of the office lets a case go to those with whom its agreement expired."""
    _agreed(writer, EXPIRED, (OFFICE, STRANGER), "2026-03-31")
    said = {
        "override_id": OVERRIDE,
        "institution": OFFICE,
        "addressee": STRANGER,
        "reason": "danger-to-the-person",
        "until": "2026-05-07T15:00:00Z",
        "subject": "token-2",
    }
    fact = ("agreement-overridden", said)
    writer.done("referral", OTHER, OTHER, OFFICE, fact, role="supervisor", subject="token-2")


def services_and_documents(writer: "Writer") -> None:
    """The shelter has a service, and says that it is full; one document is kept, one is erased."""
    of = {"service_id": SERVICE, "institution": STRANGER}
    lists = ("programmes", "populations", "eligibility", "required_documents", "hours")
    more = ("languages", "accessibility", "funding", "entries")
    listed: dict[str, Any] = {
        **of,
        "name": "Albergue",
        "kind": "shelter",
        "taxonomy": 1,
        "institution_version": 2,
        **{name: [] for name in (*lists, *more)},
        "cost": None,
        "duration_days": None,
        "coverage": {},
        "texts": None,
    }
    _kept(writer, f"service {SERVICE}", SERVICE, ("service-listed", listed))
    full = {**of, "capacity": "none", "unit": "beds", "places_free": 0, "stated_on": "2026-05-04"}
    writer.done(
        "referral",
        named(f"service {SERVICE}"),
        SERVICE,
        STRANGER,
        ("capacity-stated", full),
        unheard=True,
        role="administrator",
    )
    for identity in (KEPT, GONE):
        added = {
            "document_id": identity,
            "institution": _KEEPER,
            "digest": "0" * 64,
            "size": 3,
            "media_type": "text",
            "purpose": "directory-text",
            "about_kind": "institution",
            "about_id": STRANGER,
        }
        _kept(writer, f"document {identity}", identity, ("document-added", added))
    gone = {"document_id": GONE, "institution": _KEEPER, "reason": "personal-data"}
    _kept(writer, f"document {GONE}", GONE, ("document-erased", gone))


def _kept(writer: "Writer", stream: str, about: str, fact: tuple[str, Mapping[str, Any]]) -> None:
    """A steward says it."""
    writer.done("referral", named(stream), about, _KEEPER, fact, unheard=True, role="steward")
