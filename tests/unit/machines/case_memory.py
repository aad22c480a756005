"""What the auditor of a walk over a case remembers of it."""

from dataclasses import dataclass, field
from typing import Any

from shared.kernel.value import fields_of

NAMES = ("subdivision", "municipality", "channel", "opened_at", "details")


@dataclass
class Waiting:
    """A proposal: whose, what it says, and what was decided about it, if anything was."""

    institution: str
    says: dict[str, Any]
    decided: str = ""


@dataclass
class Period:
    """The custody that intake has heard of: since which version, and what came of it."""

    custodian: str
    version: int
    began_as: dict[str, Any]
    corrections: list[Any] = field(default_factory=list)
    decisions: list[Any] = field(default_factory=list)


def too_late(act: Any, heard: Any) -> bool:
    """Whether custody had moved before this was received."""
    both = act.received_at is not None and heard.received_at is not None
    return bool(both and heard.received_at < act.received_at)


def flat(values: dict[str, Any]) -> dict[str, Any]:
    """The correctable values by name, moments with their offset."""
    opened = values["opened_at"]
    own = {name: values[name] for name in NAMES[:3]}
    return {
        **own,
        "opened_at": opened and opened.isoformat(),
        **fields_of(values["details"]),
    }
