"""What a fact says, in a reader's language: its name, and its coded values with their labels."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

import msgspec

from services.reporting.history import Fact, History
from shared.contracts import CONTRACTS
from shared.kernel import codes

_SAID_ELSEWHERE = {
    "referral": ("programme", "state"),
    "followup": ("programme", "state", "kind", "currency"),
}
"""Fields that another fact of the history, or the amount, says already."""


def labelled(code_list: str, code: str, lang: str) -> str:
    """Return a code's label, or the code itself where the list does not have it any more."""
    return codes.label(code_list, code, lang) if codes.known(code_list, code) else code


def called(fact: Fact, lang: str) -> str:
    """Say what kind of fact it is."""
    return labelled("fact_names", fact.name, lang)


def said(history: History, fact: Fact, lang: str) -> str:
    """Say what the fact holds: institutions by name, codes by label, amounts exactly."""
    return " · ".join(_said(history, fact, lang))


@cache
def coded_fields(event_type: str) -> Mapping[str, str]:
    """Which fields of a published type are coded, and in which code list, as its contract says."""
    contract = CONTRACTS.get(event_type)
    hints = get_type_hints(contract, include_extras=True) if contract else {}
    found = {name: _code_list(hint) for name, hint in hints.items()}
    return {name: code_list for name, code_list in found.items() if code_list}


def _code_list(hint: Any) -> str | None:
    """Find a field's code list, however deep in its annotation."""
    for part in get_args(hint):
        if isinstance(part, msgspec.Meta):
            named = (part.extra_json_schema or {}).get("x-code-list")
            if named:
                return str(named)
        elif inner := _code_list(part):
            return inner
    return None


def _said(history: History, fact: Fact, lang: str) -> Iterator[str]:
    sender, addressee = fact.data.get("sender"), fact.data.get("addressee")
    if sender and addressee:
        yield f"{history.name_of(sender)} → {history.name_of(addressee)}"
    elif custodian := fact.data.get("custodian"):
        yield history.name_of(custodian)
    if folio := fact.data.get("folio"):
        yield str(folio)
    for field, code_list in coded_fields(fact.type).items():
        value = fact.data.get(field)
        if value and field not in _SAID_ELSEWHERE.get(fact.service, ()):
            listed = value if isinstance(value, list) else [value]
            yield ", ".join(labelled(code_list, str(each), lang) for each in listed)
    if fact.data.get("amount") is not None:
        yield f"{fact.data['amount']} {fact.data.get('currency') or ''}".rstrip()
