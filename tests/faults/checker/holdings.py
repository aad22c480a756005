"""Services and documents: room is said by whose service it is, and what is erased stays erased."""

from collections.abc import Iterator
from typing import Any

from tests.faults.checker.evidence import Evidence
from tests.faults.checker.rows import Broken, Fact

_STEWARDS = ("steward", "operator")
_OF_A_SERVICE = (
    *("service-listed", "service-described", "capacity-stated", "service-assured"),
    *("service-suspended", "service-resumed", "service-withdrawn"),
)


def services_are_kept_by_their_owner(evidence: Evidence) -> Iterator[Broken]:
    """Each fact of a service names its institution, and is said by that or by a steward.

    What has no room has no place free.
    """
    owners: dict[str, str] = {}
    for fact in _of_referral(evidence):
        if fact.name not in _OF_A_SERVICE:
            continue
        owner = str(fact.payload["institution"])
        if owners.setdefault(fact.stream, owner) != owner:
            yield _at(fact, "a service became another institution's")
        own = fact.role == "administrator" and fact.institution == owner
        if not own and fact.role not in _STEWARDS:
            yield _at(fact, "a service was changed by who does not keep it", role=fact.role)
        if fact.payload.get("capacity") == "none" and fact.payload["places_free"]:
            yield _at(fact, "what has no room has places free")


def erased_documents_stay_erased(evidence: Evidence) -> Iterator[Broken]:
    """A document is added once, erased once at most, and has no bytes after it."""
    kept = evidence.services["referral"].documents
    added: set[str] = set()
    erased: set[str] = set()
    for fact in _of_referral(evidence):
        if fact.name not in {"document-added", "document-erased"}:
            continue
        identity = str(fact.payload["document_id"])
        if identity in erased or (fact.name == "document-added") == (identity in added):
            yield _at(fact, "a document was added or erased out of turn")
        (added if fact.name == "document-added" else erased).add(identity)
        if fact.name == "document-erased" and identity in kept:
            yield _at(fact, "a document's bytes are there although it was erased")
    for identity in sorted(added - erased - kept):
        yield Broken("", "a document's bytes are gone and nobody erased it", {"document": identity})


def _of_referral(evidence: Evidence) -> list[Fact]:
    return sorted(evidence.services["referral"].facts, key=lambda fact: fact.position)


def _at(fact: Fact, sentence: str, **evidence: Any) -> Broken:
    return Broken(fact.correlation, sentence, {"fact": fact.id, "name": fact.name, **evidence})
