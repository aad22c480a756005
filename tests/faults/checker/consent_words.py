"""What a message says of a fact of consent: less than the fact, and flatter."""

from collections.abc import Mapping
from typing import Any

_VERSIONS = frozenset({"consent-recorded", "consent-narrowed", "consent-renewed"})
_KEPT_BACK = ("manner", "person", "reason", "case_version", "parties_version", "subject", "role")
"""Whose it is, why it was taken back, who the two persons are: these stay in intake."""
_VOID, _CONFIRMED = "consent-entered-in-error", "consent-override-confirmed"


def is_of_consent(name: str) -> bool:
    """Whether a fact of this name is one of consent, or of its overrides."""
    return name.startswith("consent-") or name == "person-to-be-asked-again"


def told(name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message says of the fact. Of a void the reason is told: it is about nobody."""
    said = {key: value for key, value in payload.items() if key not in _KEPT_BACK}
    if name == _VOID:
        said["reason"] = payload["reason"]
    if name in _VERSIONS:
        manner = payload["manner"]
        paper, guardianship = manner["evidence"] or {}, manner["guardianship"] or {}
        said |= {key: manner[key] for key in ("language", "mode")}
        said |= {"evidence": paper.get("digest"), "of_age_from": guardianship.get("of_age_from")}
    if name == _CONFIRMED:
        disclosure = said.pop("disclosure")
        said |= {key: value for key, value in disclosure.items() if key != "kind"}
    return said
