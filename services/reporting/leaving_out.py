"""What is left out of a fact for an institution that sees it, and not its case.

To whom else a person lets a case go, and who else was told, are matters of those who see the case:
from whoever was merely asked, the other institutions that a fact lists are kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.reporting.history import SEVERAL, Fact


def as_told(fact: Fact, institution: str, until: datetime | None) -> Fact:
    """Return a fact as it is told to an institution that does not see the case (any more).

    until: up to when it saw the case: what was recorded until then is told whole, and so is what it
    said itself of a referral that it sent. Of the lists of institutions in all else there is left
    only itself.
    """
    whole = until is not None and fact.recorded_at <= until
    if whole or fact.data.get("sender") == institution:
        return fact
    return replace(fact, data=_without_others(fact.data, institution))


def _without_others(data: Mapping[str, Any], institution: str) -> Mapping[str, Any]:
    return {name: _left(name, value, institution) for name, value in data.items()}


def _left(name: str, value: Any, institution: str) -> Any:
    if isinstance(value, Mapping):
        return _without_others(value, institution)
    if name in SEVERAL and value is not None:
        return [each for each in value if each == institution]
    return value
