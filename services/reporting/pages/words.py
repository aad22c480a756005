"""What facts and referrals are in words: labels of the code lists, names of the directory, dates.

What a field means is read from the published contract itself: a field with a code list shows that
list's label, whatever is published later.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from services.reporting.history import OPEN_STATES, Fact, History, Span
from services.reporting.pages import moments
from services.reporting.pages.texts import field_name, text
from shared.contracts import CONTRACTS
from shared.kernel import codes

_ENDINGS = {
    "accepted": "accepted",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "entered-in-error": "in-error",
}
_INSTITUTIONS = frozenset({"institution", "sender", "addressee", "custodian", "previous_custodian"})
_UNTOLD = frozenset({"case", "referral", "outcome_class", "reason_class", "folio", "currency"})
"""Fields that a reader of the page has already, or cannot use: they stay in the JSON."""
_MOMENTS = frozenset({"opened_at"})


def ending(span: Span) -> str:
    """Say how a referral ended: accepted, declined, withdrawn, in-error; or waiting."""
    return "waiting" if span.state in OPEN_STATES else _ENDINGS.get(span.state, "in-error")


def labelled(code_list: str, code: str | None, lang: str) -> str:
    """Return a code's label, the code itself where this version does not know it, or a dash."""
    if code is None:
        return "—"
    return codes.label(code_list, code, lang) if codes.known(code_list, code) else code


def called(fact: Fact, lang: str) -> str:
    """Say what kind of fact it is."""
    return labelled("fact_names", fact.name, lang)


def titled(history: History, fact: Fact, lang: str) -> str:
    """Say of a fact when, what and whose, in one line."""
    who = history.name_of(fact.institution)
    return f"{moments.moment(fact.happened_at, lang)} · {called(fact, lang)} · {who}"


def passed(history: History, span: Span, lang: str) -> str:
    """Say of a referral from whom to whom, of what kind, and how it ended."""
    ways = f"{history.name_of(span.sender)} → {history.name_of(span.addressee)}"
    kind = labelled("referral_kinds", span.kind, lang)
    return f"{ways} · {kind} · {text(ending(span), lang)}"


def details(history: History, fact: Fact, lang: str) -> list[tuple[str, str]]:
    """Say what a fact states beyond its kind: pairs of a field and its value, in words."""
    lists = _code_lists(fact.type)
    return list(_told(history, fact.data, lists, lang))


def _told(
    history: History, stated: Mapping[str, Any], lists: Mapping[str, str], lang: str
) -> Iterator[tuple[str, str]]:
    for name, value in stated.items():
        if isinstance(value, Mapping):
            yield from _told(history, value, lists, lang)
        elif name not in _UNTOLD and value not in (None, "", [], ()):
            yield field_name(name, lang), _value(history, stated, name, lists.get(name), lang)


def _value(
    history: History, stated: Mapping[str, Any], name: str, code_list: str | None, lang: str
) -> str:
    value = stated[name]
    if isinstance(value, list | tuple):
        return ", ".join(_one(history, name, str(each), code_list, lang) for each in value)
    said = _one(history, name, str(value), code_list, lang)
    return f"{said} {stated['currency']}" if name == "amount" and stated.get("currency") else said


def _one(history: History, name: str, value: str, code_list: str | None, lang: str) -> str:
    if name == "changed":
        return field_name(value.rpartition(".")[2], lang)
    if code_list is not None:
        return labelled(code_list, value, lang)
    if name in _INSTITUTIONS:
        return history.name_of(value)
    if name in _MOMENTS:
        return moments.moment(datetime.fromisoformat(value), lang)
    return value


@cache
def _code_lists(contract: str) -> dict[str, str]:
    """Return which code list each field of a contract, and of what is nested in it, belongs to."""
    if contract not in CONTRACTS:
        return {}
    _, components = msgspec.json.schema_components([CONTRACTS[contract]])
    found = {}
    for component in components.values():
        for name, schema in component.get("properties", {}).items():
            code_list = _find(schema)
            if code_list is not None:
                found[name] = code_list
    return found


def _find(schema: object) -> str | None:
    if isinstance(schema, Mapping):
        if "x-code-list" in schema:
            return str(schema["x-code-list"])
        return next((found for each in schema.values() if (found := _find(each))), None)
    if isinstance(schema, list):
        return next((found for each in schema if (found := _find(each))), None)
    return None
